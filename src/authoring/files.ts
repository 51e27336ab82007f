/** What an author names: a plugin's file, or a folder with package.json. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../plugin/api.ts';

export interface PluginFiles {
  /** What is imported; absolute, without symbolic links. */
  readonly file: string;
  /** Its tests: `*.test.ts` of a folder, `NAME.test.ts` beside a single file. Absolute. */
  readonly tests: readonly string[];
}

const CODE = /\.(?:ts|mts|mjs|js)$/u;
const TEST = /\.test\.(?:ts|mts|mjs|js)$/u;

function mainOf(folder: string, named: string): string {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    const hint = 'name the .ts or .mjs file in it';
    throw new InputError(66, `${named} is a folder without package.json: ${hint}`);
  }
  let main: unknown;
  try {
    const described = JSON.parse(text) as { readonly exports?: unknown; readonly main?: unknown };
    main = typeof described.exports === 'string' ? described.exports : described.main;
  } catch {
    throw new InputError(65, `${named}/package.json is no JSON`);
  }
  if (typeof main === 'string') return join(folder, main);
  throw new InputError(65, `${named}/package.json says no file to run: "main": "./plugin.ts"`);
}

function realPath(path: string, named: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw new InputError(77, `${named}: no permission to read it`);
    throw new InputError(66, `${named}: no such file`);
  }
}

/**
 * Finds a plugin and its tests.
 * @throws InputError
 */
export function findPlugin(named: string): PluginFiles {
  const real = realPath(named, named);
  const isFolder = statSync(real).isDirectory();
  const main = isFolder ? mainOf(real, named) : real;
  const file = isFolder ? realPath(main, main) : main;
  if (!CODE.test(file)) {
    throw new InputError(65, `${named} is no plugin: a .ts or .mjs file is wanted`);
  }
  const folder = dirname(file);
  const stem = basename(file).replace(CODE, '');
  const tests = readdirSync(folder)
    .filter((name) => TEST.test(name))
    .filter((name) => isFolder || name.replace(TEST, '') === stem)
    .map((name) => join(folder, name));
  return { file, tests };
}
