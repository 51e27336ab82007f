/** A port's life as one line: a sign for each few seconds. */
import { timeOfDay } from '../src/face/clock.ts';
import type { Micros, Outcome } from '../src/model/attempt.ts';

/** As much of an attempt as the strip needs. */
export interface Begun {
  readonly time: Micros;
  readonly outcome: Outcome;
  readonly syns: number;
}

const STEP: Micros = 5_000_000;

/** The strip's signs, in the words of a legend. */
export const STRIP_LEGEND =
  'a sign each 5 s: + every first SYN answered, x none, ~ some, . no attempt';

/** `14:13:20 +++xxx+++ 14:13:35`; empty without attempts. */
export function strip(attempts: readonly Begun[]): string {
  if (attempts.length === 0) return '';
  const steps = attempts.map(({ time }) => Math.floor(time / STEP));
  const first = Math.min(...steps);
  const last = Math.max(...steps);
  const at = Map.groupBy(attempts, ({ time }) => Math.floor(time / STEP));
  const signs = Array.from({ length: last - first + 1 }, (_, i) => sign(at.get(first + i) ?? []));
  return `${timeOfDay(first * STEP, 0)} ${signs.join('')} ${timeOfDay((last + 1) * STEP, 0)}`;
}

function sign(attempts: readonly Begun[]): string {
  if (attempts.length === 0) return '.';
  const atOnce = attempts.filter(({ outcome, syns }) => outcome === 'established' && syns === 1);
  if (atOnce.length === attempts.length) return '+';
  return atOnce.length === 0 ? 'x' : '~';
}
