import { parseDuration } from '../config/units.ts';
import { parseWhen } from '../history/when.ts';
import type { Micros } from '../model/attempt.ts';
import { formatTime } from '../plugin/record.ts';

function usage(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 });
}

/**
 * From when until when, as the command line has it.
 * @throws in one line, with exit code 2
 */
export function spanOf(
  flags: {
    readonly for?: string | undefined;
    readonly from?: string | undefined;
    readonly until?: string | undefined;
  },
  now: Micros,
): { readonly from: string; readonly until: string } {
  const from = flags.from === undefined ? now : parseWhen('--from', flags.from, now);
  const until = endOf(flags, from, now);
  if (until <= from) {
    const isAgo = parseDuration(flags.until ?? '') !== null;
    const hint = isAgo
      ? `; --until ${flags.until} is that long ago, --for ${flags.until} from now on`
      : '';
    throw usage(`it would end before it begins${hint}`);
  }
  return { from: formatTime(from), until: formatTime(until) };
}

function endOf(
  { for: length, until }: Parameters<typeof spanOf>[0],
  from: Micros,
  now: Micros,
): Micros {
  if (until !== undefined) return parseWhen('--until', until, now);
  if (length === undefined) throw usage('say how long: --for 2h, or --until 2026-10-01T22:00:00Z');
  const micros = parseDuration(length);
  if (micros === null || micros === 0) {
    throw usage(`--for wants a duration such as 90s, 30m, 2h or 1d, not '${length}'`);
  }
  return from + micros;
}
