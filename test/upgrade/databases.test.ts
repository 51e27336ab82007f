import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { InputError } from 'unackd';
import { backupPath } from '../../plugins/sinks/sqlite/backup.ts';
import { holdDatabase } from '../../plugins/sinks/sqlite/hold.ts';
import { openHistory } from '../../plugins/sinks/sqlite/history.ts';
import { MIGRATIONS } from '../../plugins/sinks/sqlite/migrations.ts';
import { openDatabase } from '../../plugins/sinks/sqlite/open.ts';
import { integrity, TUNING } from '../sinks/sqlite/database.ts';
import { isOutputError } from '../sinks/faults.ts';
import { noMounts, withFolder, withTmpfs } from '../sinks/places.ts';
import { needs } from '../support/needs.ts';
import { needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { contentOf, LATER, layDown, NEXT, RELEASES, schemaOf, versionOf } from './old-database.ts';

const CURRENT = '0.1.0.sql';

function open(path: string, steps = MIGRATIONS, told: string[] = []): void {
  openDatabase(path, { ...TUNING, tell: (text) => told.push(text) }, steps).close();
}

describe('upgrade: databases', () => {
  it('of this release are as its frozen one is: what is released does not change', async () => {
    await withFolder((folder) => {
      const [frozen, fresh] = [join(folder, 'frozen.db'), join(folder, 'fresh.db')];
      layDown(CURRENT, frozen);
      open(fresh, MIGRATIONS.slice(0, Number(versionOf(frozen))));
      assert.deepEqual(schemaOf(fresh), schemaOf(frozen));
    });
  });

  for (const release of RELEASES) {
    it(`${release}: opens, and has this schema; nothing of it is lost, and the old one is kept`, async () => {
      await withFolder((folder) => {
        const [path, fresh] = [join(folder, 'unackd.db'), join(folder, 'fresh.db')];
        // One more step, so that each release has one to take.
        const steps = [...MIGRATIONS, { sql: 'CREATE TABLE later (a)' }];
        layDown(release, path);
        chmodSync(path, 0o640);
        const before = contentOf(path);
        const schema = schemaOf(path);
        const version = Number(versionOf(path));
        open(path, steps);
        open(fresh, steps);
        assert.equal(versionOf(path), steps.length);
        assert.deepEqual(schemaOf(path), schemaOf(fresh));
        const after = contentOf(path);
        for (const [table, rows] of Object.entries(before)) {
          assert.equal(after[table].length, rows.length, table);
          for (const [i, row] of rows.entries()) {
            // New columns aside.
            assert.deepEqual(
              { ...(after[table][i] as object), ...(row as object) },
              after[table][i],
            );
          }
        }
        const copy = backupPath(path, version);
        assert.deepEqual([contentOf(copy), schemaOf(copy)], [before, schema]);
        assert.equal(versionOf(copy), version);
        assert.equal(integrity(copy), 'ok');
        assert.equal(statSync(copy).mode & 0o777, 0o640);
      });
    });
  }

  it('are told of as they are brought up, by command and daemon', async function () {
    needsBuild(this);
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      layDown('schema-2.sql', path);
      const listed = unackd(['attempts', '--db', path, '--format', 'jsonl']);
      assert.equal(listed.status, 0, listed.stderr);
      assert.match(
        listed.stderr,
        /written by an older unackd: schema 2 is brought to \d+, after a copy/u,
      );
      assert.match(listed.stderr, /the database as it was: \S+unackd\.db\.v2\.bak$/mu);
      assert.equal(parseLines(listed.stdout).length, contentOf(path)['attempts'].length);

      const again = join(folder, 'again.db');
      layDown('schema-2.sql', again);
      const config = join(folder, 'unackd.yaml');
      writeFileSync(
        join(folder, 'empty.pcap'),
        Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'),
      );
      writeFileSync(
        config,
        'sources: { file: { use: pcap, path: empty.pcap } }\nsinks: { history: { use: sqlite, path: again.db, from: [attempts] } }\n',
      );
      const run = unackd(['run', '--config', config]);
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stderr, /history: \S+again\.db: written by an older unackd: schema 2/u);
      assert(existsSync(backupPath(again, 2)));
    });
  });
});

