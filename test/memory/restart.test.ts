import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Incident } from 'unackd';
import { placeOf } from '../black-hole/evaluate.ts';
import { STORIES } from '../black-hole/scenarios.ts';
import { Engine } from '../../src/engine/engine.ts';
import { START } from '../simulator/scenario.ts';
import { simulate } from '../simulator/simulate.ts';
import { withFolder } from '../sinks/places.ts';
import { inDatabase, query } from '../sinks/sqlite/database.ts';
import { configOf, live, writeCapture } from './restarts.ts';

const ALL = { from: 0, until: 1e6 };

function captureOf(story: string): Uint8Array {
  return simulate({ ...STORIES[story].scenario, seed: `restart, ${story}` }).capture;
}

function lines(incidents: readonly Incident[]): string[] {
  return incidents.map(({ id, kind, state, ...one }) => {
    return `${id} ${kind} ${placeOf({ id, kind, state, ...one })} ${state}`;
  });
}

function causesOf({ causes }: Incident): string[] {
  return causes.map(({ cause, probability }) => `${cause} ${probability}`);
}

/** Seconds after the start at which a capture's first incident is told. */
async function detectedAt(capture: Uint8Array): Promise<number> {
  let at = Number.NaN;
  await withFolder(async (folder) => {
    writeCapture(folder, capture);
    const { incidents } = await live(folder, ALL);
    at = (incidents[0].detected_at - START) / 1e6;
  });
  return at;
}

describe('a restart in the midst of an incident', () => {
  for (const story of [
    'port',
    'host',
    'network',
    'refusing (RST)',
    'rejecting (ICMP)',
    'one path in four',
    'replies lost, seen at the server',
  ]) {
    it(`tells it once, and its end under the same id: ${story}`, async () => {
      const capture = captureOf(story);
      const at = (await detectedAt(capture)) + 10;
      await withFolder(async (folder) => {
        writeCapture(folder, capture);
        const before = await live(folder, { from: 0, until: at });
        const during = await live(folder, { from: at, until: at + 5 });
        const after = await live(folder, { from: at + 5, until: 1e6 });
        const [firing, ...more] = lines(before.incidents);
        assert.deepEqual(more, []);
        assert.match(firing, / firing$/u);
        assert.deepEqual(lines(during.incidents), []);
        assert.deepEqual(lines(after.incidents), [firing.replace(/firing$/u, 'resolved')]);
        const [told] = before.incidents;
        const [resolved] = after.incidents;
        assert.equal(resolved.started_at, told.started_at);
        assert.equal(resolved.detected_at, told.detected_at);
        assert.deepEqual({ ...resolved.evidence, ...told.evidence }, resolved.evidence);
        assert.deepEqual(causesOf(resolved), causesOf(told));
        assert.deepEqual([before.log, during.log, after.log], [[], [], []]);
        assert.deepEqual(
          [before.firing, during.firing, after.firing],
          [
            [0, 1],
            [1, 1],
            [1, 0],
          ],
        );
      });
    });
  }

  it('leaves a client network that hears nothing firing', async () => {
    const capture = captureOf('one client network is deaf');
    const at = (await detectedAt(capture)) + 10;
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      assert.equal((await live(folder, { from: 0, until: at })).incidents.length, 1);
      assert.deepEqual((await live(folder, { from: at, until: 1e6 })).incidents, []);
    });
  });

  it('while it recovers does not call it over; afterwards it is, since the first answer', async () => {
    const capture = captureOf('port');
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      const whole = await live(folder, ALL);
      const end = (Number(whole.incidents[1].resolved_at) - START) / 1e6;
      await withFolder(async (other) => {
        writeCapture(other, capture);
        const before = await live(other, { from: 0, until: end + 2 });
        const after = await live(other, { from: end + 2, until: 1e6 });
        assert.equal(before.incidents.length, 1);
        assert.deepEqual(
          after.incidents.map(({ id, state, resolved_at }) => ({ id, state, resolved_at })),
          whole.incidents
            .slice(1)
            .map(({ id, state, resolved_at }) => ({ id, state, resolved_at })),
        );
      });
    });
  });

  it('that comes back afterwards keeps its id within the flap window', async () => {
    await withFolder(async (folder) => {
      writeCapture(folder, captureOf('flapping'));
      const before = await live(folder, { from: 0, until: 95 });
      const after = await live(folder, { from: 95, until: 130 });
      const states = [...before.incidents, ...after.incidents].map(({ state }) => state);
      assert.deepEqual(states, ['firing', 'resolved', 'firing', 'resolved']);
      assert.equal(new Set([...before.incidents, ...after.incidents].map(({ id }) => id)).size, 1);
      assert.equal(after.incidents[0].evidence['flaps'], 1);
    });
  });
});

