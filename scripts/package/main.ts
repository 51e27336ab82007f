/**
 * `npm run package`: the program, what it imports and Node in one file.
 *
 *     npm run package -- --node ~/node-v26.11.0-linux-x64/bin/node --output /tmp/unackd
 */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../bundle.ts';
import { writeManifest } from '../manifest.ts';
import { lookAtBase, stripped } from './base.ts';
import { packWithNode } from './sea.ts';
import { stage } from './stage.ts';

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
  const { files } = await stage(folder, base);
  const node = join(folder, '.node');
  stripped(base, node);
  const made = join(folder, '.unackd');
  packWithNode(base.builder, node, folder, files, made);
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