describe('upgrade: the copy', () => {
  it('is none where there is nothing to lose, and none where nothing changes', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      const told: string[] = [];
      open(path, MIGRATIONS, told);
      open(path, MIGRATIONS, told);
      assert.deepEqual([readdirSync(folder), told], [['unackd.db'], []]);
    });
  });

  it('of the last two upgrades stays; what looks alike is left alone', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      const others = ['unackd.db.v1.bak.mine', 'unackd.db.vx.bak', 'other.db.v1.bak'];
      for (const name of others) writeFileSync(join(folder, name), '');
      layDown(CURRENT, path);
      const first = MIGRATIONS.length;
      for (let more = 1; more <= 4; more++) {
        const later = Array.from({ length: more }, (_, i) => ({
          sql: `CREATE TABLE later${i} (a)`,
        }));
        open(path, [...MIGRATIONS, ...later]);
      }
      const kept = [first + 2, first + 3].map((version) => `unackd.db.v${version}.bak`);
      assert.deepEqual(
        readdirSync(folder).toSorted(),
        ['unackd.db', ...kept, ...others].toSorted(),
      );
    });
  });

  it('of a step that fails stays, and the database is as it was', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      layDown(CURRENT, path);
      const before = contentOf(path);
      const broken = { sql: 'DELETE FROM notices; SELECT no_such_function()' };
      assert.throws(() => open(path, [...NEXT, broken]), isOutputError(74, /no such function/u));
      assert.deepEqual(contentOf(path), before);
      open(path, NEXT);
      assert.equal(versionOf(path), NEXT.length);
      assert.equal(integrity(path), 'ok');
    });
  });

  it('without room for it nothing is changed', async function () {
    const reason = noMounts();
    needs(this, reason === '', reason);
    await withTmpfs('size=8m', (disk) => {
      const path = join(disk, 'unackd.db');
      layDown(CURRENT, path);
      const before = contentOf(path);
      const wanted = isOutputError(
        74,
        /copied before it is changed, which takes \d+ MiB, and \d are free: make room/u,
      );
      assert.throws(() => open(path, NEXT), wanted);
      assert.deepEqual(contentOf(path), before);
      assert.deepEqual(readdirSync(disk), ['unackd.db']);
    });
  });
});

describe('upgrade: versions that do not fit', () => {
  it('a newer database is refused, and which unackd is wanted said', async function () {
    needsBuild(this);
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      layDown(CURRENT, path);
      open(path, [...MIGRATIONS, LATER]);
      const { status, stderr } = unackd(['incidents', '--db', path]);
      assert.equal(status, 65);
      const config = join(folder, 'unackd.yaml');
      writeFileSync(
        config,
        'sources: { file: { use: pcap, path: empty.pcap } }\nsinks: { history: { use: sqlite, path: unackd.db } }\n',
      );
      const run = unackd(['run', '--config', config]);
      assert.equal(run.status, 78, run.stderr);
      const newer =
        'written by a newer unackd \\(schema 5, this one knows up to 4\\): update unackd';
      const put = new RegExp(
        `history: \\S+unackd\\.db was ${newer}, put \\S+\\.v4\\.bak in its place`,
        'u',
      );
      assert.match(run.stderr, put);
      assert.match(
        stderr,
        new RegExp(`${newer}, or ask \\S+unackd\\.db\\.v4\\.bak, which is`, 'u'),
      );
      assert.equal(unackd(['incidents', '--db', backupPath(path, 4)]).status, 0, 'as it says');
      // As it says.
      renameSync(backupPath(path, 4), path);
      for (const beside of ['-wal', '-shm']) rmSync(path + beside, { force: true });
      assert.equal(unackd(['incidents', '--db', path]).status, 0);
      open(path, [...MIGRATIONS, LATER]);
      rmSync(backupPath(path, 4));
      assert.match(unackd(['incidents', '--db', path]).stderr, /: update unackd$/mu);
    });
  });

  it('one on which an older unackd still runs is left to it', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      layDown('schema-2.sql', path);
      const hold = holdDatabase(path);
      assert(hold !== null && hold !== 'taken');
      assert.throws(
        () => openHistory(path),
        (error) =>
          error instanceof InputError && /still runs on it: restart that/u.test(error.message),
      );
      assert.equal(versionOf(path), 2);
      hold.release();
      openHistory(path).close();
      assert.equal(versionOf(path), MIGRATIONS.length);
    });
  });
});
