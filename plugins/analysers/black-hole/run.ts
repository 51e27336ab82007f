import type { Micros } from 'unackd';
import type { Client } from './clients.ts';
import type { Flow } from './flows.ts';
import { SlotCounts } from './loss.ts';
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
  /** Those that may count: of a long silence with many SYNs only so many a second. */
  fails: Fail[] = [];
  /** All of them, for who subtracts them. */
  readonly counts = new SlotCounts();
  readonly flows = new Set<Flow>();
  readonly clients = new Set<Client>();
  syns = 0;
  attempts = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** When an alarm first waited for its neighbours; NaN if it did not. */
  heldSince: Micros = Number.NaN;
  /** More flows are waited for before it is told. */
  awaited = false;

  add(fail: Fail): void {
    this.syns++;
    this.counts.add(fail.sent);
    this.first = Math.min(this.first, fail.sent);
    this.last = Math.max(this.last, fail.sent);
    if (this.clients.size < CLIENTS_NAMED) this.clients.add(fail.client);
    if (!this.flows.has(fail.flow)) {
      this.attempts++;
      if (this.flows.size < CLIENTS_NAMED) this.flows.add(fail.flow);
    }
    if (this.fails.length >= FAILS_KEPT) {
      this.fails = counted(this.fails);
      if (this.fails.length >= FAILS_KEPT) return;
    }
    let at = this.fails.length;
    while (at > 0 && this.fails[at - 1].sent > fail.sent) at--;
    this.fails.splice(at, 0, fail);
  }

  get span(): Micros {
    return this.last - this.first;
  }

  /** SYNs sent after `time`, of those kept. */
  failsAfter(time: Micros): number {
    return this.fails.filter(({ sent }) => sent > time).length;
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
   * @param chance probability that loss alone explains one of them, sent so
   *   long after the one counted before it
   * @param ofOneFlow at most so much counts of one flow: where some flows fail
   *   for good, all its SYNs are one piece of evidence
   */
  evidence(
    chance: (fail: Fail, gap: Micros) => number,
    ofOneFlow = Number.POSITIVE_INFINITY,
  ): number {
    let sum = 0;
    const flows = new Map<Flow, number>();
    let previous = Number.NEGATIVE_INFINITY;
    for (const fail of counted(this.fails)) {
      const before = flows.get(fail.flow) ?? 0;
      const added = Math.min(
        ofOneFlow - before,
        -Math.log(Math.min(1, chance(fail, fail.sent - previous))),
      );
      previous = fail.sent;
      flows.set(fail.flow, before + added);
      sum += added;
    }
    return sum;
  }
}

/** Of each second the first few, and of one client fewer. */
function counted(fails: readonly Fail[]): Fail[] {
  const taken: Fail[] = [];
  for (const fail of fails) {
    let sameSecond = 0;
    let sameClient = 0;
    for (let i = taken.length - 1; i >= 0 && taken[i].sent > fail.sent - SECOND; i--) {
      sameSecond++;
      if (taken[i].client === fail.client) sameClient++;
    }
    if (sameSecond >= COUNTED_A_SECOND || sameClient >= COUNTED_A_SECOND_AND_CLIENT) continue;
    taken.push(fail);
  }
  return taken;
}
