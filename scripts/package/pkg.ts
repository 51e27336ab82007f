/** The other packer: `@yao-pkg/pkg --sea`. ARCHITECTURE.md says why it is not the first. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../bundle.ts';
import type { Base } from './base.ts';
import { ENTRY } from './stage.ts';

export const PKG = join(root, 'node_modules/@yao-pkg/pkg/lib-es5/bin.js');

/**
 * Writes the binary. The same parameters as `packWithNode`'s, but for the base
 * itself: pkg takes one from its cache only, so it finds ours there.
 */
export function packWithPkg(
  { arch, version }: Base,
  base: string,
  folder: string,
  files: readonly string[],
  output: string,
): void {
  if (!existsSync(PKG)) {
    throw new Error('pkg is not installed: npm install --no-save @yao-pkg/pkg@6.23.0');
  }
  const home = join(folder, '.home');
  const name = `node-${version}-linux-${arch}`;
  const cache = join(home, '.pkg-cache/sea');
  mkdirSync(join(cache, name, 'bin'), { recursive: true });
  copyFileSync(base, join(cache, name, 'bin/node'));
  for (const mark of [`${name}/bin/node.ok`, `${name}.tar.gz`, `${name}.tar.gz.ok`]) {
    writeFileSync(join(cache, mark), '');
  }
  const described = {
    name: 'unackd',
    version: '0.0.0',
    type: 'module',
    bin: ENTRY,
    pkg: { assets: files.filter((file) => file !== ENTRY && file !== 'package.json') },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(described));
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [
      PKG,
      '--sea',
      '--targets',
      `node${version.slice(1)}-linux-${arch}`,
      '--output',
      resolve(output),
      '.',
    ],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: home } },
  );
  if (status !== 0) throw new Error(`pkg: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
}
