/** Editors and `check` must agree. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { parse, stringify } from 'yaml';
import { readConfig } from '../../src/config/read.ts';
import { configSchema } from '../../src/config/schema.ts';
import { plugins } from './support/plugins.ts';

const CASES = join(import.meta.dirname, 'cases');

/** Faults that need more than a schema: names of other parts, variables' values, YAML itself. */
const BEYOND: ReadonlySet<string> = new Set([
  'useless-edge',
  'unknown-component',
  'cycle',
  'duplicate-id',
  'duplicate-key',
  'unset-variable',
  'bad-variable',
  'bad-endpoint',
  'bad-listen',
  'bad-value',
  'yaml-syntax',
  'unknown-anchor',
  'not-utf8',
  'capture-file',
]);

/** Durations and sizes are text, and a schema can't measure text. */
const MEASURE = /is '[^']*', /;

function compile(): ValidateFunction {
  return new Ajv({ allErrors: true, strict: false }).compile(configSchema(plugins));
}

function sound(): Record<string, unknown> {
  return {
    sources: {
      files: { use: 'pcap', path: ['a.pcap'] },
      eth0: { use: 'live', interface: 'eth0' },
    },
    analysers: {
      retry: { use: 'retry-schedule' },
      holes: { use: 'black-hole' },
      pager: { use: 'pager' },
    },
    sinks: { db: { use: 'sqlite', path: 'x.db' }, out: { use: 'jsonl', path: '-' } },
  };
}

function changed(path: readonly string[], value: unknown): Record<string, unknown> {
  const root = sound();
  let at = root;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path[path.length - 1]] = value;
  return root;
}

describe('JSON Schema', () => {
  const accepts = compile();

  for (const name of readdirSync(CASES)) {
    const text = readFileSync(join(CASES, name, 'config.yaml'), 'utf8');
    const envFile = join(CASES, name, 'env.json');
    const env = existsSync(envFile)
      ? (JSON.parse(readFileSync(envFile, 'utf8')) as Record<string, string>)
      : {};
    const { faults } = readConfig(text, 'config.yaml', plugins, env);
    // Renamed keys work on, and editors should show them all the same.
    const errors = faults.filter(
      ({ severity, code }) => severity === 'error' || code === 'renamed-key',
    );
    if (errors.some(({ code }) => BEYOND.has(code))) continue;
    const usesVariables = text.includes('${');
    if (errors.length > 0 && usesVariables) continue;

    it(`${errors.length === 0 ? 'accepts' : 'refuses'} ${name}`, () => {
      const value: unknown = parse(text, { merge: true, logLevel: 'silent' });
      assert.equal(accepts(value), errors.length === 0, JSON.stringify(accepts.errors));
    });
  }

  /** Single changes to a sound component: each fault on its own, none hidden behind another. */
  const changes: Record<string, readonly [path: readonly string[], values: readonly unknown[]]> = {
    'a list of paths': [
      ['sources', 'files', 'path'],
      [['a', 'b'], 'a', '-', [], '', 5, [5], null],
    ],
    'a number': [
      ['sources', 'files', 'speed'],
      [0, 2.5, 1000, -1, 1001, 'fast', true, null],
    ],
    'one of some words': [
      ['sources', 'files', 'vantage'],
      ['client', 'both', 'cleint', 1, ['client']],
    ],
    text: [
      ['sources', 'eth0', 'interface'],
      ['eth0', '', 5, true, null, ['eth0']],
    ],
    'a size': [
      ['sources', 'eth0', 'ring'],
      ['64KiB', '10MB', 65_536, 'big', '10 MB', true],
    ],
    'a bool': [
      ['sources', 'eth0', 'promiscuous'],
      [true, false, 'yes', 'true', 1],
    ],
    'a whole number': [
      ['analysers', 'retry', 'retries'],
      [0, 10, 11, -1, 1.5, '2'],
    ],
    'a duration': [
      ['analysers', 'retry', 'late'],
      ['250ms', '3.5s', 100, 'soon', '5 s', '1w'],
    ],
    'a list of whole numbers': [
      ['analysers', 'pager', 'ports'],
      [[1], 1, [], ['x'], [1.5]],
    ],
    'an optional one': [
      ['sinks', 'db', 'keep'],
      ['7d', 'long'],
    ],
    'an unknown option': [['sinks', 'db', 'keeep'], ['7d']],
    use: [
      ['sinks', 'db', 'use'],
      ['sqlite', 'sqllite', 'pcap', 5, null],
    ],
    'from on a source': [
      ['sources', 'eth0', 'from'],
      [['files'], 'files'],
    ],
    from: [
      ['sinks', 'db', 'from'],
      ['attempts', ['attempts', 'retry'], [], [['attempts']], null],
    ],
    'a section': [['sinks'], [{}, [], 'jsonl', null]],
    'a component': [
      ['sources', 'eth0'],
      ['eth0', [], null, {}],
    ],
    'no analysers': [['analysers'], [null, [], 5]],
    flow: [['flow'], [{}, { table: 16 }, { table: 15 }, { tabel: 16 }, [], 5]],
    names: [['names'], [{}, { '10.0.0.1': 'x' }, { '10.0.0.1': 5 }, { '10.0.0.1': '' }, []]],
    state: [['state'], ['x.db', 5, '']],
    plugin_dirs: [['plugin_dirs'], ['x', ['x', 'y'], [], [5]]],
    'an unknown key': [['silences'], [{}]],
  };

  for (const [name, [path, values]] of Object.entries(changes)) {
    it(`agrees with check on ${name}`, () => {
      for (const value of values) {
        const config = changed(path, value);
        const { faults } = readConfig(stringify(config), 'x.yaml', plugins, {});
        const errors = faults.filter(({ severity }) => severity === 'error');
        const beyond = errors.some(
          ({ code, message }) => BEYOND.has(code) || MEASURE.test(message),
        );
        if (beyond) continue;
        const words = `${JSON.stringify(value)}: ${errors.map(({ message }) => message).join('; ')}`;
        assert.equal(accepts(config), errors.length === 0, words);
      }
    });
  }

  it('says what each option is for', () => {
    const text = JSON.stringify(configSchema(plugins));
    for (const kind of ['source', 'analyser', 'sink'] as const) {
      for (const name of plugins.names(kind)) {
        const plugin = plugins.find(kind, name);
        for (const { doc } of Object.values(plugin?.options ?? {})) assert.ok(text.includes(doc));
      }
    }
  });
});
