/** Where an export goes: a file, which is there when it is whole, or standard output. */
import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileFault, statsOf } from '../engine/registry.ts';
import { OutputError } from '../plugin/api.ts';
import { writeWhole } from '../read/standard-output.ts';
import { isTerminal } from '../read/terminal.ts';

const STDOUT = 1;

export interface Output {
  /** As messages call it. */
  readonly name: string;
  write(bytes: Uint8Array): void;
  /** All is written: the file appears under its name. */
  commit(): void;
  /** Nothing of it stays, except what went to standard output or into a pipe. */
  abandon(): void;
}

function refusal(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 });
}

function toStandardOutput(): Output {
  if (isTerminal(STDOUT)) {
    throw refusal('standard output is a terminal: name a file with -o FILE');
  }
  return {
    name: 'standard output',
    write: (bytes) => writeWhole(STDOUT, bytes),
    commit: () => undefined,
    abandon: () => undefined,
  };
}

/** What Node throws, as one line that says what to do. */
function told<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw fileFault(path, error);
  }
}

/** A pipe or a device is written as it is. */
function toDevice(path: string): Output {
  const fd = told(path, () => openSync(path, 'w'));
  return {
    name: path,
    write: (bytes) => told(path, () => writeWhole(fd, bytes)),
    commit: () => closeSync(fd),
    abandon: () => closeSync(fd),
  };
}

function toFile(path: string): Output {
  // In the same folder, so that the rename is one step.
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const fd = told(path, () => openSync(part, 'w', 0o640));
  return {
    name: path,
    write: (bytes) => told(path, () => writeWhole(fd, bytes)),
    commit: () => {
      closeSync(fd);
      told(path, () => renameSync(part, path));
    },
    abandon: () => {
      closeSync(fd);
      rmSync(part, { force: true });
    },
  };
}

/** @throws Error with exit code 2 where a capture that is read would be written over */
export function refuseInput(path: string | undefined, inputs: readonly string[]): void {
  if (path === undefined || !existsSync(path)) return;
  const real = realpathSync(path);
  if (inputs.some((input) => existsSync(input) && realpathSync(input) === real)) {
    throw refusal(`${path} is read for this: choose another file for -o`);
  }
}

/**
 * @param path `undefined` or `-` for standard output
 * @param force a file that is there is replaced
 * @throws Error with exit code 2, or OutputError
 */
export function openOutput(path: string | undefined, force: boolean): Output {
  if (path === undefined || path === '-') return toStandardOutput();
  if (path === '') throw refusal('-o is empty; is a variable not set?');
  const stats = statsOf(path);
  if (stats === undefined) return toFile(path);
  if (stats.isDirectory()) throw new OutputError(74, `${path} is a folder: name a file in it`);
  if (!stats.isFile()) return toDevice(path);
  if (!force) throw new OutputError(74, `${path} is there already: --force writes over it`);
  return toFile(path);
}
