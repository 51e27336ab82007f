import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
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

/** A pipe without a reader is told at once (ENXIO) instead of waiting for one: hence O_NONBLOCK. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;

/**
 * Creates the file, or opens it to append; `-` is standard output.
 * @throws OutputError 74, or 77 without permission
 */
export function openLineFile(path: string): LineFile {
  if (path === '-') return new LineFile(1, 'standard output', false);
  try {
    const fd = openSync(path, FLAGS, 0o644);
    if (fstatSync(fd).isFile()) mendTail(path, fd);
    return new LineFile(fd, path, true);
  } catch (error) {
    throw outputFault(path, error);
  }
}
