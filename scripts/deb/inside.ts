/** What the binary is made of besides our own files, with its licences. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Inside } from './copyright.ts';

const root = join(import.meta.dirname, '../..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Packages of which there is code in the build, by esbuild's account, and those with code of their own. */
function namesInside(node: string): string[] {
  const meta = JSON.parse(readFileSync(join(root, 'build/meta.json'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, object>>;
  };
  const bundled = Object.keys(meta.inputs).flatMap((path) => {
    const found = /^node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//u.exec(path);
    return found?.groups === undefined ? [] : [found.groups.name];
  });
  return [...new Set([...bundled, 'better-sqlite3', 'koffi', node])].toSorted();
}

function insideOf(folder: string): Inside {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as PackageJson;
  const file = readdirSync(folder).find((one) => /^licen[cs]e/iu.test(one));
  const text =
    file === undefined
      ? `Its package has no text beside its word: ${license}.`
      : readFileSync(join(folder, file), 'utf8');
  return { name, version, licence: license, text };
}

/** unackd itself. */
export function ownLicence(): Inside {
  return insideOf(root);
}

/** @param arch of the binary */
export function licencesInside(arch: 'amd64' | 'arm64'): Inside[] {
  const node = `node-linux-${arch === 'amd64' ? 'x64' : 'arm64'}`;
  const installed = existsSync(join(root, 'node_modules', node))
    ? node
    : `node-linux-${process.arch}`;
  return namesInside(installed).map((name) => insideOf(join(root, 'node_modules', name)));
}
