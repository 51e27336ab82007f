import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from 'unackd';
import { openDatabase } from '../../../plugins/sinks/sqlite/open.ts';
import plugin from '../../../plugins/sinks/sqlite/plugin.ts';
import { COMMIT_INTERVAL_MS, Writer } from '../../../plugins/sinks/sqlite/writer.ts';
import { needs } from '../../support/needs.ts';
import { createSink } from '../drive.ts';
import { isOutputError } from '../faults.ts';
import { attempt, endpoint, incident, notice, richAttempt, START } from '../messages.ts';
import { noMounts, withFolder, withTmpfs } from '../places.ts';
import { integrity, query, rowsOf, TUNING } from './database.ts';

function inFolder(work: (path: string) => void | Promise<void>): () => Promise<void> {
  return () => withFolder((folder) => work(join(folder, 'unackd.db')));
}

/** Opens, writes and closes. */
async function write(path: string, work: (sink: Sink) => void): Promise<void> {
  const sink = createSink(plugin, { path });
  work(sink);
  await sink.close?.();
}

function count(path: string, table = 'attempts'): number {
  return Number(query(path, `SELECT count(*) AS n FROM ${table}`)[0].n);
}

/** All kinds of messages, updates among them. */
function tell(sink: Sink): void {
  for (let n = 0; n < 50; n++) {
    sink.attempt?.(attempt(n, { outcome: 'unresolved', final: false }));
    sink.attempt?.(n % 5 === 0 ? richAttempt(n) : attempt(n));
  }
  sink.endpoint?.(endpoint());
  sink.incident?.(incident());
  sink.incident?.(incident({ state: 'resolved', resolved_at: START + 9_000_000 }));
  sink.notice?.(notice());
}

describe('sqlite: rows', () => {
  it(
    'keeps one row an attempt, with its last word',
    inFolder(async (path) => {
      await write(path, (sink) => {
        sink.attempt?.(attempt(1, { outcome: 'unresolved', final: false }));
        sink.attempt?.(attempt(2));
        sink.attempt?.(attempt(1, { outcome: 'half-open', final: false }));
      });
      await write(path, (sink) => sink.attempt?.(attempt(1, { outcome: 'established' })));
      const rows = query(path, 'SELECT outcome, final FROM attempts ORDER BY time');
      assert.deepEqual(rows, [
        { outcome: 'established', final: 1 },
        { outcome: 'established', final: 1 },
      ]);
    }),
  );

  it(
    'tells attempts apart by any part of their identity',
    inFolder(async (path) => {
      await write(path, (sink) => {
        const one = attempt(1);
        sink.attempt?.(one);
        sink.attempt?.({ ...one, time: one.time + 1 });
        sink.attempt?.({ ...one, isn: one.isn + 1 });
        sink.attempt?.({ ...one, source: 'eth1' });
        sink.attempt?.({ ...one, client: { ...one.client, port: 1 } });
        sink.attempt?.({ ...one, client: { ...one.client, ip: '10.2.0.9' } });
        sink.attempt?.({ ...one, server: { ...one.server, port: 1 } });
        sink.attempt?.({ ...one, server: { ...one.server, ip: '10.1.0.9' } });
      });
      assert.equal(count(path), 8);
    }),
  );

  it(
    'leaves the same rows when the same is told twice',
    inFolder(async (path) => {
      const all = (): unknown[] =>
        ['attempts', 'endpoints', 'incidents', 'notices'].map((table) => rowsOf(path, table));
      await write(path, tell);
      const first = all();
      await write(path, tell);
      assert.deepEqual(all(), first);
      assert.deepEqual([count(path), count(path, 'incidents')], [50, 1]);
    }),
  );

  it(
    'does not let the first words of a second reading undo the last word',
    inFolder(async (path) => {
      await write(path, (sink) => sink.attempt?.(attempt(1)));
      await write(path, (sink) =>
        sink.attempt?.(attempt(1, { outcome: 'unresolved', final: false })),
      );
      assert.equal(query(path, 'SELECT outcome FROM attempts')[0].outcome, 'established');
    }),
  );

  it(
    'shows times to read, before 1970 too',
    inFolder(async (path) => {
      await write(path, (sink) => {
        sink.attempt?.(attempt(1));
        sink.attempt?.(attempt(1, { time: -1 }));
        sink.endpoint?.(endpoint());
        sink.incident?.(incident());
        sink.notice?.(notice());
      });
      assert.deepEqual(
        rowsOf(path, 'attempts_view').map((row) => row.time),
        ['1969-12-31T23:59:59.999999Z', '2026-09-21T14:13:20.001000Z'],
      );
      assert.equal(rowsOf(path, 'endpoints_view')[0].last, '2026-09-21T14:14:20.000000Z');
      assert.equal(rowsOf(path, 'incidents_view')[0].resolved_at, null);
      assert.equal(rowsOf(path, 'notices_view')[0].time, '2026-09-21T14:13:20.000000Z');
    }),
  );

  it(
    'takes times that no calendar holds',
    inFolder(async (path) => {
      await write(path, (sink) => {
        sink.attempt?.(attempt(1, { time: 1.8e25, at: 1.8e25 }));
        sink.attempt?.(attempt(1, { time: -1.8e25 }));
      });
      assert.equal(count(path), 2);
      assert.equal(count(path, 'attempts_view'), 2);
    }),
  );
});

