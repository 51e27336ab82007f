/** Which endpoints stand on the screen, without sorting all of them. */
import { VERDICTS } from '../model/endpoint.ts';
import type { Micros } from '../model/attempt.ts';
import type { Entry } from './entry.ts';

/** What the table can be sorted by, in the order in which a key goes through them. */
export const SORTS = ['verdict', 'changed', 'rate', 'server'] as const;
export type Sort = (typeof SORTS)[number];

const RANK = new Map(VERDICTS.map((verdict, rank) => [verdict, rank]));

type Compare = (a: Entry, b: Entry) => number;

function compareServers(a: Entry, b: Entry): number {
  const [s, t] = [a.soFar.stats, b.soFar.stats];
  if (s.v6 !== t.v6) return s.v6 ? 1 : -1;
  for (let i = 0; i < 4; i++) {
    const difference = (s.words[i] >>> 0) - (t.words[i] >>> 0);
    if (difference !== 0) return difference;
  }
  return s.port - t.port;
}

/** Newest first; those that never changed last. */
function compareChanges(a: Entry, b: Entry): number {
  const [s, t] = [a.changed, b.changed];
  if (Number.isNaN(s) || Number.isNaN(t)) return Number(Number.isNaN(s)) - Number(Number.isNaN(t));
  return t - s;
}

function compareBy(sort: Sort, now: Micros): Compare {
  switch (sort) {
    case 'verdict':
      return (a, b) =>
        RANK.get(a.verdict)! - RANK.get(b.verdict)! || compareChanges(a, b) || compareServers(a, b);
    case 'changed':
      return (a, b) => compareChanges(a, b) || compareServers(a, b);
    case 'rate':
      return (a, b) => b.rate.perSecond(now) - a.rate.perSecond(now) || compareServers(a, b);
    case 'server':
      return compareServers;
  }
}

/** Words that an endpoint's address, name and verdict must hold, each of them; in small letters. */
export function matches(entry: Entry, words: readonly string[]): boolean {
  return words.every((word) => entry.searched.includes(word) || entry.verdict.startsWith(word));
}

export interface Chosen {
  /** The first ones, sorted. */
  readonly rows: readonly Entry[];
  /** How many match in all. */
  readonly matching: number;
}

/**
 * The first `most` of those that match. One pass over all with a short sorted
 * list: a hundred thousand endpoints take a few milliseconds.
 */
export function choose(
  entries: readonly Entry[],
  words: readonly string[],
  sort: Sort,
  most: number,
  now: Micros,
): Chosen {
  const compare = compareBy(sort, now);
  const rows: Entry[] = [];
  let matching = 0;
  for (const entry of entries) {
    if (words.length > 0 && !matches(entry, words)) continue;
    matching++;
    if (rows.length === most && compare(entry, rows[most - 1]) >= 0) continue;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(entry, rows[middle]) < 0) high = middle;
      else low = middle + 1;
    }
    rows.splice(low, 0, entry);
    if (rows.length > most) rows.pop();
  }
  return { rows, matching };
}
