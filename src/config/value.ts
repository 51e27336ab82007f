/** What a YAML text says, with the place of each part: aliases followed, merges done, variables filled in. */
import type { Span } from './fault-log.ts';

export interface ScalarValue {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly span: Span;
  /**
   * As written. Shown in faults in place of the value, as what an environment
   * variable holds may be a secret.
   */
  readonly written: string;
  /** An environment variable had a part in it: text which may stand for a number or a bool. */
  readonly fromVariable: boolean;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly span: Span;
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Value;
}

export interface MapValue {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  /** A key or a merge was wrong, and told: more may have been meant than `entries` has. */
  readonly partial: boolean;
  readonly span: Span;
}

/** What was here is wrong and has been told: nothing more to say about it. */
export interface BrokenValue {
  readonly kind: 'broken';
  readonly span: Span;
}

export type Value = ScalarValue | ListValue | MapValue | BrokenValue;

const LONGEST_QUOTE = 40;

/** A value as a fault's message names it. */
export function shown(value: Value): string {
  if (value.kind === 'list') return 'a list';
  if (value.kind === 'map') return 'a map';
  if (value.kind === 'broken' || value.value === null) return 'nothing';
  if (value.fromVariable) return `what ${value.written} holds`;
  if (typeof value.value !== 'string') return String(value.value);
  const text = value.value;
  return text.length > LONGEST_QUOTE ? `'${text.slice(0, LONGEST_QUOTE)}…'` : `'${text}'`;
}
