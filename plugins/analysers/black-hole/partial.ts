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
const ANSWERS = 32;
/** SYNs of one flow that count: what its fifth shows, its third has shown. */
const SYNS_OF_ONE_FLOW = 3;
/** Without a failing SYN for this long there is nothing to judge. */
const IDLE: Micros = 20 * SECOND;
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
  attempts = 0;
  lastFail: Micros = Number.NEGATIVE_INFINITY;
  readonly clients = new Set<Client>();
  /** First SYNs, and how many of them failed; retries likewise. */
  firsts = 0;
  firstsFailed = 0;
  retries = 0;
  retriesFailed = 0;
  /** Failing flows that came through after all. */
  revived = 0;
  /** Flows that worked, as they were counted before a restart. */
  #workedBefore = 0;
  /** SYNs that were answered lately. */
  readonly #answered: Micros[] = [];

  /** A SYN failed: the flow's `index`th. */
  failed(flow: Flow, index: number, chance: number): void {
    this.lastFail = flow.sent[index];
    if (index === 0) {
      this.firsts++;
      this.firstsFailed++;
    } else {
      this.retries++;
      this.retriesFailed++;
    }
    for (let i = 0; i <= index; i++) {
      const sent = flow.sent[i];
      if (flow.fails[i] === undefined || flow.beside.has(i) || !this.#isBeside(flow, sent))
        continue;
      flow.beside.add(i);
      if (flow.beside.size <= SYNS_OF_ONE_FLOW) flow.added -= Math.log(chance);
    }
    if (flow.beside.size < 2 || flow.sent[index] - flow.first < DEAD_SPAN) return;
    if (!this.dead.has(flow) && this.dead.size < SAMPLES) {
      this.attempts++;
      this.clients.add(flow.client);
      this.dead.set(flow, sampleOf(flow));
    }
    if (Number.isNaN(this.first) || flow.first < this.first) this.first = flow.first;
    this.score += flow.added;
    flow.added = 0;
  }

  /** Another flow was answered close to it, while this one waited. */
  #isBeside(flow: Flow, sent: Micros): boolean {
    return this.#answered.some((ok) => ok >= flow.first && Math.abs(ok - sent) <= BESIDE);
  }

  /** Goes on with what was counted before a restart. */
  resume(failing: number, worked: number): void {
    this.attempts = failing;
    this.#workedBefore = worked;
  }

  /** Flows that worked lately. */
  get worked(): number {
    return Math.max(this.good.length, this.#workedBefore);
  }

  /** Share of the flows that fails. */
  get share(): number {
    return this.attempts / Math.max(1, this.attempts + this.worked);
  }

  /** SYNs of the flows that fail. */
  get syns(): number {
    let sum = 0;
    for (const flow of this.dead.keys()) sum += flow.sent.length;
    return sum;
  }

  /** A handshake worked; `flow` where it was waited for. */
  answered(flow: Flow | undefined, sample: FlowSample, sent: Micros, syns: number): void {
    this.#answered.push(sent);
    if (this.#answered.length > ANSWERS) this.#answered.shift();
    const score = Math.max(0, this.score + Math.log(1 - SHARE));
    if (score === 0 && this.score > 0) this.#startAfresh();
    this.score = score;
    if (syns > 1) this.retries++;
    else this.firsts++;
    if (flow !== undefined && this.dead.delete(flow)) {
      this.revived++;
      // It was lost SYNs after all, or the path is back.
      this.score *= 0.5;
    }
    this.good.push(sample);
    if (this.good.length > SAMPLES) this.good.shift();
  }

  /** What failed has been outweighed: it was loss. */
  #startAfresh(): void {
    this.dead.clear();
    this.clients.clear();
    this.first = Number.NaN;
    this.attempts = 0;
    this.firsts = 0;
    this.firstsFailed = 0;
    this.retries = 0;
    this.retriesFailed = 0;
  }

  /** How much a flow that fails may say against the whole port: as much as its being one of the bad ones does not explain. */
  get worthOfOneFlow(): number {
    if (this.attempts === 0) return Number.POSITIVE_INFINITY;
    return Math.log((this.good.length + this.attempts + 1) / (this.attempts + 1));
  }

  /** Nothing fails any more that speaks for two classes. */
  idleAt(now: Micros): boolean {
    return this.score === 0 && now - this.lastFail > IDLE;
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
