/** An analyser in a process of its own does what it does within the daemon's. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { defaultOptions } from '../../src/config/defaults.ts';
import type {
  AnalyserComponent,
  ResolvedConfig,
  SourceComponent,
} from '../../src/config/resolved.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { AnalyserDefinition, Notice } from 'unackd';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { taking } from '../support/scripted.ts';
import { liveReplay } from '../support/live-replay.ts';
import { CAPTURES, Folder, parseLines, unackd } from '../support/unackd.ts';
import tally from './plugins/tally.ts';
import { outside, PLUGINS } from './support/opened.ts';

const CAPTURE = join(CAPTURES, 'black-hole.pcap');

const file: SourceComponent = {
  id: 'x',
  kind: 'source',
  definition: pcap,
  options: { ...defaultOptions(pcap.options), path: [CAPTURE] },
  inputs: [],
};

/** What an analyser tells of a source. */
async function noticesOf(
  definition: AnalyserDefinition,
  source = file,
  options: Readonly<Record<string, unknown>> = {},
  state: string | null = null,
): Promise<Notice[]> {
  const notices: Notice[] = [];
  const analyser: AnalyserComponent = {
    id: 'a',
    kind: 'analyser',
    definition,
    options: { ...defaultOptions(definition.options), ...options },
    inputs: [{ from: 'x', topic: 'attempt' }],
  };
  const config: ResolvedConfig = {
    file: 'test',
    folder: '/',
    sources: [source],
    analysers: [analyser],
    sinks: [
      {
        ...taking('out', { notice: (notice) => notices.push(notice) }),
        inputs: [
          { from: 'a', topic: 'notice' },
          { from: 'x', topic: 'notice' },
        ],
      },
    ],
    flow: { table: 1024 },
    blindAfter: 0,
    state,
    pluginDirs: [],
    names: new Map(),
    silences: [],
    grouping: null,
  };
  await new Engine(config, { log: () => {} }).run();
  return notices;
}

describe('outside plugins: analysers', function () {
  this.timeout(60_000);
  const folder = new Folder();

  after(() => folder.remove());

  it('tell of a file what they tell within the daemon, wake-ups at their times', async () => {
    const within = await noticesOf(tally);
    const without = await noticesOf(outside('tally'));
    assert.ok(within.length > 100);
    assert.ok(within.some(({ text }) => text.startsWith('woken')));
    assert.deepEqual(without, within);
  });

  it('miss what they were told when they fail, and go on', async () => {
    const options = { fail_at: 40 };
    const notices = await noticesOf(outside('keeper'), file, options);
    const codes = new Set(notices.map(({ code }) => code));
    assert.ok(codes.has('plugin-failed') && codes.has('plugin-runs-again'));
    const counted = notices.filter(({ code }) => code === 'count').length;
    const text = notices.find(({ code }) => code === 'plugin-failed')?.text ?? '';
    assert.match(
      text,
      /^a: plugin keeper failed at keeper\.ts:\d+:\d+: RangeError: enough; it missed \d+ events; it starts again in 0\.25 s$/u,
    );
    assert.ok(counted >= 39, `${counted}`);
  });

  it('are switched off at the fourth failure, and what they miss is told', async () => {
    // In small batches: it is waited for after each fourth one.
    const { definition, ...rest } = liveReplay('x', CAPTURE, { frames: 50 });
    const { live: _, ...finite } = definition;
    const source = { ...rest, definition: finite };
    const notices = await noticesOf(outside('keeper'), source, { fail_at: 1 });
    const told = notices.filter(({ code }) => code !== 'count');
    assert.equal(told.filter(({ code }) => code === 'plugin-failed').length, 3);
    const disabled = told.find(({ code }) => code === 'plugin-disabled');
    assert.match(
      disabled?.text ?? '',
      /it is off until a reload \(SIGHUP; under watch and run --dev a save\)$/u,
    );
    const missed = told.find(({ code }) => code === 'plugin-missed');
    assert.match(missed?.text ?? '', /off to the end; after that it missed \d+ events$/u);
  });

  it('of live sources, are told everything, and remember it over a restart', async () => {
    const state = folder.at('state.db');
    const counts = async (): Promise<string[]> => {
      const source = liveReplay('x', CAPTURE, { frames: 50, pace: 1 });
      const notices = await noticesOf(outside('keeper'), source, {}, state);
      return notices.filter(({ code }) => code === 'count').map(({ text }) => text);
    };
    const first = await counts();
    assert.equal(first[0], '0 + 1');
    assert.equal(first.at(-1), `0 + ${first.length}`);
    const second = await counts();
    assert.equal(second[0], `${first.length} + 1`);
    assert.equal(second.length, first.length);
  });

  it('are told of by list, with their options', () => {
    const { status, stdout, stderr } = unackd(['list', join(PLUGINS, 'tally.ts')]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^tally \(analyser\): Says what it is told\./u);
    assert.match(stdout, /every +duration +"10s"/u);
  });

  it('give the same records each time', () => {
    const config = folder.file(
      'c.yaml',
      `sources: { x: { use: pcap, path: ${CAPTURE} } }
analysers: { a: { use: ${PLUGINS}/tally.ts, from: [x] } }
sinks: { out: { use: jsonl, path: '-', from: [a, notices] } }
`,
    );
    const [one, two] = [1, 2].map(() => unackd(['run', '--config', config]).stdout);
    assert.ok(parseLines(one).length > 100);
    assert.equal(one, two);
  });
});
