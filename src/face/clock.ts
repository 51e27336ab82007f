import type { Micros } from '../model/attempt.ts';
import { formatTime } from '../plugin/record.ts';

/** The UTC day: `2026-09-21`. */
export function dayOf(time: Micros): string {
  const text = formatTime(time);
  return text.slice(0, text.indexOf('T'));
}

/**
 * The UTC time of day, finer digits cut: `14:13:20.000`.
 *
 * @param digits of the second's fraction, 0 to 6
 */
export function timeOfDay(time: Micros, digits: number): string {
  const text = formatTime(time);
  const start = text.indexOf('T') + 1;
  return text.slice(start, start + (digits === 0 ? 8 : 9 + digits));
}

/** A span that says its zone once, and its day once where it is the same. */
export function formatSpan(first: Micros, last: Micros): string {
  const from = `${dayOf(first)} ${timeOfDay(first, 3)}`;
  const until = timeOfDay(last, 3);
  return dayOf(first) === dayOf(last)
    ? `${from} to ${until} UTC`
    : `${from} to ${dayOf(last)} ${until} UTC`;
}
