import type { Micros } from 'unackd';
import type { Client } from './clients.ts';
import type { Flow } from './flows.ts';
import { BESIDE, BIMODAL, DEAD_SPAN, SECOND } from './rules.ts';

/** What is remembered of a flow, to find what parts failing ones from the others. */
export interface FlowSample {
  readonly client: Client;
  readonly port: number;
  readonly layout: number;
  readonly at: Micros;
}

const SAMPLES = 64;
/** Share of flows that a bad one of several paths takes: what a flow that works speaks against. */
const SHARE = 0.2;

/** Likelihood of `k` in `n` at the rate that suits it best, logarithm. */
function best(k: number, n: number): number {
  if (k <= 0 || k >= n) return 0;
  return k * Math.log(k / n) + (n - k) * Math.log(1 - k / n);
}

/**
 * Evidence for two classes of flows at one port: all SYNs of some fail, none of
 * the others. It rises with each SYN of a flow that fails while others are
 * answered, and falls with each flow that works.
 */
export class Partial {
  score = 0;
  /** First SYN of the first failing flow. */
  first: Micros = Number.NaN;
  readonly dead = new Map<Flow, FlowSample>();
  readonly good: FlowSample[] = [];
  syns = 0;
  attempts = 0;
  readonly clients = new Set<Client>();
  /** First SYNs, and how many of them failed; retries likewise. */
  firsts = 0;
  firstsFailed = 0;
  retries = 0;
  retriesFailed = 0;
  /** Failing flows that came through after all. */
  revived = 0;
  #counted: Micros = Number.NEGATIVE_INFINITY;

  /** A SYN failed, sent `sinceOk` after one that was answered. */
  failed(flow: Flow, sent: Micros, index: number, sinceOk: Micros, chance: number): void {
    if (index === 0) this.firstsFailed++;
    else this.retriesFailed++;
    if (index === 0) this.firsts++;
    else this.retries++;
    if (sinceOk > BESIDE) return;
    flow.beside++;
    // One a half second: a burst shows many at once.
    if (Math.abs(sent - this.#counted) < SECOND / 2) return;
    this.#counted = sent;
    flow.added += -Math.log(chance);
    if (flow.beside < 2 || sent - flow.first < DEAD_SPAN) return;
    if (!this.dead.has(flow) && this.dead.size < SAMPLES) {
      this.attempts++;
      this.clients.add(flow.client);
      this.dead.set(flow, sampleOf(flow));
    }
    if (Number.isNaN(this.first)) this.first = flow.first;
    this.first = Math.min(this.first, flow.first);
    this.syns = [...this.dead.keys()].reduce((sum, f) => sum + f.sent.length, 0);
    this.score += flow.added;
    flow.added = 0;
  }

  /** A handshake worked; `flow` where it was waited for. */
  answered(flow: Flow | undefined, sample: FlowSample | null, syns: number): void {
    this.score = Math.max(0, this.score + Math.log(1 - SHARE));
    if (syns > 1) this.retries++;
    else this.firsts++;
    if (flow !== undefined && this.dead.delete(flow)) {
      this.revived++;
      // It was lost SYNs after all, or the path is back.
      this.score *= 0.5;
    }
    if (sample !== null) {
      this.good.push(sample);
      if (this.good.length > SAMPLES) this.good.shift();
    }
  }

  /** Nothing fails any more that speaks for two classes. */
  get idle(): boolean {
    return this.score === 0 && this.dead.size === 0;
  }

  /** Two loss rates, one for first SYNs and one for retries, suit far better than one for both. */
  get bimodal(): boolean {
    const { firsts, firstsFailed, retries, retriesFailed } = this;
    if (retries === 0 || retriesFailed < 0.75 * retries || this.dead.size < 2) return false;
    const apart = best(firstsFailed, firsts) + best(retriesFailed, retries);
    const together = best(firstsFailed + retriesFailed, firsts + retries);
    return apart - together >= BIMODAL;
  }
}

export function sampleOf(flow: Flow): FlowSample {
  return { client: flow.client, port: flow.clientPort, layout: flow.layout, at: flow.first };
}
