import type { Micros } from './attempt.ts';

/** The engine's and the bundled plugins' codes; plugins' own codes are free. */
export const NOTICE_CODES = [
  'one-way-capture',
  'icmp-hidden-by-filter',
  'hidden-refusal-suspected',
  'capture-loss',
  'capture-loss-over',
  'source-blind',
  'source-failed',
  'source-sees-again',
  'syn-flood',
  'table-full',
  'clock-went-back',
  'truncated-file',
  'outbox-in-memory',
] as const;

/** Something that a person should know about the capture or the daemon itself. */
export interface Notice {
  readonly type: 'notice';
  readonly code: string;
  readonly time: Micros;
  /** One sentence: what, and what to do. */
  readonly text: string;
  /**
   * Set where a trouble begins or ends that lasts: a sink may then tell it as it
   * does an incident. Not part of the record.
   */
  readonly trouble?: Trouble;
}

export interface Trouble {
  /** The same at the beginning and at the end: `source eth0`. */
  readonly id: string;
  readonly state: 'begins' | 'ends';
}
