/** What a configuration's `use` names: a file, or a folder with package.json. */
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** It can't be used as a plugin; the message is a sentence without a full stop. */
export class OutsideError extends Error {
  readonly hint: string | null;
  /** For a command that was asked for this plugin. */
  readonly exitCode: 65 | 66 | 77;

  constructor(message: string, hint: string | null = null, exitCode: 65 | 66 | 77 = 65) {
    super(message);
    this.name = 'OutsideError';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

export interface Located {
  /** What is imported; absolute, without symbolic links. */
  readonly entry: string;
  /** Of a plugin that is a folder; `null` of a single file. */
  readonly folder: string | null;
}

const ENTRY = /\.(ts|mts|mjs|js)$/u;

function entryIn(folder: string): string {
  let main: unknown;
  try {
    const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly exports?: unknown;
      readonly main?: unknown;
    } | null;
    main = typeof described?.exports === 'string' ? described.exports : described?.main;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw error;
    const none = code === 'ENOENT';
    throw new OutsideError(
      `the folder is no plugin: ${none ? 'it has no' : 'no sense in its'} package.json`,
      'name a .ts or .mjs file, or put a package.json with "main": "plugin.ts" into the folder',
      none ? 66 : 65,
    );
  }
  if (typeof main !== 'string') {
    throw new OutsideError('its package.json says no file to run', 'such as "main": "plugin.ts"');
  }
  return join(folder, main);
}

/** Bits of a mode for who is neither owner nor of the group. */
const OTHERS_READ = 0o4;
const OTHERS_ENTER = 0o1;

function outOfReach(path: string, chmod: string): OutsideError {
  return new OutsideError(
    `unackd runs as root here, and its plugins as nobody, who can't read ${path}`,
    `chmod ${chmod} ${path}, or put the plugin where everybody may read it`,
  );
}

/**
 * Root's plugins run as nobody: says so where that user can't get at them.
 * @throws OutsideError
 */
function withinReach(located: Located): Located {
  if (process.getuid?.() !== 0) return located;
  const { entry, folder } = located;
  if ((statSync(entry).mode & OTHERS_READ) === 0) throw outOfReach(entry, 'o+r');
  for (let path = folder ?? dirname(entry); ; path = dirname(path)) {
    if ((statSync(path).mode & OTHERS_ENTER) === 0) throw outOfReach(path, 'o+x');
    if (path === dirname(path)) return located;
  }
}

/** What is to be imported of a folder. @throws OutsideError, or what the system says */
function realEntry(folder: string): string {
  const entry = realpathSync(entryIn(folder));
  if (entry.startsWith(`${folder}/`)) return entry;
  throw new OutsideError('its package.json names a file outside of the folder');
}

/**
 * Finds what is to be imported.
 * @throws OutsideError
 */
export function findEntry(path: string): Located {
  try {
    const real = realpathSync(path);
    const folder = statSync(real).isDirectory() ? real : null;
    const entry = folder === null ? real : realEntry(real);
    accessSync(entry, constants.R_OK);
    if (ENTRY.test(entry)) return { entry, folder };
    throw new OutsideError(`${basename(entry)} is no .ts or .mjs file`);
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    const { code, path: missing = path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new OutsideError('there is no such file', `it was looked for at ${missing}`, 66);
    }
    if (code === 'EACCES' || code === 'EPERM') {
      const mend = 'ask its owner, or run as a user who may';
      throw new OutsideError(`no permission to read ${missing}`, mend, 77);
    }
    throw new OutsideError(`it can't be read (${code})`, null, 77);
  }
}

/**
 * Finds what is to be imported, and run.
 * @throws OutsideError
 */
export function locate(path: string): Located {
  return withinReach(findEntry(path));
}
