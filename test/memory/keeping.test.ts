import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineAnalyser } from 'unackd';
import type { AnalyserHost, JsonValue, Memory } from 'unackd';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import type { SourceComponent } from '../../src/config/resolved.ts';
import { Engine } from '../../src/engine/engine.ts';
import { people, WEB } from '../simulator/cast.ts';
import { simulate } from '../simulator/simulate.ts';
import { inDatabase, query } from '../sinks/sqlite/database.ts';
import { withFolder } from '../sinks/places.ts';
import { liveReplay } from '../support/live-replay.ts';

const { capture: CAPTURE } = simulate({
  seed: 'memory',
  duration: 5,
  clients: people(5, [WEB]),
  endpoints: [{ ip: '10.1.0.1', port: 443 }],
});

interface Run {
  readonly log: readonly string[];
  /** What the analyser was given; `null` where nothing is remembered. */
  readonly remembered: ReadonlyMap<string, JsonValue> | null;
  readonly notices: readonly string[];
}

interface Plan {
  readonly folder: string;
  readonly source?: SourceComponent;
  readonly version?: number;
  readonly state?: string | null;
  readonly save: (memory: Memory) => void;
}

/** Runs a capture, told as live, through an analyser that saves what it is told to. */
async function run({ folder, source, version, state, save }: Plan): Promise<Run> {
  const path = join(folder, 'capture.pcap');
  writeFileSync(path, CAPTURE);
  const log: string[] = [];
  const notices: string[] = [];
  let remembered: Run['remembered'] = null;
  const definition = defineAnalyser({
    api: 1,
    name: 'keeper',
    doc: 'Keeps what a test wants kept.',
    options: {},
    reads: ['attempt'],
    emits: [],
    ...(version === undefined ? {} : { remembers: version }),
    create: (_options, host: AnalyserHost) => {
      remembered = host.remembered === null ? null : new Map(host.remembered);
      return { save };
    },
  });
  await new Engine(
    {
      file: 'test',
      folder,
      sources: [source ?? liveReplay('wire', path)],
      analysers: [
        {
          id: 'keeper',
          kind: 'analyser',
          definition,
          options: {},
          inputs: [{ from: source?.id ?? 'wire', topic: 'attempt' }],
        },
      ],
      sinks: [],
      flow: { table: 1000 },
      blindAfter: 0,
      state: state === undefined ? join(folder, 'state.db') : state,
      pluginDirs: [],
      names: new Map(),
      silences: [],
      grouping: null,
    },
    {
      log: (id, level, text) => log.push(`${level} ${id}: ${text}`),
      witness: { incident: () => {}, notice: ({ code }) => notices.push(code) },
    },
  ).run();
  return { log, remembered, notices };
}

const nothing = (): void => {};

describe('what analysers of live sources remember', () => {
  it('is there after a restart, and can be changed and forgotten', async () => {
    await withFolder(async (folder) => {
      const first = await run({
        folder,
        version: 1,
        save(memory) {
          memory.set('a', { n: [1, null, 'x'] });
          memory.set('b', 2);
        },
      });
      assert.deepEqual(first.remembered, new Map());
      const second = await run({
        folder,
        version: 1,
        save(memory) {
          memory.set('a', 3);
          memory.delete('b');
        },
      });
      assert.deepEqual(
        second.remembered,
        new Map<string, JsonValue>([
          ['a', { n: [1, null, 'x'] }],
          ['b', 2],
        ]),
      );
      const third = await run({ folder, version: 1, save: nothing });
      assert.deepEqual(third.remembered, new Map([['a', 3]]));
      assert.deepEqual(third.log, []);
    });
  });

  it('is nothing for a capture file: a replay tells the same again', async () => {
    await withFolder(async (folder) => {
      const source: SourceComponent = {
        id: 'file',
        kind: 'source',
        definition: pcap,
        options: { path: [join(folder, 'capture.pcap')], vantage: 'auto', speed: 0 },
        inputs: [],
      };
      const { remembered } = await run({ folder, source, version: 1, save: () => assert.fail() });
      assert.equal(remembered, null);
    });
  });

  it('of another version is dropped, and that is said', async () => {
    await withFolder(async (folder) => {
      await run({ folder, version: 1, save: (memory) => memory.set('a', 1) });
      const { remembered, log, notices } = await run({ folder, version: 2, save: nothing });
      assert.deepEqual(remembered, new Map());
      assert.match(log.join('\n'), /^error keeper: .*keeper, format 1.*format 2: it learns anew$/u);
      assert.deepEqual(notices, ['memory-unreadable']);
      assert.deepEqual(query(join(folder, 'state.db'), 'SELECT * FROM remembered'), []);
    });
  });

  it('loses a damaged entry alone', async () => {
    await withFolder(async (folder) => {
      await run({
        folder,
        version: 1,
        save(memory) {
          memory.set('a', 1);
          memory.set('b', 2);
        },
      });
      inDatabase(join(folder, 'state.db'), (db) =>
        db.exec(`UPDATE remembered SET value = '{"torn' WHERE key = 'a'`),
      );
      const { remembered, log } = await run({ folder, version: 1, save: nothing });
      assert.deepEqual(remembered, new Map([['b', 2]]));
      assert.match(log.join('\n'), /^error keeper: 1 entry of what was remembered can't be read/u);
    });
  });

  it('is bounded: what is over is not kept, and a notice says so once', async () => {
    await withFolder(async (folder) => {
      const { log, notices } = await run({
        folder,
        version: 1,
        save(memory) {
          memory.set('small', 1);
          memory.set('large', 'x'.repeat(65_536));
          memory.set('k'.repeat(257), 1);
        },
      });
      assert.equal(log.length, 1);
      assert.match(log[0], /^error keeper: 'large' is over 64 KiB/u);
      assert.deepEqual(notices, ['memory-full']);
      const { remembered } = await run({ folder, version: 1, save: nothing });
      assert.deepEqual(remembered, new Map([['small', 1]]));
      const all = await run({
        folder,
        version: 1,
        save(memory) {
          for (let i = 0; i < 1100; i++) memory.set(`k${i}`, 'x'.repeat(65_000));
        },
      });
      assert.match(all.log[0], /^error keeper: over 64 MiB to remember: \d+ entries are not kept/u);
    });
  });

  it('is lost without a place to keep it, and a notice says so', async () => {
    await withFolder(async (folder) => {
      const { log, notices } = await run({ folder, version: 1, state: null, save: nothing });
      assert.match(log[0], /^warn outbox: what keeper has learnt is kept in memory and lost/u);
      assert.deepEqual(notices, ['outbox-in-memory']);
    });
  });

  it("wants the version of what is saved, which the plugin's author must state", async () => {
    await withFolder(async (folder) => {
      await assert.rejects(
        run({ folder, save: nothing }),
        /^ComponentError: keeper: .*'remembers'/u,
      );
    });
  });
});
