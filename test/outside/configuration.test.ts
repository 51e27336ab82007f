/** What a configuration says of plugins from outside: found, granted, or told what is wrong. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, utimesSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { schemaFor } from '../../src/config/schema-for.ts';
import { installed } from '../../src/engine/registry.ts';
import { readConfig } from '../../src/config/read.ts';
import type { Reading } from '../../src/config/read.ts';
import { Folder } from '../support/unackd.ts';

const MINIMAL = `import { defineAnalyser } from 'unackd';
export default defineAnalyser({
  api: 1, name: 'mine', doc: 'Does nothing.', reads: ['attempt'], emits: ['notice'],
  options: { limit: { type: 'int', default: 3, max: 9, doc: 'A limit.' } },
  create: () => ({}),
});
`;

/** A configuration whose analyser `a` is the plugin above. */
function whole(more: string): string {
  return `plugin_dirs: [plugins]
sources: { x: { use: pcap, path: x } }
sinks: { out: { use: jsonl, path: x } }
analysers:
  a: { use: ./mine.ts, from: [x], ${more} }
`;
}

describe('outside plugins: configuration', function () {
  this.timeout(30_000);
  const folder = new Folder();

  // Root's plugins run as nobody.
  before(() => chmodSync(folder.path, 0o755));

  after(() => folder.remove());

  function read(component: string, more = ''): Reading {
    const text = `sources: { x: { use: pcap, path: x.pcap } }
analysers:
  a: { ${component} }
sinks: { out: { use: jsonl, path: '-', from: [notices] } }
${more}`;
    return readConfig(text, folder.at('unackd.yaml'), installed, {});
  }

  function faults(component: string, more = ''): string[] {
    return read(component, more).faults.map(({ message }) => message);
  }

  function definitionOf(component: string): unknown {
    return read(component).config?.analysers[0].definition;
  }

  it('by a path from its own folder, with options like any other', () => {
    folder.file('mine.ts', MINIMAL);
    const { config, faults: none } = read('use: ./mine.ts, limit: 5, permissions: {}');
    assert.deepEqual(none, []);
    const [analyser] = config?.analysers ?? [];
    assert.equal(analyser.definition.name, 'mine');
    assert.deepEqual(analyser.options, { limit: 5 });
    assert.deepEqual(faults('use: ./mine.ts, limit: 50'), [
      "'limit' is 50, and at most 9 is wanted",
    ]);
    assert.deepEqual(faults('use: ./mine.ts, limits: 5'), ["'limits' is not an option of mine"]);
  });

  it('below a package.json that it may not read, and with files of its own', () => {
    mkdirSync(folder.at('project/plugins'), { recursive: true });
    folder.file('project/package.json', '{ "name": "project", "type": "commonjs" }');
    folder.file('project/plugins/limits.ts', 'export const MOST: number = 9;');
    const text = `import { MOST } from './limits.ts';\n${MINIMAL.replace('max: 9', 'max: MOST')}`;
    folder.file('project/plugins/mine.ts', text);
    assert.deepEqual(faults('use: ./project/plugins/mine.ts, limit: 50'), [
      "'limit' is 50, and at most 9 is wanted",
    ]);
  });

  it('as a folder with package.json, and by name in plugin_dirs', () => {
    mkdirSync(folder.at('plugins/whole'), { recursive: true });
    folder.file('plugins/whole/package.json', '{ "main": "index.ts" }');
    folder.file('plugins/whole/index.ts', MINIMAL.replace('mine', 'whole'));
    folder.file('plugins/named.mjs', MINIMAL.replace('mine', 'named'));
    assert.deepEqual(faults('use: ./plugins/whole'), []);
    assert.deepEqual(faults('use: whole', 'plugin_dirs: [plugins]'), []);
    assert.deepEqual(faults('use: named', 'plugin_dirs: [plugins]'), []);
    assert.deepEqual(faults('use: nmaed', 'plugin_dirs: [plugins]'), [
      "no plugin for an analyser is called 'nmaed'",
    ]);
  });

  it('unchanged, the same plugin with the same rights; else another', () => {
    folder.file('mine.ts', MINIMAL);
    const first = definitionOf('use: ./mine.ts');
    assert.equal(definitionOf('use: ./mine.ts, permissions: {}'), first);
    assert.notEqual(definitionOf('use: ./mine.ts, permissions: { env: [HOME] }'), first);
    assert.notEqual(definitionOf('use: ./mine.ts, memory: 512MiB'), first);
    folder.file('mine.ts', `${MINIMAL}// changed\n`);
    assert.notEqual(definitionOf('use: ./mine.ts'), first);
  });

  it('is known to the schema of its configuration, whatever else is wrong with that', () => {
    folder.file('mine.ts', MINIMAL);
    const file = folder.file('s.yaml', `${whole('limti: 4')}  more: { use: ./nowhere.ts }\n`);
    const { text: schema, missing } = schemaFor(file, installed);
    assert.deepEqual(missing, ["'./nowhere.ts' can't be used as a plugin: there is no such file"]);
    const fits = new Ajv({ strict: false }).compile(JSON.parse(schema) as object);
    for (const [more, sound] of [
      ['limit: 4, permissions: { env: [TZ] }, memory: 200MiB', true],
      ['limit: 10', false],
      ['limti: 4', false],
    ] as const) {
      assert.equal(fits(parse(whole(more))), sound, more);
    }
  });

  it('is asked beforehand while other work goes on, and once', async () => {
    // What was only just written may be written again.
    utimesSync(folder.file('mine.ts', `${MINIMAL}// ${Date.now()}\n`), 1e9, 1e9);
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await installed.outside?.ready(() => read('use: ./mine.ts'));
    assert.ok(turns > 5, `${turns} turns`);
    turns = 0;
    const known = read('use: ./mine.ts').config;
    await installed.outside?.ready(() => read('use: ./mine.ts'));
    clearInterval(timer);
    assert.equal(known?.analysers[0].definition.name, 'mine');
    assert.ok(turns < 2, 'it was asked again');
  });

  it('is another one when what lies in its folder has changed, but for what it may write', () => {
    mkdirSync(folder.at('plugins/table'), { recursive: true });
    folder.file('plugins/table/package.json', '{ "main": "index.ts" }');
    folder.file('plugins/table/index.ts', MINIMAL);
    folder.file('plugins/table/state.json', '{}');
    folder.file('plugins/table/names.json', '{}');
    const use = `use: ./plugins/table, permissions: { write: [plugins/table/state.json] }`;
    const first = definitionOf(use);
    folder.file('plugins/table/state.json', '{"more":1}');
    folder.file('plugins/table/README.md', '# Table');
    assert.equal(definitionOf(use), first);
    folder.file('plugins/table/names.json', '{"more":1}');
    assert.notEqual(definitionOf(use), first);
  });

  it('wrong permissions are told', () => {
    folder.file('mine.ts', MINIMAL);
    assert.deepEqual(faults('use: ./mine.ts, permissions: { raed: [/x] }'), [
      "'raed' is not a setting of permissions",
    ]);
    assert.deepEqual(faults('use: ./mine.ts, permissions: all'), [
      "'permissions' wants a map, not 'all'",
    ]);
    assert.deepEqual(faults('use: ./mine.ts, memory: 1MiB'), [
      "'memory' is '1MiB', and at least 96MiB is wanted",
    ]);
    const net = (value: string): string[] =>
      faults(`use: ./mine.ts, permissions: { net: ${value} }`);
    for (const sound of ['true', 'false', '[]', 'a.example:443', "['[::1]:1', '*:443']"]) {
      assert.deepEqual(net(sound), [], sound);
    }
    assert.deepEqual(net("[a.example, 'https://b.example', 443, [x]]"), [
      "'a.example' has no port",
      "'https://b.example' is an address of a page",
      "'net' wants hosts with their ports, not 443",
      "'net' wants hosts with their ports, not a list",
    ]);
    assert.deepEqual(net('{ a: b }'), [
      "'net' wants a list of hosts with their ports, or true, not a map",
    ]);
    assert.deepEqual(faults('use: black-hole, permissions: {}'), [
      "'permissions' is not an option of black-hole",
    ]);
  });

  const broken: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    [
      'another version of the API',
      MINIMAL.replace('api: 1', 'api: 2'),
      /: it is made for API 2, and this unackd has API 1; a newer unackd may have it$/u,
    ],
    [
      'what is not TypeScript',
      'const a = 1;\nconst b = (;\n',
      /: broken\.ts:2:12: SyntaxError: Expr/u,
    ],
    ['an enum', 'enum A { B }\n', /: broken\.ts:1:1: SyntaxError: TypeScript enum is not/u],
    ['what throws', '\n\nthrow new Error("oh");\n', /: broken\.ts:3:7: oh$/u],
    [
      'a name that the API does not have',
      "import { defineAnalyzer } from 'unackd';\n",
      /: broken\.ts:1:10: SyntaxError: .*'defineAnalyzer'/u,
    ],
    [
      'an import of what is not there',
      "\nimport './part.ts';\n",
      /: broken\.ts:2:8: Cannot find module/u,
    ],
    ['no default export', 'export const a = 1;\n', /: it has no default export: end it with/u],
    ['an endless loop', 'for (;;);\n', /: it was not loaded after 5 s$/u],
    ['its own end', 'process.exit(7);\n', /: its process ended as it was loaded \(exit code 7\)$/u],
    [
      'no version of the API',
      MINIMAL.replace('api: 1, ', ''),
      /: it is made for no API; state the version it is made for: api: 1$/u,
    ],
    ['no create', MINIMAL.replace('create: ', 'make: '), /: 'create' is missing: a function/u],
    [
      'a default that can not be',
      MINIMAL.replace('default: 3', 'default: 30'),
      /: default of 'limit' is 30, and at most 9 is wanted$/u,
    ],
    [
      'a default of no kind',
      MINIMAL.replace('default: 3', 'default: {}'),
      /: option 'limit': its 'default' does not fit type int$/u,
    ],
    [
      'a bound of no kind',
      MINIMAL.replace('max: 9', "max: 'nine'"),
      /: option 'limit': its 'max' is to be a number$/u,
    ],
    [
      'an option of no type',
      MINIMAL.replace("type: 'int'", "type: 'whole'"),
      /: option 'limit': 'type' is one of int, /u,
    ],
    [
      'reading what is not its own',
      "import { readFileSync } from 'node:fs';\nreadFileSync('/etc/passwd');\n",
      /: broken\.ts:2:1: no permission to read \/etc\/passwd; to grant it: /u,
    ],
  ];
  for (const [what, text, message] of broken) {
    it(`refuses ${what}`, () => {
      folder.file('broken.ts', text);
      const told = faults('use: ./broken.ts');
      assert.match(told[0], /^'\.\/broken\.ts' can't be used as a plugin: /u);
      assert.match(told[0], message);
    });
  }
});
