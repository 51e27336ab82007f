import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonLine } from 'unackd';
import { History, openHistory } from '../../../plugins/sinks/sqlite/history.ts';
import { MIGRATIONS } from '../../../plugins/sinks/sqlite/migrations.ts';
import { openDatabase } from '../../../plugins/sinks/sqlite/open.ts';
import plugin from '../../../plugins/sinks/sqlite/plugin.ts';
import { needs } from '../../support/needs.ts';
import { createSink } from '../drive.ts';
import { isInputError } from '../faults.ts';
import { attempt, endpoint, incident, notice, richAttempt, START } from '../messages.ts';
import { withFolder } from '../places.ts';
import { inDatabase, TUNING } from './database.ts';

async function fill(path: string): Promise<void> {
  const sink = createSink(plugin, { path });
  for (let n = 9; n >= 0; n--) sink.attempt?.(n === 4 ? richAttempt(n) : attempt(n));
  sink.endpoint?.(endpoint());
  sink.endpoint?.(endpoint({ server: { ip: '2001:db8::1', port: 53 }, settle: 'capture there' }));
  sink.incident?.(incident());
  const scope = { kind: 'network', ip: null, port: null, prefix: '10.1.0.0/24' } as const;
  sink.incident?.(
    incident({ id: 'i-2', scope, state: 'resolved', resolved_at: START, superseded_by: 'i-1' }),
  );
  sink.notice?.(notice());
  await sink.close?.();
}

/** Runs with an open history of what `fill` wrote. */
function withHistory(work: (history: History) => void): () => Promise<void> {
  return () =>
    withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      await fill(path);
      const history = openHistory(path);
      try {
        work(history);
      } finally {
        history.close();
      }
    });
}

