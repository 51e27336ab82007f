import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { rules } from './rules.ts';
import { importsOf, readTree, type Tree } from './tree.ts';

const root = posix.resolve(import.meta.dirname, '../..');
const project = readTree(root, ['src', 'plugins', 'test', 'scripts', 'bench']);

/** A small tree in which nothing is wrong. */
const sound = {
  'src/main.ts': "const { run } = await import('./cli/run.ts');",
  'src/cli/run.ts': "import '../engine/registry.ts';",
  'src/engine/registry.ts':
    "import one from '../../plugins/sinks/one/plugin.ts';\nimport { table } from '../flow/table.ts';",
  'src/flow/table.ts':
    "import { createHash } from 'node:crypto';\nimport { tcp } from '../wire/tcp.ts';\nimport type { A } from '../model/a.ts';",
  'src/wire/tcp.ts': "import { ip } from './ip.ts';",
  'src/wire/ip.ts': '// import { no } from "../flow/table.ts"\nexport const ip = 1;',
  'src/model/a.ts': 'export interface A {}',
  'src/plugin/api.ts': "export type * from '../model/a.ts';",
  'plugins/sinks/one/plugin.ts':
    "import { open } from 'node:fs';\nimport x from 'yaml';\nimport { defineSink } from 'unackd';\nimport './part.ts';",
  'plugins/sinks/one/part.ts': '',
  'plugins/sinks/two/plugin.ts': '',
  'scripts/all.ts': "import '../plugins/sinks/two/plugin.ts';",
};

/** For each rule, files that break it when they are put into the sound tree, and the words it must say. */
const broken: Readonly<Record<string, readonly [files: Record<string, string>, words: RegExp]>> = {
  'wire imports nothing outside itself': [
    { 'src/wire/ip.ts': "import { hash } from 'node:crypto';" },
    /^src\/wire\/ip\.ts imports node:crypto$/u,
  ],
  'model imports nothing outside itself': [
    { 'src/model/a.ts': "export type { T } from '../plugin/api.ts';" },
    /^src\/model\/a\.ts imports src\/plugin\/api\.ts$/u,
  ],
  'flow imports only wire, model and Node': [
    { 'src/flow/table.ts': "import {\n  defineSink,\n} from '../plugin/api.ts';" },
    /^src\/flow\/table\.ts imports src\/plugin\/api\.ts$/u,
  ],
  'a plugin imports the public API, Node, packages and its own folder': [
    { 'plugins/sinks/one/part.ts': "import '../two/plugin.ts';" },
    /^plugins\/sinks\/one\/part\.ts imports plugins\/sinks\/two\/plugin\.ts$/u,
  ],
  'only the registry imports plugins': [
    { 'src/cli/run.ts': "await import('../../plugins/sinks/one/plugin.ts');" },
    /^src\/cli\/run\.ts imports plugins/u,
  ],
  'the program imports no tests, scripts or benchmarks': [
    { 'src/cli/run.ts': "import '../../scripts/all.ts';" },
    /^src\/cli\/run\.ts imports scripts\/all\.ts$/u,
  ],
  'imports make no cycle': [
    { 'src/wire/ip.ts': "export * from './tcp.ts';" },
    /^src\/wire\/tcp\.ts > src\/wire\/ip\.ts > src\/wire\/tcp\.ts$/u,
  ],
  'files have at most 400 lines': [
    { 'src/wire/ip.ts': '\n'.repeat(401) },
    /^src\/wire\/ip\.ts has 401 lines$/u,
  ],
  'no attic': [{ 'src/wire/utils.ts': '' }, /^src\/wire\/utils\.ts$/u],
  'every file of the program can be reached': [
    { 'src/wire/orphan.ts': '' },
    /^src\/wire\/orphan\.ts$/u,
  ],
};

describe('house rules', () => {
  for (const [name, rule] of Object.entries(rules)) {
    describe(name, () => {
      it('holds', () => assert.equal(rule(project).join('\n'), ''));

      it('can be broken', () => {
        const soundTree: Tree = new Map(Object.entries(sound));
        assert.equal(rule(soundTree).join('\n'), '');
        const [files, words] = broken[name];
        const found = rule(new Map([...soundTree, ...Object.entries(files)]));
        assert.equal(found.length, 1, found.join('\n'));
        assert.match(found[0], words);
      });
    });
  }

  it('sees imports in every form', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from './b.ts';",
      "import {\n  c,\n  type D,\n} from './c.ts';",
      "import './d.ts';",
      "export { e } from './e.ts';",
      "export type * from './f.ts';",
      "  const g = await import('./g.ts');",
      "// import './h.ts';",
      "/**\n * import './i.ts'\n */",
      "const text = 'a line';\nexport const j = [\n  'from',\n];",
    ].join('\n');
    assert.deepEqual(
      importsOf('src/x.ts', text).map(
        ({ to, typeOnly, dynamic }) =>
          `${to}${typeOnly ? ' type' : ''}${dynamic ? ' dynamic' : ''}`,
      ),
      [
        'src/a.ts',
        'src/b.ts type',
        'src/c.ts',
        'src/d.ts',
        'src/e.ts',
        'src/f.ts type',
        'src/g.ts dynamic',
      ],
    );
  });
});
