/** Makes a package of the packed binary. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

function dpkgDeb(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('dpkg-deb', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`dpkg-deb ${args.join(' ')}: ${stderr}`);
}

/**
 * The package of a later version: another number, and another configuration
 * than the one that came with the first. The program is the same.
 * @param path of the first
 * @param version Debian's, without the revision
 * @param change what is new in its configuration
 * @returns the package's path, beside the first
 */
export function laterPackage(path: string, version: string, change: string): string {
  const made = path.replace(/_[^_]+_(?<architecture>[^_]+)$/u, `_${version}-1_$<architecture>`);
  const tree = mkdtempSync(join(dirname(path), 'later-'));
  try {
    dpkgDeb('--raw-extract', path, tree);
    const control = join(tree, 'DEBIAN/control');
    const text = readFileSync(control, 'utf8');
    writeFileSync(control, text.replace(/^Version: .*$/mu, `Version: ${version}-1`));
    appendFileSync(join(tree, 'etc/unackd/unackd.yaml'), change);
    dpkgDeb('-Znone', '--root-owner-group', '--build', tree, made);
  } finally {
    rmSync(tree, { recursive: true });
  }
  return made;
}
