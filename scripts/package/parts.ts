/** What a binary is made of that others wrote, with licences. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { License } from '../../src/licenses.ts';
import { root } from '../bundle.ts';

export interface Part extends License {
  /** Its name at the npm registry; `null` of what doesn't come from there. */
  readonly npm: string | null;
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly repository?: string | { readonly url: string };
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u;
const TEXT = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/iu;
/** Of packages that leave it out, from their repositories. */
const LEFT_OUT = join(root, 'scripts/package/texts');

/** Folders of the packages of which something is in what was bundled, relative to the project. */
export function packagesIn(metafiles: readonly Metafile[]): readonly string[] {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    // Some have the name of an esbuild namespace before them.
    .flatMap(([path]) => PACKAGE.exec(path.replace(/^[\w-]+:/u, ''))?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}

function textIn(folder: string): string | null {
  const files = readdirSync(folder).filter((name) => TEXT.test(name));
  if (files.length === 0) return null;
  const texts = files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return texts.join('\n\n');
}

function repositoryOf({ repository }: PackageJson): string | undefined {
  return typeof repository === 'object' ? repository.url : repository;
}

function read(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as PackageJson;
}

function partOf(folder: string, all: readonly string[]): Part {
  const described = read(folder);
  const { name, version, license } = described;
  if (license === undefined) throw new Error(`${folder}/package.json names no licence`);
  const kept = join(LEFT_OUT, `${name.replace('/', '-')}.txt`);
  const text =
    textIn(join(root, folder)) ??
    // A package for one processor leaves it to the package that it belongs to.
    all
      .filter((other) => repositoryOf(read(other)) === repositoryOf(described))
      .map((other) => textIn(join(root, other)))
      .find((found) => found !== null) ??
    (existsSync(kept) ? readFileSync(kept, 'utf8').trim() : null);
  if (text === null) throw new Error(`${folder} has no licence text: put it into ${kept}`);
  return { name, version, license, text, npm: name };
}

/** SQLite is in better-sqlite3's addon. Its licence is the blessing that its files begin with. */
function sqlite(): Part {
  const header = join(root, 'node_modules/better-sqlite3/deps/sqlite3/sqlite3.h');
  const source = readFileSync(header, 'utf8');
  const version = /^#define SQLITE_VERSION\s+"(?<version>[\d.]+)"/mu.exec(source)?.groups?.[
    'version'
  ];
  const text = /^\/\*(?<text>[^]*?)^\*{20}/mu.exec(source)?.groups?.['text'];
  if (version === undefined || text === undefined) throw new Error(`${header} reads otherwise`);
  const lines = text.trim().replaceAll(/^\*\* ?/gmu, '');
  return { name: 'SQLite', version, license: 'blessing', text: lines, npm: null };
}

/** Node with all that is in it; its licence names each part's. */
function node(path: string, version: string): Part {
  const beside = [join(dirname(path), '../LICENSE'), join(dirname(path), 'LICENSE')];
  const own = join(root, 'node_modules', `node-linux-${process.arch}`, 'LICENSE');
  const found = [...beside, own].find((file) => existsSync(file));
  if (found === undefined) throw new Error(`there is no LICENSE beside ${path}`);
  const text = readFileSync(found, 'utf8').trim();
  return { name: 'Node.js', version: version.replace(/^v/u, ''), license: 'MIT', text, npm: null };
}

/**
 * All parts, by name.
 * @param base the Node that is packed, and its version
 * @throws Error for a part without a licence
 */
export function partsOf(
  metafiles: readonly Metafile[],
  base: { readonly path: string; readonly version: string },
): readonly Part[] {
  const folders = packagesIn(metafiles);
  const packages = folders.map((folder) => partOf(folder, folders));
  return [...packages, sqlite(), node(base.path, base.version)].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}
