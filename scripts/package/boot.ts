/** How the program is started from the one script that `program.ts` made of it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';

/** What a chunk sees of where it is; see `program.ts`. */
interface Place {
  readonly filename: string;
  readonly dirname: string;
  readonly url: string;
}

type Chunk = (
  module: { exports: object },
  require: (id: string) => unknown,
  later: (id: string) => Promise<unknown>,
  place: Place,
) => void;

/**
 * The program in a folder.
 * @param compiled what V8 has made of it before (`warm.ts`); one of another V8 is not heeded
 */
export function scriptOf(folder: string, compiled: Buffer | undefined): Script {
  return new Script(readFileSync(join(folder, 'program.js'), 'latin1'), {
    // What V8 compiled holds this name: wherever it was made, it is to be the same.
    filename: 'unackd.js',
    ...(compiled && { cachedData: compiled }),
    // Plugins of the users' own are modules like any other.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

/** Runs main.js of a folder's program. */
export function start(folder: string, script: Script): void {
  const chunks = script.runInThisContext() as Readonly<Record<string, Chunk>>;
  const loaded = new Map<string, { exports: object }>();
  const load = (name: string): object => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    const filename = join(folder, name);
    const place = {
      filename,
      dirname: dirname(filename),
      url: pathToFileURL(filename).href,
    };
    const require = (id: string): unknown =>
      Object.hasOwn(chunks, id) ? load(id) : createRequire(place.url)(id);
    chunks[name](module, require, async (id) => load(id), place);
    return module.exports;
  };
  // For the modules that plugins import: see `moduleOf` in program.ts.
  Object.defineProperty(globalThis, Symbol.for('unackd.loader'), { value: load });
  load('main.js');
}
