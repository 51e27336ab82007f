/** Maps, lists and words out of a test file, each fault with its place. */
import type { FaultLog, Span } from '../config/fault-log.ts';
import { didYouMean, nearest } from '../config/spelling.ts';
import { shown, type ListValue, type MapValue, type Value } from '../config/value.ts';

/** Where something stands in a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Reads values of one test file; what is wrong is told to its log, and comes back as `null`. */
export class Fields {
  readonly log: FaultLog;
  private readonly text: string;

  constructor(text: string, log: FaultLog) {
    this.text = text;
    this.log = log;
  }

  placeOf({ start }: Span): Place {
    return {
      line: this.log.lineOf(start),
      column: start - this.text.lastIndexOf('\n', start - 1),
    };
  }

  /** @param what as faults name it: `a test` @param keys that it may have */
  map(value: Value, what: string, keys: readonly string[] | null): MapValue | null {
    if (value.kind === 'broken') return null;
    if (value.kind !== 'map') {
      const hint = keys === null ? null : `its keys: ${keys.join(', ')}`;
      this.log.error('wrong-type', value.span, `${what} is a map, not ${shown(value)}`, hint);
      return null;
    }
    for (const { key, keySpan } of value.entries.values()) {
      if (keys === null || keys.includes(key)) continue;
      const hint = didYouMean(key, keys, 'it has');
      this.log.error('unknown-key', keySpan, `'${key}' is not a key of ${what}`, hint);
    }
    return value;
  }

  /** A list; one value stands for a list of one. */
  list(value: Value): readonly Value[] {
    if (value.kind === 'broken') return [];
    return value.kind === 'list' ? (value satisfies ListValue).items : [value];
  }

  /** A required entry; a misspelt one, which has been told, is read as what was meant. */
  entry(map: MapValue, key: string, what: string, hint: string): Value | null {
    const found =
      map.entries.get(key) ??
      [...map.entries.values()].find((other) => nearest(other.key, [key]) !== null);
    if (found !== undefined) return found.value;
    if (!map.partial) this.log.error('missing-option', map.span, `${what} has no '${key}'`, hint);
    return null;
  }

  plainText(value: Value, key: string, hint: string | null = null): string | null {
    if (value.kind === 'broken') return null;
    if (value.kind === 'scalar' && typeof value.value === 'string' && value.value.trim() !== '') {
      return value.value;
    }
    this.log.error('wrong-type', value.span, `'${key}' wants text, not ${shown(value)}`, hint);
    return null;
  }

  /** One of these words. */
  word<const W extends string>(value: Value, key: string, words: readonly W[]): W | null {
    const text = this.plainText(value, key, `one of: ${words.join(', ')}`);
    if (text === null) return null;
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, words, 'it is one of');
    this.log.error('unknown-value', value.span, `'${key}' can't be '${text}'`, hint);
    return null;
  }
}