describe('a reload in the midst of an incident', () => {
  it('hands what an analyser knew to the one that is declared otherwise', async () => {
    const capture = captureOf('port');
    const at = START + ((await detectedAt(capture)) + 10) * 1e6;
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      const incidents: Incident[] = [];
      const tell = (incident: Incident): unknown => incidents.push(incident);
      let reloading: Promise<unknown> | undefined;
      const reached = (time: number): void => {
        if (time < at || reloading !== undefined) return;
        const next = configOf(folder, ALL, tell, { keep_firing_for: 8e6 });
        reloading = engine.reload({ ...next, sources: config.sources, sinks: config.sinks });
      };
      const config = configOf(folder, ALL, tell, {}, { frames: 20, pace: 0, reached });
      const engine = new Engine(config, { log: () => {} });
      await engine.run();
      assert.deepEqual(await reloading, {
        kept: ['eth0', 'teller', 'history'],
        changed: ['holes'],
        added: [],
        removed: [],
        retried: [],
      });
      const [firing, ...more] = lines(incidents);
      assert.deepEqual(more, [firing.replace(/firing$/u, 'resolved')]);
    });
  });
});

describe('a restart before an outage', () => {
  const capture = captureOf('port');

  it('has not forgotten that the port answered, nor its loss', async () => {
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      assert.deepEqual((await live(folder, { from: 0, until: 60 })).incidents, []);
      const { incidents } = await live(folder, { from: 60, until: 1e6 });
      assert.deepEqual(
        incidents.map(({ state }) => state),
        ['firing', 'resolved'],
      );
      assert.ok(Number(incidents[0].evidence['answered_before']) > 30);
      assert.ok(incidents[0].detected_at < START + 75e6);
    });
  });

  it('knows nothing without what was remembered', async () => {
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      assert.deepEqual((await live(folder, { from: 60, until: 160 })).incidents, []);
    });
  });

  it('forgets what makes no sense, says how much, and keeps the rest', async () => {
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      await live(folder, { from: 0, until: 60 });
      inDatabase(join(folder, 'unackd.db'), (db) => {
        db.exec(`UPDATE remembered SET value = json_set(value, '$.answers', 'many')
          WHERE key = 'port 10.1.0.1:443'`);
        db.exec(`UPDATE remembered SET value = '[]' WHERE key = 'network 10.1.0.0/24'`);
        db.exec(`INSERT INTO remembered SELECT component, 'port 10.1.0.999:1', plugin, version, value
          FROM remembered WHERE key = 'port 10.1.0.1:8000'`);
        db.exec(`INSERT INTO remembered SELECT component, 'incident 0123456789abcdef', plugin, version,
          '{"kind":"black-hole","state":"firing","ip":"nowhere","port":1,"members":[]}'
          FROM remembered WHERE key = 'port 10.1.0.1:8000'`);
      });
      const { incidents, log } = await live(folder, { from: 60, until: 1e6 });
      assert.deepEqual(log, [
        'warn holes: 4 of 8 entries that were remembered make no sense and are forgotten',
      ]);
      assert.deepEqual(incidents.map(placeOf), ['10.1.0.1:8000', '10.1.0.1:8000']);
    });
  });

  it('keeps no more than `endpoints`', async () => {
    await withFolder(async (folder) => {
      writeCapture(folder, capture);
      const rows = (): unknown[] =>
        query(join(folder, 'unackd.db'), "SELECT key FROM remembered WHERE key LIKE 'port %'");
      await live(folder, { from: 0, until: 50 });
      assert.equal(rows().length, 4);
      await live(folder, { from: 50, until: 51 }, { endpoints: 2 });
      assert.equal(rows().length, 2);
    });
  });
});
