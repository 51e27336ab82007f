/** What the binary is made of, with its licences. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from '../bundle.ts';
import { bundleNative } from '../package/native.ts';
import { partsOf } from '../package/parts.ts';
import type { Part } from '../package/parts.ts';

/** unackd itself. */
export function ownPart(): Part {
  const { name, version, license } = packageJson;
  return { name, version, license, text: readFileSync(join(root, 'LICENSE'), 'utf8'), npm: null };
}

/** What others wrote, by name. @param arch of the binary */
export async function partsInside(arch: 'amd64' | 'arm64'): Promise<readonly Part[]> {
  const program = JSON.parse(readFileSync(join(root, 'build/meta.json'), 'utf8')) as Metafile;
  const native = await bundleNative(root, arch === 'amd64' ? 'x64' : 'arm64');
  const node = { path: process.execPath, version: process.version };
  return partsOf([program, native.metafile], node);
}
