import type { Micros } from '../model/attempt.ts';

/** Clients named apart in one run; more are only said to be many. */
export const CLIENTS_KEPT = 64;

/** A stretch of time in which nothing that an endpoint was asked got an answer. */
export class SilentRun {
  /** The first unanswered attempt's first SYN. */
  start: Micros;
  /** The last SYN, or the answer that ended it. */
  end: Micros;
  attempts = 0;
  /** Unanswered SYNs. */
  syns = 0;
  /** Attempts of it that were found dead after it was over. */
  dead = 0;
  private readonly clients = new Set<number>();

  constructor(start: Micros) {
    this.start = start;
    this.end = start;
  }

  add(start: Micros, last: Micros, syns: number, client: number): void {
    this.start = Math.min(this.start, start);
    this.end = Math.max(this.end, last);
    this.attempts++;
    this.syns += syns;
    if (this.clients.size < CLIENTS_KEPT) this.clients.add(client);
  }

  /** More SYNs of an attempt that is in the run. */
  extend(last: Micros, syns: number): void {
    this.end = Math.max(this.end, last);
    this.syns += syns;
  }

  contains(time: Micros): boolean {
    return time >= this.start && time <= this.end;
  }

  get clientCount(): number {
    return this.clients.size;
  }

  /**
   * How much likelier these SYNs are under a black hole than under loss: natural
   * logarithm of the ratio. A burst of loss outlives no second or two, so what is
   * shorter than `burst` proves nothing.
   * @param lossRate share of SYNs that fail while the endpoint answers
   */
  evidence(lossRate: number, burst: Micros): number {
    if (this.end - this.start < burst) return 0;
    return this.syns * Math.log(1 / Math.min(Math.max(lossRate, 0.02), 0.7));
  }
}
