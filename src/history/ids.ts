/** Incidents by their ids, or as much of one as tells it from the others. */
import { distance } from '../config/spelling.ts';

/** Shorter is never shown: it may stop being unique with the next incident. */
const SHOWN_LEAST = 8;

/** Ids named where none or several are meant. */
const NAMED = 3;

/** The shortest beginnings that tell all these ids apart, of one length. */
export function shortener(ids: readonly string[]): (id: string) => string {
  const sorted = ids.toSorted();
  let length = SHOWN_LEAST;
  for (let at = 1; at < sorted.length; at++) {
    const [a, b] = [sorted[at - 1], sorted[at]];
    if (a === b) continue;
    let same = 0;
    while (same < a.length && a[same] === b[same]) same++;
    length = Math.max(length, same + 1);
  }
  return (id) => id.slice(0, length);
}

export type Found<T> =
  | { readonly one: T }
  /** All that it may mean; or, where nothing begins so, what is spelt alike. */
  | { readonly several: readonly T[] }
  | { readonly nearest: readonly T[] };

/** The incident whose id is, or begins with, what was typed. */
export function findById<T extends { readonly id: string }>(
  typed: string,
  incidents: readonly T[],
): Found<T> {
  const wanted = typed.toLowerCase();
  const exact = incidents.find(({ id }) => id === typed);
  if (exact !== undefined) return { one: exact };
  const beginning =
    wanted === '' ? [] : incidents.filter(({ id }) => id.toLowerCase().startsWith(wanted));
  if (beginning.length === 1) return { one: beginning[0] };
  if (beginning.length > 1) return { several: beginning.slice(0, NAMED) };
  const ranked = incidents
    .map((incident) => {
      const start = incident.id.slice(0, Math.max(wanted.length, 1)).toLowerCase();
      return { incident, slips: distance(wanted.slice(0, 64), start) };
    })
    .toSorted((a, b) => a.slips - b.slips);
  return { nearest: ranked.slice(0, NAMED).map(({ incident }) => incident) };
}
