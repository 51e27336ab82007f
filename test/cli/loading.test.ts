import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needs } from '../support/needs.ts';

const root = resolve(import.meta.dirname, '../..');

/** Prints the address of each module that a program loads. */
const spy = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { writeSync(2, 'loads ' + url + '\\n'); return next(url, context); } });
`)}`;

interface Meta {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, object>> }>>;
}

/** Source files and packages that a command loads, by esbuild's account of each chunk. */
function sourcesOf(...args: string[]): string[] {
  const main = `${root}/build/main.js`;
  const { stderr } = spawnSync(process.execPath, ['--import', spy, main, ...args], {
    encoding: 'utf8',
  });
  const meta = JSON.parse(readFileSync(`${root}/build/meta.json`, 'utf8')) as Meta;
  const loaded = [...stderr.matchAll(/^loads (?<url>file:.*)$/gmu)].map(({ groups }) =>
    relative(root, fileURLToPath(groups!.url)),
  );
  return loaded.concat(...loaded.map((path) => Object.keys(meta.outputs[path]?.inputs ?? {})));
}

/** Prints the names of Node's own modules (not its internal ones) that a program has loaded. */
const count = `data:text/javascript,${encodeURIComponent(`
  process.on('exit', () => {
    const names = process.moduleLoadList.filter((name) => /^NativeModule (?!internal)/.test(name));
    process._rawDebug(names.join());
  });
`)}`;

function builtinsOf(...args: string[]): string[] {
  const { stderr } = spawnSync(process.execPath, ['--import', count, ...args], {
    encoding: 'utf8',
  });
  return stderr.trim().split(',');
}

describe('loading', () => {
  before(function () {
    needs(this, existsSync(`${root}/build/meta.json`), 'not built: npm run build');
  });

  it('is short for --version: not even oclif', () => {
    const sources = sourcesOf('--version');
    assert.ok(sources.includes('src/version.ts'));
    assert.deepEqual(
      sources.filter((path) => path.startsWith('node_modules/') || path.startsWith('src/cli/')),
      [],
    );
  });

  it('brings neither SQLite nor YAML for read', () => {
    const sources = sourcesOf('read', `${root}/config/examples/captures/drop.pcap`);
    assert.ok(sources.includes('src/commands/read.ts'));
    assert.deepEqual(
      sources.filter((path) => /^node_modules\/(?:better-sqlite3|yaml|ajv|koffi)\//u.test(path)),
      [],
    );
    assert.deepEqual(
      sources.filter((path) => /^src\/commands\/(?!read|index)/u.test(path)),
      [],
    );
  });

  it('brings no more of Node itself for read than Node brings alone', () => {
    const capture = `${root}/config/examples/captures/drop.pcap`;
    const alone = builtinsOf('--eval', '0');
    assert.deepEqual(builtinsOf(`${root}/build/main.js`, 'read', '--summary', capture), alone);
    assert.ok(builtinsOf('--eval', 'require("node:zlib")').length > alone.length);
  });

  it('can tell', () => {
    const sources = sourcesOf('check', `${root}/config/unackd.yaml`);
    assert.ok(sources.some((path) => path.startsWith('node_modules/yaml/')));
  });
});
