import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { OutputError } from 'unackd';
import { outputFault } from './faults.ts';
import { LineFile } from './line-file.ts';

/** How far back the beginning of a torn line is looked for: records are far shorter. */
const TAIL = 64 * 1024;

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/**
 * A process that was killed may have left half a line at the end. Half a
 * record of ours is cut off; whatever else lacks its newline gets it.
 */
function mendTail(path: string, fd: number): void {
  const { size } = fstatSync(fd);
  if (size === 0) return;
  const reader = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(size, TAIL));
    const read = readSync(reader, bytes, 0, bytes.length, size - bytes.length);
    const start = bytes.lastIndexOf(0x0a, read - 1) + 1;
    if (start === read) return;
    const line = bytes.toString('utf8', start, read);
    const ours = line.startsWith('{"type":') && (start > 0 || read === size);
    if (ours && !isWhole(line)) ftruncateSync(fd, size - (read - start));
    else writeSync(fd, '\n');
  } finally {
    closeSync(reader);
  }
}

/** A power cut may leave a file of zeros, which is ours; all other files with zeros in their head are not. */
const HEAD = 64;

/** Lines at the end of a capture or a database would spoil it. @throws OutputError 74 */
function refuseBinary(path: string): void {
  const reader = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    const read = readSync(reader, head, 0, HEAD, 0);
    if (head[0] === 0 || !head.subarray(0, read).includes(0)) return;
    const text = `${path} is there and holds no text: choose another path, or move that file away`;
    throw new OutputError(74, text);
  } finally {
    closeSync(reader);
  }
}

/** A pipe without a reader is told at once (ENXIO) instead of waiting for one: hence O_NONBLOCK. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;

const STDOUT = 1;

/**
 * Standard output, so that it doesn't make its writer wait: a thread that waits
 * for a stuck reader can't be ended. A pipe or a terminal is opened once more for
 * ourselves, as the flag is everybody's who has the same one.
 */
function openStandardOutput(): number {
  const found = fstatSync(STDOUT);
  if (found.isSocket()) {
    // As other programs and systemd's journal have it. It can't be opened again; this sets its flag.
    const { Socket } = process.getBuiltinModule('node:net');
    new Socket({ fd: STDOUT, readable: false, writable: true }).unref();
    return STDOUT;
  }
  if (!found.isFIFO() && !found.isCharacterDevice()) return STDOUT;
  try {
    return openSync(`/proc/self/fd/${STDOUT}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Another user's, or no Linux: then its reader is waited for.
    return STDOUT;
  }
}

/**
 * Creates the file, or opens it to append; `-` is standard output.
 * @param ending aborted when a reader that takes nothing is no longer to be waited for
 * @throws OutputError 74, or 77 without permission
 */
export function openLineFile(path: string, ending: AbortSignal): LineFile {
  if (path === '-') {
    const options = { name: 'standard output', appends: false, ending };
    return new LineFile(openStandardOutput(), options);
  }
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) refuseBinary(path);
    const fd = openSync(path, FLAGS, 0o644);
    if (fstatSync(fd).isFile()) mendTail(path, fd);
    return new LineFile(fd, { name: path, appends: true, ending });
  } catch (error) {
    throw outputFault(path, error);
  }
}
