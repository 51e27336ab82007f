import type { Attempt, Micros } from 'unackd';
import type { Client } from './clients.ts';
import { CAPTURE_DUPLICATE } from './rules.ts';
import type { Port } from './places.ts';
import type { Fail } from './run.ts';

/** An attempt that waits for its answer, of a client known to be real. */
export interface Flow {
  readonly key: number;
  readonly port: Port;
  readonly client: Client;
  readonly clientPort: number;
  readonly layout: number;
  readonly first: Micros;
  /** SYNs sent, capture duplicates left out. */
  readonly sent: Micros[];
  /** For each SYN its failure, once counted. */
  readonly fails: (Fail | undefined)[];
  /** SYNs whose answers did not reach the client. */
  readonly unheard: number[];
  /** Nothing more is expected of it. */
  done: boolean;
  /** SYNs that failed while others at the same port were answered. */
  readonly beside: number[];
  /** What it added to the evidence of a partial black hole. */
  added: number;
  /** Known to fail for good while others work. */
  dead: boolean;
}

/** ISN and client port in one exact integer of 48 bits. */
function identity(a: Attempt): number {
  return a.isn * 65_536 + a.client.port;
}

/** Attempts that wait, the oldest given up on when there are too many. */
export class Flows {
  untracked = 0;
  readonly #flows = new Map<number, Flow>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(a: Attempt, port: Port): Flow | undefined {
    if (this.#flows.size === 0) return undefined;
    const flow = this.#flows.get(identity(a));
    return flow?.port === port ? flow : undefined;
  }

  open(a: Attempt, port: Port, client: Client): Flow {
    if (this.#flows.size >= this.#limit) {
      for (const oldest of this.#flows.values()) {
        this.close(oldest);
        this.untracked++;
        break;
      }
    }
    const flow: Flow = {
      key: identity(a),
      port,
      client,
      clientPort: a.client.port,
      layout: a.syn_layout ?? 0,
      first: a.time,
      sent: sendTimes(a),
      fails: [],
      unheard: [],
      done: false,
      beside: [],
      added: 0,
      dead: false,
    };
    this.#flows.set(flow.key, flow);
    return flow;
  }

  /** Clients of those that wait. */
  *clients(): Generator<Client> {
    for (const { client } of this.#flows.values()) yield client;
  }

  close(flow: Flow): void {
    flow.done = true;
    this.#flows.delete(flow.key);
  }
}

function sendTimes(a: Attempt): Micros[] {
  const times = [a.time];
  if (a.syns === 1) return times;
  for (const offset of a.syn_offsets) {
    const time = a.time + Math.round(offset * 1e6);
    if (time - times[times.length - 1] >= CAPTURE_DUPLICATE) times.push(time);
  }
  return times;
}

/** When its newest SYN was sent. */
export function lastSyn(a: Attempt): Micros {
  if (a.syns === 1) return a.time;
  return a.time + Math.round((a.syn_offsets.at(-1) ?? 0) * 1e6);
}
