/** What an author names: a plugin's file, or a folder with package.json. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { findEntry, OutsideError } from '../outside/files.ts';
import type { Located } from '../outside/files.ts';
import { InputError } from '../plugin/api.ts';

export interface PluginFiles {
  /** What is imported; absolute, without symbolic links. */
  readonly file: string;
  /** Its tests: `*.test.ts` of a folder, `NAME.test.ts` beside a single file. Absolute. */
  readonly tests: readonly string[];
}

const CODE = /\.(?:ts|mts|mjs|js)$/u;
const TEST = /\.test\.(?:ts|mts|mjs|js)$/u;

/**
 * Finds a plugin and its tests.
 * @throws InputError
 */
export function findPlugin(named: string): PluginFiles {
  const { entry, folder } = located(named);
  const stem = basename(entry).replace(CODE, '');
  const beside = dirname(entry);
  const tests = readdirSync(beside)
    .filter((name) => TEST.test(name))
    .filter((name) => folder !== null || name.replace(TEST, '') === stem)
    .map((name) => join(beside, name));
  return { file: entry, tests };
}

function located(named: string): Located {
  try {
    return findEntry(resolve(named));
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const { message, hint, exitCode } = error;
    throw new InputError(exitCode, `${named}: ${message}${hint === null ? '' : `; ${hint}`}`);
  }
}
