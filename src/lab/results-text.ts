/** What the client program saw, counted. */
import { formatDuration } from '../face/duration.ts';
import { PORT } from './experiments.ts';
import type { Findings } from './findings.ts';
import { WAITING } from './messages.ts';
import type { Result } from './messages.ts';

/** When a connection was begun. */
export const SPANS = ['before', 'during', 'after'] as const;
export type Span = (typeof SPANS)[number];

export function spanOf({ started }: Result, { fault, cleared }: Findings): Span {
  if (started < fault) return 'before';
  return started < cleared ? 'during' : 'after';
}

/** Quicker than any retry: nothing is said of how long it took. */
const AT_ONCE_S = 0.3;

/** `12 connected`, `4 ETIMEDOUT after 11.3 s`, `3 connected after 1.02 s to 7.2 s`. */
function counted(saw: string, results: readonly Result[]): string {
  const seconds = results.map((result) => result.seconds);
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  const [first, last] = [formatDuration(least), formatDuration(most)];
  const span = first === last ? first : `${first} to ${last}`;
  const after = least < AT_ONCE_S ? '' : ` after ${span}`;
  return `${results.length} ${saw === WAITING ? 'still waiting' : saw}${after}`;
}

/** What became of connections, most frequent first: `30 connected`, `4 ETIMEDOUT after 11.3 s`. */
export function sawTexts(results: readonly Result[]): string[] {
  const kinds = Map.groupBy(
    results,
    ({ saw, seconds }) => `${saw} ${seconds < AT_ONCE_S ? 'at once' : 'later'}`,
  );
  return [...kinds.values()]
    .toSorted((a, b) => b.length - a.length)
    .map((some) => counted(some[0].saw, some));
}

/** Rows of port, span, and what programs saw: each said once, where it changes. */
export function resultRows(findings: Findings): string[][] {
  const ports = [...new Set(findings.results.map(({ port }) => port))].toSorted((a, b) => a - b);
  return ports.flatMap((port) => {
    const spans = port === PORT ? SPANS : [null];
    const rows = spans.flatMap((span) => {
      const some = findings.results.filter(
        (result) => result.port === port && (span === null || spanOf(result, findings) === span),
      );
      return sawTexts(some).map((saw, i) => ['', i === 0 ? (span ?? '') : '', saw]);
    });
    return rows.map(([, span, saw], i) => [i === 0 ? String(port) : '', span, saw]);
  });
}
