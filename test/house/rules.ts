/** What the house holds itself to. Each rule lists what breaks it, one line each. */
import { allImports, type Import, type Tree } from './tree.ts';

type Rule = (tree: Tree) => string[];

function shown({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

/** The folder that owns a file: `src/wire`, `plugins/sinks/jsonl`. */
function roomOf(path: string): string {
  const depth = path.startsWith('plugins/') ? 3 : 2;
  return path.split('/').slice(0, depth).join('/');
}

/** A room imports from no other place of the project than these, and from outside only what `outside` names. */
function importsOnly(room: string, rooms: readonly string[], outside?: RegExp): Rule {
  return (tree) =>
    allImports(tree)
      .filter(({ from }) => roomOf(from) === room)
      .filter(({ to, relative }) =>
        relative ? ![room, ...rooms].includes(roomOf(to)) : outside?.test(to) !== true,
      )
      .map((one) => shown(one));
}

/** Files that value imports lead back to, as `a > b > a`. */
function cycles(tree: Tree): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, relative, typeOnly, dynamic } of allImports(tree)) {
    if (!relative || typeOnly || dynamic) continue;
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start !== -1) found.push([...way.slice(start), file].join(' > '));
    if (start !== -1 || done.has(file)) return;
    for (const other of next.get(file) ?? []) visit(other, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

/** What is loaded by the program, by plugins from outside, or by a script. */
function isEntry(path: string): boolean {
  return (
    ['src/main.ts', 'src/plugin/api.ts', 'src/plugin/testing.ts'].includes(path) ||
    /^(?:scripts|bench|plugins\/examples)\//u.test(path)
  );
}

function unreachable(tree: Tree): string[] {
  const next = Map.groupBy(allImports(tree), ({ from }) => from);
  const seen = new Set<string>();
  const waiting = [...tree.keys()].filter((path) => isEntry(path));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    waiting.push(...(next.get(file) ?? []).map(({ to }) => to));
  }
  return [...tree.keys()]
    .filter((path) => /^(?:src|plugins)\//u.test(path) && !path.endsWith('.d.ts'))
    .filter((path) => !seen.has(path));
}

/** Of code; data that a test is made of may be longer. */
const MOST_LINES = 400;

/** By what each rule says. */
export const rules: Readonly<Record<string, Rule>> = {
  'wire imports nothing outside itself': importsOnly('src/wire', []),
  'model imports nothing outside itself': importsOnly('src/model', []),
  'flow imports only wire, model and Node': importsOnly(
    'src/flow',
    ['src/wire', 'src/model'],
    /^node:/u,
  ),
  'a plugin imports the public API, Node, packages and its own folder': (tree) =>
    allImports(tree)
      .filter(({ from }) => from.startsWith('plugins/'))
      .filter(({ from, to, relative }) => relative && roomOf(to) !== roomOf(from))
      .map((one) => shown(one)),
  'only the registry imports plugins': (tree) =>
    allImports(tree)
      .filter(({ from, to }) => from.startsWith('src/') && to.startsWith('plugins/'))
      .filter(({ from }) => from !== 'src/engine/registry.ts')
      .map((one) => shown(one)),
  'the program imports no tests, scripts or benchmarks': (tree) =>
    allImports(tree)
      .filter(({ from }) => /^(?:src|plugins)\//u.test(from))
      .filter(({ to }) => /^(?:test|scripts|bench)\//u.test(to))
      .map((one) => shown(one)),
  'imports make no cycle': cycles,
  [`files have at most ${MOST_LINES} lines`]: (tree) =>
    [...tree]
      .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ path, lines }) => `${path} has ${lines} lines`),
  'no attic': (tree) =>
    [...tree.keys()].filter((path) =>
      /(?:^|\/)(?:utils?|helpers?|common|misc|shared)(?:\/|\.[a-z]+$)/u.test(path),
    ),
  'every file of the program can be reached': unreachable,
};
