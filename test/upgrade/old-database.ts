/** Databases as they were left by older unackds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../plugins/sinks/sqlite/migrations.ts';
import type { Migration } from '../../plugins/sinks/sqlite/migrations.ts';
import { inDatabase, query } from '../sinks/sqlite/database.ts';

const FOLDER = join(import.meta.dirname, 'databases');

/** Each a file of SQL, made by freeze.ts. */
export const RELEASES: readonly string[] = readdirSync(FOLDER).toSorted();

export function layDown(release: string, path: string): void {
  inDatabase(path, (db) => db.exec(readFileSync(join(FOLDER, release), 'utf8')));
}

export function versionOf(path: string): unknown {
  return query(path, 'PRAGMA user_version')[0].user_version;
}

export function schemaOf(path: string): unknown {
  return query(path, 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name');
}

function tablesOf(path: string): string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
  return query(path, sql).map(({ name }) => String(name));
}

/** All rows in their own order, by table. */
export function contentOf(path: string): Record<string, unknown[]> {
  return Object.fromEntries(
    tablesOf(path).map((table) => [table, query(path, `SELECT * FROM ${table}`)]),
  );
}

/** A step that changes what is there: a column filled from others, and a table made anew. */
export const LATER: Migration = {
  sql: `ALTER TABLE notices ADD COLUMN kind TEXT; UPDATE notices SET kind = code || '!';
    CREATE TABLE places (ip TEXT NOT NULL PRIMARY KEY, endpoints INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO places SELECT server_ip, count(*) FROM endpoints GROUP BY server_ip;
    DROP TABLE endpoints; DROP VIEW endpoints_view;`,
};

/** A step that writes some 40 MB, so that it can be killed midway. */
export const LONG: Migration = {
  sql: `CREATE TABLE filler (bytes BLOB); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO filler SELECT randomblob(4000) FROM n; DROP TABLE filler;`,
};

export const NEXT: readonly Migration[] = [...MIGRATIONS, LATER];
