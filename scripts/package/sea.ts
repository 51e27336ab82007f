/** Node's own packer: `node --build-sea`, with the program's files in a virtual file system. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Base } from './base.ts';
import { ENTRY } from './stage.ts';
import { V8_FLAGS } from './v8-flags.ts';

/**
 * Writes the binary.
 * @param folder with the files; their names become part of it, where the folder is does not
 * @param base as it goes into the binary, stripped
 */
export function packWithNode(
  { builder }: Base,
  base: string,
  folder: string,
  files: readonly string[],
  output: string,
): void {
  const config = {
    main: ENTRY,
    mainFormat: 'commonjs',
    executable: base,
    output: resolve(output),
    disableExperimentalSEAWarning: true,
    useVfs: true,
    execArgv: V8_FLAGS,
    // NODE_OPTIONS is how plugins' processes are held: see src/self.ts.
    execArgvExtension: 'env',
    assets: Object.fromEntries(files.map((name) => [name, name])),
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  const { status, stderr, error } = spawnSync(builder, ['--build-sea', 'sea.json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${builder} --build-sea: ${error?.message ?? stderr.trim()}`);
}
