/**
 * `npm run package`: the program, what it imports and Node in one file, and its
 * bill of materials beside it (`dist/unackd`, `dist/unackd.cdx.json`).
 *
 *     npm run package -- --node ~/node-v26.11.0-linux-x64/bin/node --output /tmp/unackd
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../bundle.ts';
import { writeManifest } from '../manifest.ts';
import { lookAtBase, stripped } from './base.ts';
import { billOf } from './bill.ts';
import { packWithPkg } from './pkg.ts';
import { packWithNode } from './sea.ts';
import { V8_FLAGS } from './v8-flags.ts';
import { stage } from './stage.ts';
import type { Base } from './base.ts';

const USAGE = `usage: npm run package -- [OPTIONS]

  --node PATH        the Node to pack, for Linux on x64 or arm64 (default: the one that runs this)
  --output PATH      (default: dist/unackd)
  --packer node|pkg  Node's own, or @yao-pkg/pkg --sea (default: node)
  --verify           packs a second time and compares
  --quiet            says only what is wrong
`;

const packers = { node: packWithNode, pkg: packWithPkg } as const;

interface Packed {
  readonly binary: Uint8Array;
  readonly symbols: ReturnType<typeof stripped>;
  /** CycloneDX, JSON. */
  readonly bill: string;
}

/** Packs once, in a folder of its own that is gone afterwards. */
async function pack(base: Base, packer: keyof typeof packers): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'unackd-package-'));
  try {
    const { files, parts } = await stage(folder, base, packer === 'node' ? V8_FLAGS : []);
    const node = join(folder, '.node');
    const symbols = stripped(base, node);
    const made = join(folder, '.unackd');
    packers[packer](base, node, folder, files, made);
    const binary = readFileSync(made);
    return { binary, symbols, bill: billOf(parts, binary) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whole or not at all, also where an older one runs. */
function write(path: string, contents: Uint8Array | string, mode: number): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(beside, contents);
    chmodSync(beside, mode);
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      output: { type: 'string', default: join(root, 'dist/unackd') },
      packer: { type: 'string', default: 'node' },
      verify: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { packer } = options;
  if (packer !== 'node' && packer !== 'pkg') throw new Error(`no packer '${packer}'\n\n${USAGE}`);
  const output = resolve(options.output);
  const base = lookAtBase(resolve(options.node));
  await writeManifest();
  const { binary, symbols, bill } = await pack(base, packer);
  if (options.verify) {
    const again = await pack(base, packer);
    if (Buffer.compare(binary, again.binary) !== 0 || bill !== again.bill)
      throw new Error('packed twice, the bytes differ: nothing is written');
  }
  mkdirSync(dirname(output), { recursive: true });
  write(output, binary, 0o755);
  write(`${output}.cdx.json`, bill, 0o644);
  if (options.quiet) return;
  const megabytes = (statSync(output).size / 1e6).toFixed(0);
  const twice = options.verify ? ', twice the same bytes' : '';
  const whole = symbols === 'whole' ? '; with symbols: no strip (binutils) for it here' : '';
  process.stderr.write(
    `package: ${output}: ${megabytes} MB, Node ${base.version} ${base.arch}${twice}${whole}\n`,
  );
}

await main().catch((error: unknown) => {
  process.stderr.write(`package: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
