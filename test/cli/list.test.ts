import assert from 'node:assert/strict';
import { pluginLines, pluginPage } from '../../src/cli/plugin-list.ts';
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

describe('list', () => {
  it('names plugins by kind', () => {
    assert.deepEqual(pluginLines([tap, judge, bin]), [
      'SOURCES',
      '  tap    Reads a tap.',
      'ANALYSERS',
      '  judge  Judges.',
      'SINKS',
      '  bin    Takes all.',
    ]);
    assert.deepEqual(pluginLines([bin]), ['SINKS', '  bin  Takes all.']);
    assert.deepEqual(pluginLines([]), []);
  });

  it('shows options with types and defaults', () => {
    assert.deepEqual(pluginPage(tap), [
      'tap (source): Reads a tap.',
      '',
      '  OPTION  TYPE             DEFAULT',
      '  port    int              required  Which port.',
      '  mode    in | out         "in"      Which side.',
      '  files   path, or a list  -         Where from.',
    ]);
  });

  it('shows what is read and emitted', () => {
    assert.deepEqual(pluginPage(judge), [
      'judge (analyser): Judges.',
      'reads attempt, notice',
      'emits incident',
      'no options',
    ]);
    assert.deepEqual(pluginPage(bin), ['bin (sink): Takes all.', 'reads attempt', 'no options']);
  });
});
