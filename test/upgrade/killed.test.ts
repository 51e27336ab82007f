import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIGRATIONS } from '../../plugins/sinks/sqlite/migrations.ts';
import { openDatabase } from '../../plugins/sinks/sqlite/open.ts';
import { inDatabase, integrity, TUNING } from '../sinks/sqlite/database.ts';
import { withFolder } from '../sinks/places.ts';
import { contentOf, LATER, layDown, LONG, schemaOf, versionOf } from './old-database.ts';

/** Bytes, 0 where it is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Moments at which the upgrade is killed, as its files show them. */
const MOMENTS: readonly (readonly [when: string, reached: (path: string) => boolean])[] = [
  ['while it copies', (path) => sizeOf(`${path}.v4.bak.part`) > 0],
  ['with the first pages written', (path) => sizeOf(`${path}-wal`) > 100_000],
  ['with megabytes written', (path) => sizeOf(`${path}-wal`) > 12_000_000],
];

describe('upgrade: killed', function () {
  this.timeout(30_000);

  for (const [when, reached] of MOMENTS) {
    it(`${when}: the old database is there, whole, and the next start brings it up`, async () => {
      await withFolder(async (folder) => {
        const path = join(folder, 'unackd.db');
        layDown('0.1.0.sql', path);
        // Some megabytes, so that copying takes a moment.
        inDatabase(path, (db) =>
          db.exec(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO notices SELECT i, 'filler', hex(randomblob(300)) FROM n",
          ),
        );
        const before = contentOf(path);
        const schema = schemaOf(path);
        const upgrader = join(import.meta.dirname, 'upgrader.ts');
        const child = spawn(process.execPath, [upgrader, path], { stdio: 'inherit' });
        const closed = once(child, 'close');
        while (!reached(path)) {
          assert.equal(child.exitCode, null, 'it was quicker than this test');
          await sleep(1);
        }
        child.kill('SIGKILL');
        assert.deepEqual(await closed, [null, 'SIGKILL']);

        assert.equal(integrity(path), 'ok');
        assert.equal(versionOf(path), MIGRATIONS.length);
        assert.deepEqual([contentOf(path), schemaOf(path)], [before, schema]);

        const steps = [...MIGRATIONS, LATER, LONG];
        openDatabase(path, TUNING, steps).close();
        assert.equal(versionOf(path), steps.length);
        assert.equal(integrity(path), 'ok');
        assert.equal(contentOf(path)['notices'].length, before['notices'].length);
        assert.deepEqual(contentOf(`${path}.v4.bak`), before);
        assert.deepEqual(readdirSync(folder).toSorted(), ['unackd.db', 'unackd.db.v4.bak']);
      });
    });
  }
});
