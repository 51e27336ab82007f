/**
 * `npm run package`: the program, what it imports and Node in one file.
 *
 *     npm run package -- --node ~/node-v26.11.0-linux-x64/bin/node --output /tmp/unackd
 */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from '../bundle.ts';
import { writeManifest } from '../manifest.ts';
import { lookAtBase, stripped } from './base.ts';
import { commitOfSources } from './commit.ts';
import { bundleNative } from './native.ts';
import { packWithNode } from './sea.ts';

const { values: options } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    output: { type: 'string', default: join(root, 'dist/unackd') },
    quiet: { type: 'boolean', default: false },
  },
});

const output = resolve(options.output);
const base = lookAtBase(resolve(options.node));
const folder = mkdtempSync(join(tmpdir(), 'unackd-package-'));
try {
  await writeManifest();
  const program = await bundle(folder, {
    sourcesContent: false,
    define: { UNACKD_COMMIT: JSON.stringify(commitOfSources()) },
  });
  const native = await bundleNative(folder, base.arch);
  const files = [...program.outputFiles, ...native.outputFiles];
  for (const { path, contents } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const node = join(folder, '.node');
  stripped(base, node);
  const made = join(folder, '.unackd');
  const names = files.map(({ path }) => relative(folder, path)).toSorted();
  packWithNode(base.builder, node, folder, names, made);
  chmodSync(made, 0o755);
  mkdirSync(dirname(output), { recursive: true });
  renameSync(made, output);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!options.quiet) {
  const megabytes = (statSync(output).size / 1e6).toFixed(0);
  process.stderr.write(`package: ${output}: ${megabytes} MB, Node ${base.version} ${base.arch}\n`);
}
