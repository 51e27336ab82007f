import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadDriver } from './driver.ts';
import { outputFault } from './faults.ts';
import { holdFile } from './hold.ts';
import { holderOf } from './holder.ts';
import type { Holder } from './holder.ts';
import { MIGRATIONS, versionOf } from './migrations.ts';

/** Checking takes about a second a gigabyte; more is left to who has the time. */
const CHECKED_MOST = 1024 ** 3;

/** For another's transaction: ours take milliseconds, and somebody waits to be told. */
const PATIENCE_MS = 1000;

export interface Examined {
  /** `null` where there is no database yet. */
  readonly bytes: number | null;
  /** What SQLite's quick_check says; `null` where all is well or nothing was checked. */
  readonly damage: string | null;
  /** It was too large to be checked by the way. */
  readonly unchecked: boolean;
  /** Of its schema and of this program's; older ones are brought up at the start. */
  readonly version: number;
  readonly newest: number;
  /** The daemon that runs on it. */
  readonly holder: Holder | null;
}

/** Whether it can be written, without a change to it. */
function tryToWrite(path: string): void {
  closeSync(openSync(path, 'r+'));
  // Somebody writes it, or died as they did: closing it here would tidy up after them.
  if (existsSync(`${path}-wal`)) return;
  const Driver = loadDriver();
  const db = new Driver(path, { fileMustExist: true, timeout: PATIENCE_MS });
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
  } finally {
    db.close();
  }
}

function read(path: string): Pick<Examined, 'bytes' | 'damage' | 'unchecked' | 'version'> {
  const { size } = statSync(path);
  const Driver = loadDriver();
  const db = new Driver(path, { readonly: true, fileMustExist: true, timeout: PATIENCE_MS });
  try {
    const version = versionOf(db, path);
    const unchecked = size > CHECKED_MOST;
    const said = unchecked ? 'ok' : String(db.pragma('quick_check(1)', { simple: true }));
    return { bytes: size, damage: said === 'ok' ? null : said, unchecked, version };
  } finally {
    db.close();
  }
}

/**
 * Looks at a database without changing or creating anything; a daemon may be writing it.
 * @throws OutputError or OptionError with what keeps it from being written, in one line
 */
export function examineDatabase(path: string): Examined {
  const newest = MIGRATIONS.length;
  try {
    // Beside it SQLite makes its -wal and -shm.
    accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
    if (!existsSync(path)) {
      return { bytes: null, damage: null, unchecked: false, version: newest, newest, holder: null };
    }
    accessSync(path, constants.R_OK | constants.W_OK);
    const holder = holderOf(holdFile(path));
    const found = { ...read(path), newest, holder };
    if (found.damage === null) tryToWrite(path);
    return found;
  } catch (error) {
    throw outputFault(path, error);
  }
}
