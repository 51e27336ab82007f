import { createRequire } from 'node:module';
import type Database from 'better-sqlite3';

/**
 * better-sqlite3 and its native code, loaded on first use: 5 to 10 ms that a
 * command without a database need not spend. A packaged binary replaces this file.
 */
export function loadDriver(): typeof Database {
  return createRequire(import.meta.url)('better-sqlite3') as typeof Database;
}

/** SQLite's name for a database that is no file and goes with its connection. */
export const IN_MEMORY = ':memory:';
