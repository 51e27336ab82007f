/** What goes into the binary, as files in a folder. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { LICENSES } from '../../src/licenses.ts';
import { bundle, root } from '../bundle.ts';
import type { Base } from './base.ts';
import { commitOfSources } from './commit.ts';
import { bundleNative } from './native.ts';
import { partsOf } from './parts.ts';
import type { Part } from './parts.ts';
import { moduleOf, programOf } from './program.ts';

/** The entry point of what is staged. */
export const ENTRY = 'entry.cjs';

export interface Staged {
  /** Relative to the folder, sorted. */
  readonly files: readonly string[];
  readonly parts: readonly Part[];
}

/** Of two scripts that run outside the program, each a CommonJS file. */
async function bundleStart(outdir: string): ReturnType<typeof bundleNative> {
  return build({
    absWorkingDir: root,
    entryPoints: { entry: 'scripts/package/entry.ts', warm: 'scripts/package/warm.ts' },
    bundle: true,
    platform: 'node',
    target: 'node26',
    format: 'cjs',
    minifyWhitespace: true,
    outExtension: { '.js': '.cjs' },
    outdir,
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
}

/** The same account with its outputs named as they lie in the folder. */
function named(meta: Metafile, folder: string): Metafile {
  const name = (path: string): string => relative(folder, resolve(root, path));
  const outputs = Object.entries(meta.outputs).map(([path, output]) => {
    const imports = output.imports.map((one) =>
      one.external === true ? one : { ...one, path: name(one.path) },
    );
    return [name(path), { ...output, imports }] as const;
  });
  return { ...meta, outputs: Object.fromEntries(outputs) };
}

/**
 * What V8 makes of the program: with `--predictable`, the same each time. A small
 * capture: of a longer run V8 keeps, too, which functions it found worth optimizing,
 * and that depends on when it collected garbage.
 */
function warm(folder: string, { builder }: Base, flags: readonly string[]): void {
  const capture = join(root, 'config/examples/captures/drop.pcap');
  const args = [...flags, '--predictable', 'warm.cjs', folder, 'read', capture];
  const { status, stderr } = spawnSync(builder, args, { cwd: folder, encoding: 'utf8', env: {} });
  if (status !== 0) throw new Error(`the bundled program does not run: ${stderr}`);
}

/**
 * Writes all that the program needs into a folder.
 * @param flags of the V8 that runs it: what was compiled under others it does not heed
 */
export async function stage(folder: string, base: Base, flags: readonly string[]): Promise<Staged> {
  const define = { UNACKD_COMMIT: JSON.stringify(commitOfSources()) };
  // The banner makes a `require` for modules; in a script there is one.
  const program = await bundle(folder, { banner: {}, sourcemap: false, define });
  const native = await bundleNative(folder, base.arch);
  const starting = await bundleStart(folder);
  const meta = named(program.metafile, folder);
  const chunks = new Map(
    program.outputFiles.map(({ path, text }) => [relative(folder, path), text]),
  );
  const parts = partsOf([program.metafile, native.metafile, starting.metafile], base);
  const licenses = parts.map(({ name, version, license, text }) => ({
    name,
    version,
    license,
    text,
  }));
  const files = new Map<string, string | Uint8Array>([
    [LICENSES, JSON.stringify(licenses)],
    ['program.js', await programOf(chunks, meta)],
    ...['api.js', 'testing.js'].map((name) => [name, moduleOf(name, meta)] as const),
    ['package.json', '{"type":"module"}'],
  ]);
  for (const { path, contents } of [...native.outputFiles, ...starting.outputFiles]) {
    files.set(relative(folder, path), contents);
  }
  for (const [name, contents] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  files.delete('warm.cjs');
  // Of another processor's V8 it would not be heeded.
  if (base.arch === process.arch) {
    warm(folder, base, flags);
    files.set('program.cache', '');
  }
  return {
    files: [...files.keys()].toSorted(),
    parts,
  };
}
