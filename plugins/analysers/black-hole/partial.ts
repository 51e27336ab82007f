import type { Micros } from 'unackd';
import type { Client } from './clients.ts';
import type { Flow } from './flows.ts';
import { BESIDE, BIMODAL, DEAD_APART, DEAD_SPAN, SECOND } from './rules.ts';

/** What is remembered of a flow, to find what parts failing ones from the others. */
export interface FlowSample {
  readonly client: Client;
  readonly port: number;
  readonly layout: number;
  readonly at: Micros;
}

const SAMPLES = 64;
const ANSWERS = 32;
/** Failing flows that are looked at again when others are answered; the oldest goes first. */
const WAITING = 256;
/** SYNs of one flow that count: what its sixth shows, its fourth has shown. */
const SYNS_OF_ONE_FLOW = 4;
/** Flows after which old counts have faded to a third while nothing fails for good. */
const MEMORY = 64;
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
  /** First SYN of the failing flow that began last. */
  #lastBegan: Micros = Number.NEGATIVE_INFINITY;
  /** The newest failing flows, and the newest that worked. */
  readonly dead = new Map<Flow, FlowSample>();
  readonly good: FlowSample[] = [];
  /** Flows that failed for good, and that worked, since the first of them. */
  attempts = 0;
  worked = 0;
  lastFail: Micros = Number.NEGATIVE_INFINITY;
  readonly clients = new Set<Client>();
  /** First SYNs, and how many of them failed; retries likewise. */
  firsts = 0;
  firstsFailed = 0;
  retries = 0;
  retriesFailed = 0;
  /** Failing flows, and the chance that loss explains one of their SYNs. */
  readonly #waiting = new Map<Flow, number>();
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
    if (flow.beside.length >= SYNS_OF_ONE_FLOW) return;
    if (this.#waiting.size >= WAITING) {
      for (const oldest of this.#waiting.keys()) {
        this.#waiting.delete(oldest);
        break;
      }
    }
    this.#waiting.set(flow, chance);
    this.#weigh(flow, chance);
  }

  /** Counts what of a failing flow stands beside answers by now. */
  #weigh(flow: Flow, chance: number): void {
    let last = flow.first;
    for (const [i, sent] of flow.sent.entries()) {
      if (flow.fails[i] === undefined) continue;
      if (!flow.beside.includes(i)) {
        if (!this.#isBeside(sent)) continue;
        flow.beside.push(i);
        if (flow.beside.length <= SYNS_OF_ONE_FLOW) flow.added -= Math.log(chance);
      }
      last = sent;
    }
    if (flow.beside.length < 2 || last - flow.first < DEAD_SPAN) return;
    if (!flow.dead) {
      flow.dead = true;
      this.attempts++;
      this.#lastBegan = Math.max(this.#lastBegan, flow.first);
      this.clients.add(flow.client);
      if (this.dead.size >= SAMPLES) {
        for (const oldest of this.dead.keys()) {
          this.dead.delete(oldest);
          break;
        }
      }
      this.dead.set(flow, sampleOf(flow));
    }
    if (flow.added > 0) {
      if (Number.isNaN(this.first) || flow.first < this.first) this.first = flow.first;
      this.score += flow.added;
      flow.added = 0;
    }
    if (flow.beside.length >= SYNS_OF_ONE_FLOW) this.#waiting.delete(flow);
  }

  /** Other SYNs were answered soon before and soon after it: the port was alive all the while. */
  #isBeside(sent: Micros): boolean {
    const answered = this.#answered;
    return (
      answered.some((ok) => ok <= sent && sent - ok <= BESIDE) &&
      answered.some((ok) => ok >= sent && ok - sent <= BESIDE)
    );
  }

  /** Goes on with what was counted before a restart. */
  resume(failing: number, worked: number): void {
    this.attempts = failing;
    this.worked = worked;
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
    if (flow !== undefined) this.#waiting.delete(flow);
    for (const [waiting, chance] of this.#waiting) {
      if (waiting.done) this.#waiting.delete(waiting);
      else this.#weigh(waiting, chance);
    }
    const score = Math.max(0, this.score + Math.log(1 - SHARE));
    if (score === 0) this.#outweighed(this.score > 0);
    this.score = score;
    if (syns > 1) this.retries++;
    else this.firsts++;
    // A failing flow that comes through after all: it was lost SYNs, or the path is back.
    if (flow !== undefined && this.dead.delete(flow)) this.score *= 0.5;
    this.worked++;
    this.good.push(sample);
    if (this.good.length > SAMPLES) this.good.shift();
  }

  /** What failed has been outweighed: it was loss. */
  #outweighed(afresh: boolean): void {
    const kept = afresh ? 0 : 1 - 1 / MEMORY;
    this.firsts *= kept;
    this.firstsFailed *= kept;
    this.retries *= kept;
    this.retriesFailed *= kept;
    if (!afresh) return;
    this.dead.clear();
    this.clients.clear();
    this.first = Number.NaN;
    this.#lastBegan = Number.NEGATIVE_INFINITY;
    this.attempts = 0;
    this.worked = 0;
  }

  /** Share of flows that fail for good. */
  get share(): number {
    return this.attempts / Math.max(1, this.attempts + this.worked);
  }

  /**
   * How much a flow that fails may say against the whole port: as much as its
   * being one of the bad ones does not explain, of which there are half at most.
   */
  get worthOfOneFlow(): number {
    if (this.attempts === 0) return Number.POSITIVE_INFINITY;
    const { attempts, worked } = this;
    return Math.max(Math.LN2, Math.log((worked + attempts + 1) / (attempts + 1)));
  }

  /** Nothing fails any more that speaks for two classes. */
  idleAt(now: Micros): boolean {
    return this.score === 0 && now - this.lastFail > IDLE;
  }

  /** Flows that began at several moments failed, and two loss rates, one for first SYNs and one for retries, suit far better than one for both. */
  get bimodal(): boolean {
    const { firsts, firstsFailed, retries, retriesFailed } = this;
    if (this.#lastBegan - this.first < DEAD_APART) return false;
    if (retries === 0 || retriesFailed < 0.75 * retries || this.dead.size < 2) return false;
    const apart = best(firstsFailed, firsts) + best(retriesFailed, retries);
    const together = best(firstsFailed + retriesFailed, firsts + retries);
    return apart - together >= BIMODAL;
  }
}

export function sampleOf(flow: Flow): FlowSample {
  return { client: flow.client, port: flow.clientPort, layout: flow.layout, at: flow.first };
}
