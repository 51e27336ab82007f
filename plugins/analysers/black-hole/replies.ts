import type { Attempt, Micros } from 'unackd';
import type { Alarms } from './alarms.ts';
import type { Client } from './clients.ts';
import type { Flow } from './flows.ts';
import type { Port } from './places.ts';
import { CROSSING, HEARD_JUST_THEN, SECOND } from './rules.ts';
import { Run } from './run.ts';
import type { Fail } from './run.ts';
import { openCase } from './scope.ts';

/** A real client has gone on, or reset, this long after it heard the answer. */
const HEARD_BY: Micros = 0.9 * SECOND;

/** Answers that were captured: whether they reach their clients. */
export class Replies {
  readonly #alarms: Alarms;

  constructor(alarms: Alarms) {
    this.#alarms = alarms;
  }

  /** A SYN came again though its answer was captured at `answered`. */
  unheard(flow: Flow, a: Attempt, answered: Micros): void {
    if (a.at - answered < CROSSING) return;
    // The answer to the SYN before this one was lost.
    const index = flow.sent.length - (flow.sent[flow.sent.length - 1] === a.at ? 2 : 1);
    if (flow.sent[flow.sent.length - 1] !== a.at) flow.sent.push(a.at);
    if (flow.unheard.includes(index)) return;
    flow.unheard.push(index);
    this.#lost(flow, index, a.at);
  }

  /** The client of an answered attempt neither goes on nor resets. */
  halfOpen(flow: Flow, a: Attempt): void {
    const answered = a.time + (a.answered_after ?? 0) * 1e6;
    if (flow.unheard.length > 0 || a.at - answered < HEARD_BY) return;
    flow.unheard.push(flow.sent.length - 1);
    this.#lost(flow, flow.sent.length - 1, a.at);
  }

  /**
   * A handshake asked for at `sent` was completed: answers do arrive.
   * @param settled when that is known for certain, `null` while a retry may still come
   */
  through(port: Port, client: Client, sent: Micros, settled: Micros | null): void {
    port.replies = port.replies?.after(sent) ?? null;
    client.network.replies = client.network.replies?.after(sent) ?? null;
    if (settled === null) return;
    const { cases } = this.#alarms;
    const ofPort = openCase(port, 'reply-loss');
    if (ofPort !== undefined) cases.answered(ofPort, sent, settled);
    const ofClients = cases.of(client.network, 'reply-loss');
    if (ofClients !== undefined) cases.answered(ofClients, sent, settled);
  }

  #lost(flow: Flow, index: number, now: Micros): void {
    const { port, client } = flow;
    const { network } = client;
    const sent = flow.sent[index];
    const othersHeard = port.heardByOthers(network, sent - HEARD_JUST_THEN);
    const fail: Fail = { sent, client, flow, proven: true, othersHeard };
    if (fail.sent > port.lastThrough) {
      port.replies ??= new Run();
      port.replies.add(fail);
    }
    if (fail.sent > network.lastThrough) {
      network.replies ??= new Run();
      network.replies.add(fail);
    }
    this.#alarms.replies(port, client, now);
  }
}
