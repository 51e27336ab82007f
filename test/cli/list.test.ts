import assert from 'node:assert/strict';
import { pluginLines, pluginPage } from '../../src/cli/plugin-list.ts';
import { bundled } from '../../src/engine/registry.ts';
import { defineAnalyser, defineSink, defineSource } from '../../src/plugin/api.ts';

const tap = defineSource({
  api: 1,
  name: 'tap',
  doc: 'Reads a tap.',
  options: {
    port: { type: 'int', doc: 'Which port.' },
    mode: { type: 'enum', values: ['in', 'out'], default: 'in', doc: 'Which side.' },
    files: { type: 'list', of: 'path', optional: true, doc: 'Where from.' },
  },
  create: () => ({ interfaces: [], read: () => false }),
});
const judge = defineAnalyser({
  api: 1,
  name: 'judge',
  doc: 'Judges.',
  reads: ['attempt', 'notice'],
  emits: ['incident'],
  options: {},
  create: () => ({}),
});
const bin = defineSink({
  api: 1,
  name: 'bin',
  doc: 'Takes all.',
  reads: ['attempt'],
  options: {},
  create: () => ({}),
});

const PIPE = { width: 0 };

describe('list', () => {
  it('names plugins by kind', () => {
    assert.deepEqual(pluginLines([tap, judge, bin], PIPE), [
      'SOURCES',
      '  tap    Reads a tap.',
      'ANALYSERS',
      '  judge  Judges.',
      'SINKS',
      '  bin    Takes all.',
    ]);
    assert.deepEqual(pluginLines([bin], PIPE), ['SINKS', '  bin  Takes all.']);
    assert.deepEqual(pluginLines([], PIPE), []);
  });

  it('fits a narrow terminal', () => {
    assert.deepEqual(pluginLines([tap, judge], { width: 40 }), [
      'SOURCES',
      '  tap    Reads a tap.',
      'ANALYSERS',
      '  judge  Judges.',
    ]);
    assert.deepEqual(pluginPage(tap, { width: 40 }).slice(2, 5), [
      '  OPTION  TYPE             DEFAULT',
      '  port    int              required',
      '      Which port.',
    ]);
    const all = (['source', 'analyser', 'sink'] as const).flatMap((kind) =>
      bundled.names(kind).flatMap((name) => bundled.find(kind, name) ?? []),
    );
    for (let width = 40; width <= 200; width += 20) {
      const pages = all.flatMap((plugin) => pluginPage(plugin, { width }));
      for (const line of [...pluginLines(all, { width }), ...pages]) {
        assert.ok(line.length <= width, `${width}: ${line}`);
      }
    }
  });

  it('shows options with types and defaults', () => {
    assert.deepEqual(pluginPage(tap, PIPE), [
      'tap (source): Reads a tap.',
      '',
      '  OPTION  TYPE             DEFAULT',
      '  port    int              required  Which port.',
      '  mode    in | out         "in"      Which side.',
      '  files   path, or a list  -         Where from.',
    ]);
  });

  it('shows what is read and emitted', () => {
    assert.deepEqual(pluginPage(judge, PIPE), [
      'judge (analyser): Judges.',
      'reads attempt, notice',
      'emits incident',
      'no options',
    ]);
    assert.deepEqual(pluginPage(bin, PIPE), [
      'bin (sink): Takes all.',
      'reads attempt',
      'no options',
    ]);
  });
});
