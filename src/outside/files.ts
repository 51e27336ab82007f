/** What a configuration's `use` names: a file, or a folder with package.json. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** It can't be used as a plugin; the message is a sentence without a full stop. */
export class OutsideError extends Error {
  readonly hint: string | null;
  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'OutsideError';
    this.hint = hint;
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
    const what =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it has no' : 'no sense in its';
    throw new OutsideError(
      `the folder is no plugin: ${what} package.json`,
      'name a .ts or .mjs file, or put a package.json with "main": "plugin.ts" into the folder',
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

/**
 * Finds what is to be imported.
 * @param path absolute
 * @throws OutsideError
 */
export function locate(path: string): Located {
  try {
    const real = realpathSync(path);
    if (!statSync(real).isDirectory()) return withinReach({ entry: real, folder: null });
    const entry = realpathSync(entryIn(real));
    if (!entry.startsWith(`${real}/`) || !ENTRY.test(entry)) {
      throw new OutsideError('its package.json names something else than a .ts or .mjs file in it');
    }
    return withinReach({ entry, folder: real });
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new OutsideError(
        'there is no such file',
        "a relative path starts at the configuration's folder",
      );
    }
    throw new OutsideError(`it can't be read (${code})`);
  }
}
