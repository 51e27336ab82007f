/** Counts as a test expects them: `41`, `>=12`, `3..5`. */
import { shown, type Value } from '../config/value.ts';
import type { Fields } from './fields.ts';

export interface Count {
  /** As written. */
  readonly text: string;
  readonly least: number;
  readonly most: number;
}

const BOUND = /^(?<sign>>=|<=|>|<|=)? ?(?<number>\d{1,15})$/u;
const RANGE = /^(?<least>\d{1,15}) ?\.\. ?(?<most>\d{1,15})$/u;

function bounds(text: string): { least: number; most: number } | null {
  const range = RANGE.exec(text)?.groups;
  if (range !== undefined) {
    const [least, most] = [Number(range['least']), Number(range['most'])];
    return least <= most ? { least, most } : null;
  }
  const bound = BOUND.exec(text)?.groups;
  if (bound === undefined) return null;
  const number = Number(bound['number']);
  switch (bound['sign']) {
    case '>=':
      return { least: number, most: Infinity };
    case '>':
      return { least: number + 1, most: Infinity };
    case '<=':
      return { least: 0, most: number };
    case '<':
      return { least: 0, most: number - 1 };
    default:
      return { least: number, most: number };
  }
}

export function readCount(value: Value, key: string, { log }: Fields): Count | null {
  if (value.kind === 'broken') return null;
  const text = value.kind === 'scalar' ? String(value.value).trim() : '';
  const found = bounds(text);
  if (found !== null) return { text, ...found };
  const hint = `such as 41, '>=12', '<3' or '3..5'`;
  log.error('wrong-type', value.span, `'${key}' wants a count, not ${shown(value)}`, hint);
  return null;
}

export function holds({ least, most }: Count, count: number): boolean {
  return count >= least && count <= most;
}
