import type { Micros } from 'unackd';
import type { Client } from './clients.ts';
import type { Flow } from './flows.ts';
import { COUNTED_A_SECOND, COUNTED_A_SECOND_AND_CLIENT, FAILS_KEPT, SECOND } from './rules.ts';

/** One SYN without the answer that it asked for. */
export interface Fail {
  readonly sent: Micros;
  readonly client: Client;
  readonly flow: Flow;
  /** The client sent another: it had not got one either. Otherwise the answer is merely overdue. */
  proven: boolean;
  /** Of lost replies: clients of other networks had heard the port shortly before. */
  readonly othersHeard?: boolean;
}

const CLIENTS_NAMED = 1000;

/** A silence: SYNs that failed since the last one that was answered, by time of sending. */
export class Run {
  readonly fails: Fail[] = [];
  /** Times of `fails`, for who subtracts them. */
  readonly times: Micros[] = [];
  readonly flows = new Set<Flow>();
  readonly clients = new Set<Client>();
  syns = 0;
  attempts = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** When an alarm first waited for its neighbours; NaN if it did not. */
  heldSince: Micros = Number.NaN;

  add(fail: Fail): void {
    this.syns++;
    this.first = Math.min(this.first, fail.sent);
    this.last = Math.max(this.last, fail.sent);
    if (this.clients.size < CLIENTS_NAMED) this.clients.add(fail.client);
    if (!this.flows.has(fail.flow)) {
      this.attempts++;
      if (this.flows.size < CLIENTS_NAMED) this.flows.add(fail.flow);
    }
    if (this.fails.length >= FAILS_KEPT) return;
    let at = this.fails.length;
    while (at > 0 && this.fails[at - 1].sent > fail.sent) at--;
    this.fails.splice(at, 0, fail);
    this.times.splice(at, 0, fail.sent);
  }

  get span(): Micros {
    return this.last - this.first;
  }

  /** What is left once a SYN sent at `answered` got its answer; `null` for nothing. */
  after(answered: Micros): Run | null {
    if (this.last <= answered) return null;
    const left = new Run();
    for (const fail of this.fails) if (fail.sent > answered) left.add(fail);
    return left.syns === 0 ? null : left;
  }

  /**
   * How much likelier this silence is under a black hole than under loss:
   * natural logarithm of the ratio. Of each second only so many SYNs count.
   * @param chance probability that loss alone explains one of them
   * @param ofOneFlow at most so much counts of one flow: where some flows fail
   *   for good, all its SYNs are one piece of evidence
   */
  evidence(chance: (fail: Fail) => number, ofOneFlow = Number.POSITIVE_INFINITY): number {
    let sum = 0;
    const counted: Fail[] = [];
    const flows = new Map<Flow, number>();
    for (const fail of this.fails) {
      let sameSecond = 0;
      let sameClient = 0;
      for (let i = counted.length - 1; i >= 0 && counted[i].sent > fail.sent - SECOND; i--) {
        sameSecond++;
        if (counted[i].client === fail.client) sameClient++;
      }
      if (sameSecond >= COUNTED_A_SECOND || sameClient >= COUNTED_A_SECOND_AND_CLIENT) continue;
      counted.push(fail);
      const before = flows.get(fail.flow) ?? 0;
      const added = Math.min(ofOneFlow - before, -Math.log(Math.min(1, chance(fail))));
      flows.set(fail.flow, before + added);
      sum += added;
    }
    return sum;
  }
}
