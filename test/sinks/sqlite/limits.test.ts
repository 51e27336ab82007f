import { hostOf } from '../../../src/engine/hosts.ts';
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from 'unackd';
import { openDatabase } from '../../../plugins/sinks/sqlite/open.ts';
import { Patient } from '../../../plugins/sinks/sqlite/patient.ts';
import plugin from '../../../plugins/sinks/sqlite/plugin.ts';
import { Keeper } from '../../../plugins/sinks/sqlite/retention.ts';
import { SizeBound } from '../../../plugins/sinks/sqlite/size-bound.ts';
import { Writer } from '../../../plugins/sinks/sqlite/writer.ts';
import { createSink } from '../drive.ts';
import { isOutputError } from '../faults.ts';
import { attempt, incident, notice, START } from '../messages.ts';
import { withFolder } from '../places.ts';
import { integrity, query, TUNING } from './database.ts';

function listener(): { host: Host; log: string[] } {
  const log: string[] = [];
  return {
    host: {
      ...hostOf('test', () => undefined),
      id: 'history',
      log: (level, text) => log.push(`${level} ${text}`),
    },
    log,
  };
}

function count(path: string, table = 'attempts'): unknown {
  return query(path, `SELECT count(*) AS n FROM ${table}`)[0].n;
}

describe('sqlite: retention', () => {
  it('deletes attempts and notices by their own time, and nothing else', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      const db = openDatabase(path, TUNING);
      const writer = new Writer(db, path, 5000);
      for (let n = 0; n < 12_000; n++) writer.attempt(attempt(n));
      writer.notice(notice());
      writer.notice(notice({ time: START + 3_600_000_000 }));
      writer.incident(incident());
      writer.writeNow();
      const { host, log } = listener();
      const keeper = new Keeper(db, path, { keep: 1e15, schedule: '17 3 * * *' }, host);
      await keeper.expire(START + 11_000 * 1000 + 1e15);
      await keeper.stop();
      writer.close();
      assert.equal(count(path), 1000);
      assert.equal(query(path, 'SELECT min(time) AS t FROM attempts')[0].t, START + 11_000_000);
      assert.equal(count(path, 'notices'), 1);
      assert.equal(count(path, 'incidents'), 1);
      assert.equal(integrity(path), 'ok');
      assert.deepEqual(log, [
        "info 11001 attempts and notices were older than 'retention': deleted",
      ]);
    });
  });

  it('runs at the start', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      for (const retention of [undefined, 60_000_000]) {
        const sink = createSink(plugin, { path, retention, max_size: undefined });
        const time = Date.now() * 1000;
        sink.attempt?.(attempt(1, { time: retention === undefined ? 0 : time }));
        await sink.flush?.();
        await sink.close?.();
      }
      assert.equal(count(path), 1, 'the old one went, the new one stays');
    });
  });

  it('tells a schedule that is none', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      const wrong = { path, retention: 1e12, retention_schedule: 'daily', max_size: undefined };
      const sink = createSink(plugin, wrong);
      await assert.rejects(async () => sink.flush?.(), /'retention_schedule' is not one/);
      await sink.close?.();
    });
  });
});

describe('sqlite: max_size', () => {
  it('lets the oldest attempts go, counts them, and gives the space back', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      const db = openDatabase(path, TUNING);
      const { host, log } = listener();
      const most = 2 * 1024 * 1024;
      const bound = new SizeBound(db, most, host);
      const writer = new Writer(db, path, 1000, () => bound.enforce());
      for (let n = 0; n < 30_000; n++) writer.attempt(attempt(n));
      writer.close();
      const kept = Number(count(path));
      assert(kept > 1000 && kept < 15_000, `${kept}`);
      const [{ last, span }] = query(
        path,
        'SELECT max(time) AS last, max(time) - min(time) AS span FROM attempts',
      );
      assert.equal(last, START + 29_999_000);
      assert.equal(Number(span) / 1000 + 1, kept, 'the oldest went');
      assert(statSync(path).size <= most * 1.1, `${statSync(path).size}`);
      assert.match(log[0], /^warn 'max_size' is reached: .* \d+ up to now$/);
      assert(log.length <= 3, log.join('\n'));
      assert.equal(integrity(path), 'ok');
    });
  });

  it('says when it is too small', async () => {
    await withFolder((folder) => {
      const db = openDatabase(join(folder, 'unackd.db'), TUNING);
      const { host, log } = listener();
      const bound = new SizeBound(db, 4096, host);
      bound.enforce();
      bound.enforce();
      db.close();
      assert.equal(log.length, 1);
      assert.match(log[0], /^error 'max_size' is too small/);
    });
  });
});

describe('sqlite: outlives a full disk', () => {
  it('holds what matters, counts what it lets go, and says both', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      const db = openDatabase(path, TUNING);
      const { host, log } = listener();
      db.pragma('max_page_count = 60');
      const sink = new Patient(new Writer(db, path, 100), host);
      let n = 0;
      while (log.length === 0) sink.attempt(attempt(n++));
      sink.incident(incident());
      sink.notice(notice());
      sink.flush();
      for (let i = 0; i < 50; i++) sink.attempt(attempt(n++));
      assert.match(
        log[0],
        /^error .*no space left for the database.*; rows wait until there is room$/,
      );
      assert.equal(log.length, 1);

      db.pragma('max_page_count = 100000');
      await new Promise((resolve) => {
        setTimeout(resolve, 1050);
      });
      sink.flush();
      sink.attempt(attempt(n++));
      assert.match(log[1], /^error can be written again; 51 attempts were let go meanwhile$/);
      assert.throws(() => sink.close(), isOutputError(74, /no space was left for 51 attempts/));
      assert.equal(count(path), n - 51);
      assert.equal(count(path, 'incidents'), 1);
      assert.equal(count(path, 'notices'), 1);
      assert.equal(integrity(path), 'ok');
    });
  });
});
