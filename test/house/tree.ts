/** The project's files as text, and what they import. */
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';

/** Path from the project's root, with `/`, to the file's text. */
export type Tree = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  /** A path in the tree for relative imports, else the bare specifier. */
  readonly to: string;
  readonly relative: boolean;
  /** Gone when types are stripped. */
  readonly typeOnly: boolean;
  /** `import()`: loaded later, so it can't close a cycle of loading. */
  readonly dynamic: boolean;
}

const STATIC =
  /^(?:import|export)\s(?<type>type\s)?(?:[^'";]*?\sfrom\s+)?['"](?<to>[^'"\n]+)['"]/gmu;
const BARE = /^import\s*['"](?<to>[^'"\n]+)['"]/gmu;
const DYNAMIC = /\bimport\(\s*['"](?<to>[^'"\n]+)['"]/gu;

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '');
}

/** All imports of one file. */
export function importsOf(from: string, text: string): Import[] {
  const code = withoutComments(text);
  const found = new Map<string, Import>();
  const add = (to: string, typeOnly: boolean, dynamic: boolean): void => {
    const relative = to.startsWith('.');
    const resolved = relative ? posix.join(posix.dirname(from), to) : to;
    const before = found.get(resolved);
    found.set(resolved, {
      from,
      to: resolved,
      relative,
      typeOnly: typeOnly && (before?.typeOnly ?? true),
      dynamic: dynamic && (before?.dynamic ?? true),
    });
  };
  for (const { groups } of code.matchAll(STATIC))
    add(groups!.to, groups!.type !== undefined, false);
  for (const { groups } of code.matchAll(BARE)) add(groups!.to, false, false);
  for (const { groups } of code.matchAll(DYNAMIC)) add(groups!.to, false, true);
  return [...found.values()];
}

/** Imports of all files. */
export function allImports(tree: Tree): Import[] {
  return [...tree].flatMap(([path, text]) => (path.endsWith('.ts') ? importsOf(path, text) : []));
}

/** Reads the code below the given folders of a project. */
export function readTree(root: string, folders: readonly string[]): Tree {
  const tree = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(`${root}/${folder}`, {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!entry.isFile() || !/\.(?:ts|mjs|js|cjs)$/u.test(entry.name)) continue;
      const path = `${entry.parentPath}/${entry.name}`;
      tree.set(posix.relative(root, path), readFileSync(path, 'utf8'));
    }
  }
  return tree;
}
