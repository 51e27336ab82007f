import { fstatSync, statSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Whether this is a terminal. Asks the cheap way first: node:tty takes 4 ms to
 * load, and what programs read or nobody does is a pipe, a file or /dev/null.
 */
export function isTerminal(fd: 1 | 2): boolean {
  const stats = fstatSync(fd);
  if (!stats.isCharacterDevice()) return false;
  const nothing = statSync('/dev/null', { throwIfNoEntry: false });
  return stats.rdev !== nothing?.rdev && isatty(fd);
}
