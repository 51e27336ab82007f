import type Database from 'better-sqlite3';
import type { Row } from 'better-sqlite3';
import { loadDriver } from '../../../plugins/sinks/sqlite/driver.ts';
import type { Tuning } from '../../../plugins/sinks/sqlite/open.ts';

export const TUNING: Tuning = { synchronous: 'normal', pageCache: 4 * 1024 * 1024 };

/** Does something with a database through a connection of its own, opened as it is. */
export function inDatabase<T>(path: string, work: (db: Database) => T): T {
  const Driver = loadDriver();
  const db = new Driver(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

export function query(path: string, sql: string): Row[] {
  return inDatabase(path, (db) => db.prepare(sql).all());
}

/** Rows of a table, in a fixed order. */
export function rowsOf(path: string, table: string): Row[] {
  return query(path, `SELECT * FROM ${table} ORDER BY 1, 2, 3`);
}

/** What SQLite itself says about the file: `ok`, or what is damaged. */
export function integrity(path: string): unknown {
  return query(path, 'PRAGMA integrity_check')[0].integrity_check;
}
