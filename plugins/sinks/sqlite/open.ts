import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { IN_MEMORY, loadDriver } from './driver.ts';
import { outputFault } from './faults.ts';
import { MIGRATIONS, versionOf } from './migrations.ts';
import { upgrade } from './upgrade.ts';
import type { Tell } from './upgrade.ts';

/** Waiting for another process's transaction: ours take milliseconds, so 5 s means that it hangs. */
export const BUSY_TIMEOUT_MS = 5000;

/**
 * Pages in the write-ahead log before they are copied into the database: 64 MiB.
 * SQLite's 1000 make it copy and fsync the same index pages over and over; this
 * writes a third more rows a second.
 */
const CHECKPOINT_PAGES = 16_384;

/** A log that a slow reader made grow is cut back to this once it is done: bounds the disk it takes. */
const LOG_LIMIT = 64 * 1024 * 1024;

export interface Tuning {
  readonly synchronous: 'normal' | 'full';
  /** Bytes of pages kept in memory. */
  readonly pageCache: number;
  /** Hears of it where the database is of an older unackd. */
  readonly tell?: Tell;
}

/**
 * SQLite says only "unable to open": the system's own word tells a missing folder from a missing right.
 * A file that is there is not opened: this process may have it open already, and closing any
 * descriptor of a file takes away all its locks (fcntl(2)). Then whoever closes the database
 * next takes itself for the last one, and removes the log that this process goes on writing to.
 */
function touch(path: string): void {
  if (path === IN_MEMORY) return;
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile) accessSync(path, constants.R_OK | constants.W_OK);
  else closeSync(openSync(path, 'a', 0o644));
}

/**
 * Opens a database for writing; creates it, or brings it to this schema.
 * @param path absolute, or `:memory:`
 * @throws OutputError 74, or 77 without permission; OptionError 78 for one of a newer unackd
 */
export function openDatabase(path: string, tuning: Tuning, steps = MIGRATIONS): Database {
  let db: Database | undefined;
  try {
    touch(path);
    const Driver = loadDriver();
    db = new Driver(path, { timeout: BUSY_TIMEOUT_MS });
    // Before anything that writes: what is not ours must stay as it is.
    const version = versionOf(db, path, steps);
    // Only possible while there are no tables: free pages can be given back later.
    if (version === 0) db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma(`journal_size_limit = ${LOG_LIMIT}`);
    db.pragma(`synchronous = ${tuning.synchronous}`);
    // Negative: KiB instead of pages.
    db.pragma(`cache_size = -${Math.ceil(tuning.pageCache / 1024)}`);
    upgrade(db, path, steps, tuning.tell);
    return db;
  } catch (error) {
    db?.close();
    throw outputFault(path, error);
  }
}
