/** What the service said last. */
import { ask } from './manager.ts';
import { NAME } from './place.ts';

/** Enough for the faults of a configuration, or for a stack. */
const LINES = 20;

/**
 * Its last lines in the journal, oldest first; none where it can't be read.
 * @param invocation of which start; '' for whichever
 */
export function recentLines(invocation: string): string[] {
  const which =
    invocation === ''
      ? [`--unit=${NAME}.service`]
      : // What the daemon said, and what systemd said of it.
        [`_SYSTEMD_INVOCATION_ID=${invocation}`, '+', `INVOCATION_ID=${invocation}`];
  try {
    const { status, stdout } = ask([
      'journalctl',
      ...which,
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