describe('sqlite: history', () => {
  it(
    'gives back what was written',
    withHistory((history) => {
      const attempts = [...history.attempts()];
      assert.deepEqual(
        attempts,
        Array.from({ length: 10 }, (_, n) => (n === 4 ? richAttempt(n) : attempt(n))),
      );
      assert.equal(toJsonLine(attempts[4]), toJsonLine(richAttempt(4)));
      assert.deepEqual([...history.endpoints()][0], endpoint());
      assert.equal([...history.endpoints()][1].settle, 'capture there');
      assert.deepEqual(history.incident('i-1'), incident());
      assert.equal(history.incident('i-3'), undefined);
      assert.deepEqual([...history.notices()], [notice()]);
    }),
  );

  it(
    'counts by outcome',
    withHistory((history) => {
      assert.deepEqual(history.countsByOutcome(), { established: 9, rejected: 1 });
    }),
  );

  it(
    'narrows',
    withHistory((history) => {
      const isns = (filter: Parameters<History['attempts']>[0]): number[] =>
        [...history.attempts(filter)].map((found) => (found.time - START) / 1000);
      assert.deepEqual(isns({ outcome: 'rejected' }), [4]);
      assert.deepEqual(isns({ ip: '2001:db8::1' }), [1, 3, 5, 7, 9]);
      assert.deepEqual(isns({ ip: '2001:db8::1', port: 8001 }), [1, 7]);
      assert.deepEqual(isns({ since: START + 3000, until: START + 5000 }), [3, 4]);
      assert.deepEqual(isns({ limit: 2 }), [0, 1]);
      assert.deepEqual(isns({ limit: 2, newestFirst: true }), [9, 8]);
      assert.deepEqual(isns({ source: 'eth1' }), []);
      assert.deepEqual(isns({ ip: "' OR 1 = 1 --" }), []);
      const ids = [...history.incidents({ state: 'firing' })].map(({ id }) => id);
      assert.deepEqual(ids, ['i-1']);
      assert.deepEqual([...history.incidents({ since: START + 1 })], []);
      assert.equal([...history.incidents({ until: START + 1 })].length, 2);
    }),
  );

  it(
    'counts by slices of time',
    withHistory((history) => {
      assert.equal(history.lastTime(), START + 9000);
      const window = { since: START, until: START + 9000, step: 4000 };
      const told = [...history.tallies({ ...window, by: 'server', ip: '10.1.0.1' })].map(
        ({ slice, ip, port, outcome, attempts }) => `${slice} ${ip}:${port} ${outcome} ${attempts}`,
      );
      assert.deepEqual(told.toSorted(), [
        '0 10.1.0.1:8000 established 1',
        '0 10.1.0.1:8002 established 1',
        '1 10.1.0.1:8000 established 1',
        '1 10.1.0.1:8001 rejected 1',
        '2 10.1.0.1:8002 established 1',
      ]);
      const clients = [...history.tallies({ ...window, by: 'client' })];
      assert.deepEqual(
        clients.filter(({ slice }) => slice === 0),
        [{ slice: 0, ip: '10.2.0.1', port: 0, outcome: 'established', late: 0, attempts: 4 }],
      );
    }),
  );

  it(
    'can be left midway',
    withHistory((history) => {
      for (const _ of history.attempts()) break;
      assert.equal([...history.attempts()].length, 10);
    }),
  );

  it('is read while it is written, and never writes itself', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      const sink = createSink(plugin, { path, batch: 1 });
      const history = openHistory(path);
      for (let n = 0; n < 5; n++) sink.attempt?.(attempt(n));
      assert.equal([...history.attempts()].length, 4);
      await sink.close?.();
      assert.equal([...history.attempts()].length, 5);
      history.close();
    });
  });

  it('of an older version is migrated first', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      await fill(path);
      const newer = [...MIGRATIONS, { sql: 'CREATE TABLE later (a)' }];
      const history = openHistory(path, () => {}, newer);
      assert.equal([...history.attempts()].length, 10);
      history.close();
      inDatabase(path, (db) => db.exec('SELECT a FROM later'));
      assert.throws(
        () => openHistory(path),
        isInputError(
          65,
          /newer unackd .*: update unackd, or ask \S+\.v\d+\.bak, which is how it was before$/,
        ),
      );
    });
  });

  it('that cannot be read says why', async () => {
    await withFolder((folder) => {
      const at = (name: string) => () => openHistory(join(folder, name));
      assert.throws(at('no.db'), isInputError(66, /no such database/));
      assert(!existsSync(join(folder, 'no.db')), 'none was made');
      writeFileSync(join(folder, 'text'), 'x'.repeat(5000));
      assert.throws(at('text'), isInputError(65, /not an SQLite database/));
      writeFileSync(join(folder, 'empty'), '');
      assert.throws(at('empty'), isInputError(66, /is empty/));
      assert.throws(() => openHistory(folder), isInputError(66, /is a folder/));
    });
  });

  it('is read by users who may only read, while the writer has it open', async function () {
    needs(this, process.getuid?.() === 0, 'running as another user needs root');
    await withFolder(async (folder) => {
      chmodSync(folder, 0o755);
      const path = join(folder, 'unackd.db');
      await fill(path);
      const script = `
        import { openHistory } from './plugins/sinks/sqlite/history.ts';
        const history = openHistory(process.argv[1]);
        console.log([...history.attempts()].length);`;
      const asNobody = (): { stdout: string; stderr: string } =>
        spawnSync(process.execPath, ['--input-type=module', '-e', script, path], {
          cwd: join(import.meta.dirname, '../../..'),
          uid: 65_534,
          gid: 65_534,
          encoding: 'utf8',
        });
      const refused = asNobody().stderr;
      needs(this, !refused.includes('EACCES'), 'the checkout is not readable by others');
      assert.match(refused, /SQLite wants to make -wal and -shm files beside it/);

      const db = openDatabase(path, TUNING);
      db.exec("INSERT INTO notices VALUES (1, 'a', 'b')");
      const reading = asNobody();
      assert.equal(reading.stdout, '10\n', reading.stderr);
      db.close();
    });
  });
});
