/** Type-checks an author's plugin with the TypeScript that the author has; none comes with unackd. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { ToldFinding } from './messages.ts';

const RULE = 'types';
/** A cold start of a large project takes less. */
const PATIENCE_MS = 60_000;
/** Faults that are shown; the others follow from those as often as not. */
const SHOWN_MOST = 10;

const FAULT = /^(?<file>.*)\((?<line>\d+),(?<column>\d+)\): error (?<text>.*)$/u;

/** `node_modules/.bin/tsc` of the plugin's folder or of one above it, or the one in PATH. */
function findCompiler(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const own = join(at, 'node_modules/.bin/tsc');
    if (existsSync(own)) return own;
    if (at === dirname(at)) break;
  }
  const named = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'tsc'));
  return named.find((path) => existsSync(path)) ?? null;
}

/** The API's own types: in a checkout its source. */
function findTypes(): string | null {
  const root = import.meta.filename.endsWith('.ts') ? '../plugin' : '../src/plugin';
  const bases = [import.meta.dirname, resolve(import.meta.dirname, '..')];
  const folder = bases.map((base) => resolve(base, root)).find((path) => existsSync(path));
  return folder ?? null;
}

function skipped(text: string): ToldFinding {
  return { rule: RULE, result: 'skipped', text, place: null };
}

/** What the compiler says of the plugin and its tests. */
export function typeFindings(files: readonly string[], scratch: string): readonly ToldFinding[] {
  if (!files.some((file) => file.endsWith('ts'))) return [skipped('it is JavaScript')];
  const compiler = findCompiler(dirname(files[0]));
  if (compiler === null) {
    return [
      skipped('no TypeScript here; `npm install --save-dev typescript @types/node` brings it'),
    ];
  }
  const types = findTypes();
  if (types === null) return [skipped('the types of the API are in the checkout only')];
  const project = join(scratch, 'tsconfig.json');
  const modules = { unackd: [`${types}/api.ts`], 'unackd/testing': [`${types}/testing.ts`] };
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext'],
    module: 'esnext',
    moduleDetection: 'force',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    types: ['node'],
    typeRoots: typeRoots(dirname(files[0]), types),
    paths: modules,
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const { stdout, status, error } = spawnSync(compiler, ['-p', project, '--pretty', 'false'], {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    cwd: scratch,
  });
  if (error !== undefined) return [skipped(`${compiler} can't be run: ${error.message}`)];
  if (status === 0) return [{ rule: RULE, result: 'holds', text: '', place: null }];
  const found = stdout.split('\n').flatMap((line): ToldFinding[] => {
    const { file, line: at, column, text } = FAULT.exec(line)?.groups ?? {};
    if (file === undefined) return [];
    const place = { file: resolve(scratch, file), line: Number(at), column: Number(column) };
    return [{ rule: RULE, result: 'broken', text, place }];
  });
  const own = found.filter(({ place }) => files.includes(place?.file ?? ''));
  return own.length > 0
    ? own.slice(0, SHOWN_MOST)
    : [skipped(`${compiler} failed: ${stdout.split('\n', 1)[0]}`)];
}

/** Where Node's own types may lie: above the plugin, and above the API. */
function typeRoots(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const roots: string[] = [];
    for (let at = folder; at !== dirname(at); at = dirname(at)) {
      roots.push(join(at, 'node_modules/@types'));
    }
    return roots.filter((root) => existsSync(root));
  });
}
