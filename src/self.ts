/** This program: where its own files are, and how it is started once more. */
import { dirname, join, resolve } from 'node:path';
import { isSea } from 'node:sea';

// From source, bundled by `npm run build`, or bundled within the packed binary (below /dev/null/vfs there).
const here = import.meta.filename;
const fromSource = here.endsWith('.ts');

/** The file that Node is to run. */
export const MAIN = fromSource
  ? resolve(dirname(here), 'main.ts')
  : here.endsWith('/main.js')
    ? here
    : resolve(dirname(here), '../main.js');

/** The folder of all that the program loads. */
export const PROGRAM_FOLDER = dirname(MAIN);

/** What plugins import as `unackd`. */
export const API = join(PROGRAM_FOLDER, fromSource ? 'plugin/api.ts' : 'api.js');

/** What their tests import as `unackd/testing`. */
export const TESTING = join(PROGRAM_FOLDER, fromSource ? 'plugin/testing.ts' : 'testing.js');

/** Whether this is one file with all inside (`npm run package`), and no checkout. */
export function isPacked(): boolean {
  return isSea();
}

/** Files and folders that the program reads of itself; a packed one none, as they are in its memory. */
export function ownFiles(): readonly string[] {
  return isPacked() ? [] : [PROGRAM_FOLDER, join(dirname(PROGRAM_FOLDER), 'package.json')];
}

/** What follows `process.execPath` on a command line, and what its environment has besides. */
export interface Start {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * How this program is started once more.
 *
 * A packed one takes all arguments for its own: Node's flags reach it through
 * the environment, which Node does not heed where the file has capabilities
 * (setcap), see `refuse` in src/outside/child/main.ts.
 *
 * @param flags Node's own
 * @param args what the program is asked
 */
export function startAgain(flags: readonly string[], args: readonly string[]): Start {
  if (!isPacked()) return { args: [...flags, MAIN, ...args], env: {} };
  const all = flags.includes('--permission') ? [...flags, '--allow-fs-vfs'] : flags;
  return { args, env: { NODE_OPTIONS: all.map((flag) => quoted(flag)).join(' ') } };
}

/** One word of NODE_OPTIONS. */
function quoted(flag: string): string {
  return `"${flag.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
