import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OptionError } from 'unackd';
import { APPLICATION_ID, MIGRATIONS } from '../../../plugins/sinks/sqlite/migrations.ts';
import { openDatabase } from '../../../plugins/sinks/sqlite/open.ts';
import plugin from '../../../plugins/sinks/sqlite/plugin.ts';
import { needs } from '../../support/needs.ts';
import { createSink } from '../drive.ts';
import { isOutputError } from '../faults.ts';
import { noMounts, withFolder, withTmpfs } from '../places.ts';
import { inDatabase, integrity, query, TUNING } from './database.ts';

function open(path: string, steps = MIGRATIONS): void {
  openDatabase(path, TUNING, steps).close();
}

function versionOf(path: string): unknown {
  return query(path, 'PRAGMA user_version')[0].user_version;
}

/** Opening what `make` made fails, and changes nothing. */
async function refused(
  make: (path: string) => void,
  text: RegExp,
  isFault: (text: RegExp) => (error: unknown) => boolean = (said) => isOutputError(74, said),
): Promise<void> {
  await withFolder((folder) => {
    const path = join(folder, 'some.db');
    make(path);
    const before = readFileSync(path);
    assert.throws(() => open(path), isFault(text));
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ['some.db']);
  });
}

describe('sqlite: open', () => {
  it('creates a database of ours at start, and leaves one file', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'unackd.db');
      const sink = createSink(plugin, { path });
      assert(existsSync(path));
      await sink.close?.();
      assert.deepEqual(readdirSync(folder), ['unackd.db']);
      assert.equal(query(path, 'PRAGMA application_id')[0].application_id, APPLICATION_ID);
      assert.equal(versionOf(path), MIGRATIONS.length);
    });
  });

  it('sets what was asked for', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      const db = openDatabase(path, { synchronous: 'full', pageCache: 3 * 1024 * 1024 });
      assert.equal(db.pragma('journal_mode', { simple: true }), 'wal');
      assert.equal(db.pragma('synchronous', { simple: true }), 2);
      assert.equal(db.pragma('cache_size', { simple: true }), -3072);
      assert.equal(db.pragma('busy_timeout', { simple: true }), 5000);
      db.close();
    });
  });

  it('is had open twice by one process, and sqlite3 that looks in takes no log away', async function () {
    const { error } = spawnSync('sqlite3', ['--version']);
    needs(this, error === undefined, 'no sqlite3');
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      const outbox = openDatabase(path, TUNING);
      const history = openDatabase(path, TUNING);
      const count = (): string =>
        execFileSync('sqlite3', [path, 'SELECT count(*) FROM notices'], { encoding: 'utf8' });
      assert.equal(count(), '0\n');
      outbox.exec("INSERT INTO notices VALUES (1, 'a-code', 'a text')");
      assert.equal(count(), '1\n');
      history.close();
      outbox.close();
    });
  });

  describe('a wrong path', () => {
    it('is exit code 74', async () => {
      await withFolder((folder) => {
        writeFileSync(join(folder, 'file'), '');
        mkdirSync(join(folder, 'sub'));
        const at = (name: string) => () => open(join(folder, name));
        assert.throws(at('no/a.db'), isOutputError(74, /no does not exist: create it/));
        assert.throws(at('file/a.db'), isOutputError(74, /is a file, not a folder/));
        assert.throws(at('sub'), isOutputError(74, /is a folder: name a file/));
      });
    });

    it('is exit code 77 without permission', function () {
      needs(this, existsSync('/sys/kernel'), 'no sysfs, which lets nobody create files');
      assert.throws(() => open('/sys/kernel/a.db'), isOutputError(77, /no permission/));
    });

    it('is exit code 77 on a read-only file system', async function () {
      const reason = noMounts();
      needs(this, reason === '', reason);
      await withTmpfs('ro', (disk) => {
        assert.throws(() => open(join(disk, 'a.db')), isOutputError(77, /read-only/));
      });
    });
  });

  describe('refuses, and leaves as it is,', () => {
    it('what is no database', async () => {
      await refused(
        (path) => writeFileSync(path, 'Dear diary,\n'.repeat(200)),
        /some\.db is not an SQLite database/,
      );
    });

    it('a damaged database', async () => {
      await refused((path) => {
        open(path);
        const bytes = readFileSync(path);
        bytes.fill(0xff, 100, 4096); // the schema's page, behind the header
        writeFileSync(path, bytes);
      }, /is damaged: move it away/);
    });

    it("another application's database, with an id or without", async () => {
      for (const sql of ['PRAGMA application_id = 1234', 'CREATE TABLE bookmarks (url)']) {
        await refused((path) => inDatabase(path, (db) => db.exec(sql)), /some other application's/);
      }
    });

    it('a database of a newer unackd', async () => {
      await refused(
        (path) => open(path, [...MIGRATIONS, { sql: 'CREATE TABLE later (a)' }]),
        new RegExp(
          `newer unackd \\(schema ${MIGRATIONS.length + 1}, this one knows up to ${MIGRATIONS.length}\\): update unackd`,
          'u',
        ),
        (said) => (error) => {
          assert(error instanceof OptionError, String(error));
          return said.test(error.message);
        },
      );
    });
  });
});

const add = (column: string): { sql: string } => ({
  sql: `ALTER TABLE notices ADD COLUMN ${column} TEXT; UPDATE notices SET ${column} = code;`,
});

describe('sqlite: migrations', () => {
  const insert = "INSERT INTO notices VALUES (1, 'a-code', 'a text')";

  it('take an older database forward, rows and all', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      open(path);
      inDatabase(path, (db) => db.exec(insert));
      open(path, [...MIGRATIONS, add('one'), add('two')]);
      assert.equal(versionOf(path), MIGRATIONS.length + 2);
      const expected = { time: 1, code: 'a-code', text: 'a text', one: 'a-code', two: 'a-code' };
      assert.deepEqual(query(path, 'SELECT * FROM notices'), [expected]);
    });
  });

  it('that fail leave the version before, whole', async () => {
    await withFolder((folder) => {
      const path = join(folder, 'unackd.db');
      open(path);
      inDatabase(path, (db) => db.exec(insert));
      const broken = {
        sql: 'DELETE FROM notices; CREATE TABLE half (a); SELECT no_such_function()',
      };
      assert.throws(
        () => open(path, [...MIGRATIONS, add('one'), broken]),
        isOutputError(74, /no such function/),
      );
      assert.equal(versionOf(path), MIGRATIONS.length);
      assert.equal(integrity(path), 'ok');
      assert.equal(query(path, 'SELECT * FROM notices').length, 1);
      assert.equal(query(path, "SELECT * FROM sqlite_schema WHERE name = 'half'").length, 0);
    });
  });
});
