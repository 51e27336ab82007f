/** What the service said last. */
import { ask } from './manager.ts';
import { NAME } from './place.ts';

/** Enough for the faults of a configuration, or for a stack. */
const LINES = 20;

/** Its last lines in the journal, oldest first; none where it can't be read. */
export function recentLines(): string[] {
  try {
    const { status, stdout } = ask([
      'journalctl',
      `--unit=${NAME}.service`,
      `--lines=${LINES}`,
      '--no-pager',
      '--output=short-iso',
      '--no-hostname',
      '--quiet',
      '--utc',
    ]);
    return status === 0
      ? stdout
          .trimEnd()
          .split('\n')
          .filter((line) => line !== '')
      : [];
  } catch {
    return [];
  }
}
