import { closeSync, constants, createReadStream, fstatSync, openSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { InputError } from 'unackd';
import { FileFeed, reason, StreamFeed } from './feed.ts';
import type { Feed } from './feed.ts';

/** How standard input is written as a path, and other names it goes by. */
export const STANDARD_INPUT = '-';
const STANDARD_INPUT_NAMES: ReadonlySet<string> = new Set([
  STANDARD_INPUT,
  '/dev/stdin',
  '/dev/fd/0',
  '/proc/self/fd/0',
]);

export function isStandardInput(path: string): boolean {
  return STANDARD_INPUT_NAMES.has(path);
}

/** What messages call it. */
export function displayName(path: string): string {
  return isStandardInput(path) ? 'standard input' : path;
}

/** What is there, as far as that can be told without opening it: `openFeed` says what is wrong. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Opens a capture for reading. Never waits: a FIFO without a writer is opened
 * at once and read when one comes.
 *
 * @throws InputError 66 where there is nothing to read, 77 without permission, 65 for a directory
 */
export function openFeed(path: string): Feed {
  if (isStandardInput(path)) return openStandardInput();
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw openError(path, error);
  }
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return new FileFeed(fd, true);
    refuse(path, fd, stats);
    if (stats.isFIFO()) return new StreamFeed(new Socket({ fd, readable: true, writable: false }));
    return new StreamFeed(createReadStream(path, { fd }));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openStandardInput(): Feed {
  let stats: Stats;
  try {
    stats = fstatSync(0);
  } catch (error) {
    throw openError(STANDARD_INPUT, error);
  }
  if (stats.isFile()) return new FileFeed(0, false);
  refuse(STANDARD_INPUT, 0, stats);
  return new StreamFeed(process.stdin);
}

function refuse(path: string, fd: number, stats: Stats): void {
  if (stats.isDirectory()) {
    const advice = isStandardInput(path)
      ? 'give a file or pipe a capture in'
      : `name the files in it, such as '${path}/*.pcap'`;
    throw new InputError(65, `${displayName(path)}: is a folder; ${advice}`);
  }
  if (isatty(fd)) {
    throw new InputError(
      66,
      `${displayName(path)}: is a terminal; give a file or pipe a capture in`,
    );
  }
}

function openError(path: string, error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const name = displayName(path);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new InputError(66, `${name}: no such file; check the path`);
    case 'EACCES':
    case 'EPERM':
      return new InputError(
        77,
        `${name}: no permission to read it; ask its owner, or run as a user who may`,
      );
    case 'ELOOP':
      return new InputError(66, `${name}: its symbolic links go round in circles`);
    case 'EMFILE':
    case 'ENFILE':
      return new InputError(66, `${name}: too many open files; raise the limit with ulimit -n`);
    case 'EBADF':
      return new InputError(66, `${name}: is closed; give a file or pipe a capture in`);
    default:
      return new InputError(66, `${name}: can't be opened: ${reason(error)}`);
  }
}
