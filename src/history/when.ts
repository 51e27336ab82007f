/** `--since` and `--until`: points in time as people write them. */
import { parseDuration } from '../config/units.ts';
import type { Micros } from '../model/attempt.ts';

const DAY = /^(\d{4}-\d{2}-\d{2})$/u;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/u;

/**
 * `2026-09-21T14:13:20.5Z` (RFC 3339), also without zone (UTC), without seconds
 * or only the day; or a duration before now: `2h`.
 *
 * @param now the machine's clock, of which durations are taken
 * @throws Error in one line
 */
export function parseWhen(flag: string, text: string, now: Micros): Micros {
  const ago = parseDuration(text.replace(/^-/u, ''));
  if (ago !== null) return now - ago;
  const [, day] = DAY.exec(text) ?? [];
  const [, date, clock, fraction = '', zone = 'Z'] = MOMENT.exec(text) ?? [];
  const seconds = clock?.length === 5 ? `${clock}:00` : clock;
  const moment = day === undefined ? `${date}T${seconds}${zone}` : `${day}T00:00:00Z`;
  const milliseconds = Date.parse(moment);
  if (Number.isNaN(milliseconds) || (day === undefined && date === undefined)) {
    throw Object.assign(
      new Error(
        `${flag} wants a time such as 2026-09-21T14:13:20Z, a day (2026-09-21), or how long ago (2h), not '${text}'`,
      ),
      { exitCode: 2 },
    );
  }
  return milliseconds * 1000 + Number(fraction.slice(1, 7).padEnd(6, '0'));
}

export interface Span {
  readonly since: Micros | undefined;
  readonly until: Micros | undefined;
}

/** @throws Error in one line, also where nothing can lie between the two */
export function parseSpan(since: string | undefined, until: string | undefined): Span {
  const now = Date.now() * 1000;
  const span = {
    since: since === undefined ? undefined : parseWhen('--since', since, now),
    until: until === undefined ? undefined : parseWhen('--until', until, now),
  };
  if (span.since !== undefined && span.until !== undefined && span.since >= span.until) {
    throw Object.assign(new Error(`--since ${since} is not before --until ${until}`), {
      exitCode: 2,
    });
  }
  return span;
}
