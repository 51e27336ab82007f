import type { Address, Micros, Outcome } from './attempt.ts';

/** Judgement on an endpoint, worst first: the order in which people are shown them. */
export const VERDICTS = [
  'black-holing',
  'partially-black-holing',
  'reply-loss',
  'silent',
  'rejecting',
  'refusing',
  'lossy',
  'unknown',
  'healthy',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const CAUSES = [
  'dropped-at-server',
  'lost-before-server',
  'reply-lost',
  'dropped-at-client',
  'refusal-hidden',
  'accept-queue-full',
  'host-down',
] as const;
export type CauseName = (typeof CAUSES)[number];

/** A possible cause; the probabilities of one endpoint add up to 1. */
export interface Cause {
  readonly cause: CauseName;
  /** 0 to 1, rounded to two digits. */
  readonly probability: number;
  /** Each reason a sentence with its numbers. */
  readonly because: readonly string[];
}

export interface Endpoint {
  readonly type: 'endpoint';
  readonly server: Address;
  /** Id of the source whose packets it is judged by. Not part of the record. */
  readonly source?: string;
  readonly verdict: Verdict;
  readonly attempts: Readonly<Record<Outcome, number>>;
  /** Distinct client addresses: exact up to 10,000, then an estimate. */
  readonly clients: number;
  /** First SYN of the first attempt. */
  readonly first: Micros;
  /** Last thing seen of any attempt. */
  readonly last: Micros;
  /** Empty where nothing fails; most likely first. */
  readonly causes: readonly Cause[];
  /** One sentence that says what is going on, for people. Not part of the record. */
  readonly story: string;
  /** What would tell the causes apart, or `null`. Not part of the record. */
  readonly settle: string | null;
}
