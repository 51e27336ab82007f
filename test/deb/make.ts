/** Makes a package of the packed binary. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';
import { packedBinary } from '../support/packed.ts';
import { needsBuild, ROOT } from '../support/unackd.ts';

/** Skips where packages can't be made. To be called in `before`. */
export function needsDebian(context: Mocha.Context): void {
  needsBuild(context);
  needs(context, has('dpkg-deb'), 'no dpkg-deb: not Debian');
  needs(context, has('readelf'), 'no readelf (binutils)');
}

/** A folder of its own for packages. */
export function packageFolder(): string {
  return mkdtempSync(join(tmpdir(), 'unackd-debs-'));
}

/** Compressed in a hurry. @returns the package's path */
export async function makePackage(
  folder: string,
  revision: string,
  compression: readonly string[] = ['--compression', 'gzip', '--level', '1'],
): Promise<string> {
  const given = { binary: await packedBinary(), revision, output: folder };
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts/deb/main.ts'), ...options, ...compression],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm run deb failed:\n${stderr}`);
  const made = readdirSync(folder).find((name) => name.includes(`-${revision}_`));
  if (made === undefined) throw new Error(`no package in ${folder}`);
  return join(folder, made);
}