describe('sqlite: transactions', () => {
  it(
    'writes a full batch at once, and an incident with the next flush',
    inFolder(async (path) => {
      const sink = createSink(plugin, { path, batch: 10 });
      for (let n = 0; n < 11; n++) sink.attempt?.(attempt(n));
      assert.equal(count(path), 10);
      sink.incident?.(incident());
      await sink.flush?.();
      assert.deepEqual([count(path), count(path, 'incidents')], [11, 1]);
      await sink.close?.();
    }),
  );

  it(
    'lets attempts wait for company, but not for long',
    inFolder(async (path) => {
      const sink = createSink(plugin, { path });
      sink.attempt?.(attempt(1));
      await sink.flush?.();
      assert.equal(count(path), 1, 'nothing was written lately');
      sink.attempt?.(attempt(2));
      await sink.flush?.();
      await sleep(COMMIT_INTERVAL_MS * 3);
      assert.equal(count(path), 2, 'no flush came');
      await sink.close?.();
    }),
  );

  it(
    'holds no lock between calls',
    inFolder(async (path) => {
      const sink = createSink(plugin, { path });
      sink.attempt?.(attempt(1));
      await sink.flush?.();
      sink.attempt?.(attempt(2));
      await write(path, (other) => other.attempt?.(attempt(3)));
      await sink.close?.();
      assert.equal(count(path), 3);
    }),
  );

  it(
    'survives kill -9 at any moment with whole batches',
    inFolder(async (path) => {
      const batch = 250;
      let rows = 0;
      for (const wait of [10, 35, 60, 110, 180]) {
        const writer = join(import.meta.dirname, 'endless-writer.ts');
        const child = spawn(process.execPath, [writer, path, String(batch), String(rows)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        await once(child.stdout, 'data');
        await sleep(wait + Math.random() * 20);
        child.kill('SIGKILL');
        await once(child, 'close');
        assert.equal(integrity(path), 'ok');
        const found = query(path, 'SELECT count(*) AS n, max(time) AS last FROM attempts')[0];
        assert(Number(found.n) >= rows);
        rows = Number(found.n);
        assert.equal(rows % batch, 0, 'whole batches');
        if (rows > 0) assert.equal(found.last, START + (rows - 1) * 1000, 'none left out');
      }
      assert(rows > 0);
    }),
  ).timeout(30_000);
});

describe('sqlite: no space left', () => {
  const full = isOutputError(74, /unackd\.db: no space left for the database/);

  it(
    'is an error; what waits is bounded and written once there is room',
    inFolder((path) => {
      const db = openDatabase(path, TUNING);
      db.pragma('max_page_count = 60');
      const writer = new Writer(db, path, 100);
      let n = 0;
      assert.throws(() => {
        for (; ; n++) writer.attempt(attempt(n));
      }, full);
      assert.equal(integrity(path), 'ok');
      assert.equal(count(path), n - 100, 'whole batches, and one that waits');
      assert.throws(() => writer.attempt(attempt(n)), full, 'not taken');

      db.pragma('max_page_count = 100000');
      writer.attempt(attempt(n++));
      writer.close();
      assert.equal(count(path), n);
    }),
  );

  it(
    'is told by close, which closes all the same',
    inFolder((path) => {
      const db = openDatabase(path, TUNING);
      db.pragma('max_page_count = 30');
      const writer = new Writer(db, path, 5000);
      for (let n = 0; n < 1000; n++) writer.attempt(attempt(n));
      assert.throws(() => writer.close(), full);
      assert.equal(db.open, false);
      assert.equal(integrity(path), 'ok');
      assert.equal(count(path), 0);
    }),
  );

  it('is the same on a disk', async function () {
    const reason = noMounts();
    needs(this, reason === '', reason);
    await withTmpfs('size=1500k', (disk) => {
      const path = join(disk, 'unackd.db');
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(500_000));
      const writer = new Writer(openDatabase(path, TUNING), path, 200);
      let n = 0;
      assert.throws(() => {
        for (; n < 100_000; n++) writer.attempt(attempt(n));
      }, full);
      rmSync(join(disk, 'ballast'));
      writer.attempt(attempt(n++));
      writer.close();
      assert.equal(integrity(path), 'ok');
      assert.equal(count(path), n);
    });
  });
});
