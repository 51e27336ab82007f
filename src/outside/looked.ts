/** Where the last reading of a configuration looked for plugins: what a change of would matter. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Looked {
  /** Absolute: files, there or not, and folders with all that is in them. */
  readonly paths: ReadonlySet<string>;
  /** What lies in them and is written by plugins themselves. */
  readonly except: readonly string[];
}

const CODE = /\.(?:ts|mts|mjs|js)$/u;

let paths = new Set<string>();
let except = new Set<string>();

export function lookedAt(...all: readonly string[]): void {
  for (const path of all) paths.add(path);
}

/** A file that can't be loaded: the mistake may be in one beside it. */
export function lookedBeside(path: string): void {
  lookedAt(path);
  try {
    const folder = dirname(path);
    lookedAt(...readdirSync(folder).flatMap((name) => (CODE.test(name) ? join(folder, name) : [])));
  } catch {
    // No folder: nothing beside it.
  }
}

export function writtenBy(all: readonly string[]): void {
  for (const path of all) except.add(path);
}

/** All since it was last asked. */
export function takeLooked(): Looked {
  const looked = { paths, except: [...except] };
  paths = new Set();
  except = new Set();
  return looked;
}
