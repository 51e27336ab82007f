/** Windows that come again and again, by node-cron's matching. */
import { createTask, validateDetailed } from 'node-cron';
import type { Micros } from '../model/attempt.ts';
import type { Window } from '../telling/silence.ts';

const MINUTE: Micros = 60_000_000;

/** What is wrong with an expression, for people; `null` where nothing is. */
export function cronFault(expression: string): string | null {
  const { valid, fields, errors } = validateDetailed(expression);
  if (!valid) return errors.map(({ field, value }) => `${field} '${value}'`).join(', ');
  // With a sixth field in front: a window begins at a full minute.
  return fields?.second.join() === '0' ? null : 'it has a field of seconds';
}

/** Whether there is such a time zone. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
}

/**
 * Open from each minute that matches on, for so long. Matched against the time
 * that is asked for: no timers. Summer time is as node-cron has it: a local
 * time that does not come makes no window, one that comes twice makes two.
 */
export class CronWindow implements Window {
  readonly #matches: (date: Date) => boolean;
  readonly #length: Micros;
  /** Up to this minute the last beginning is known. */
  #known = { minute: Number.NaN, begin: Number.NEGATIVE_INFINITY };

  /** @param expression checked before, as is the time zone */
  constructor(expression: string, length: Micros, timezone: string) {
    const task = createTask(expression, () => {}, { timezone, unref: true });
    // Never started: only its matching is wanted, and the list of tasks is to forget it.
    void task.destroy();
    this.#matches = (date) => task.match(date);
    this.#length = length;
  }

  openUntil(time: Micros): Micros | null {
    const end = this.#lastBegin(time) + this.#length;
    return end > time ? end : null;
  }

  /** -Infinity where there is none that still counts. */
  #lastBegin(time: Micros): Micros {
    const newest = Math.floor(time / MINUTE);
    let begin = Number.NEGATIVE_INFINITY;
    for (let minute = newest; minute * MINUTE > time - this.#length; minute--) {
      if (minute === this.#known.minute) ({ begin } = this.#known);
      else if (this.#matches(new Date(minute * 60_000))) begin = minute * MINUTE;
      else continue;
      break;
    }
    this.#known = { minute: newest, begin };
    return begin;
  }
}
