/** Copies of a database as an older unackd left it: `unackd.db.v3.bak` beside `unackd.db`. */
import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { loadDriver } from './driver.ts';
import { NoSpace } from './faults.ts';
import { usedBytes } from './pages.ts';

/** The newest ones stay: of the upgrade just done, and of the one before. */
const KEPT = 2;

/** Room beside the copy for what the steps themselves write. */
const SLACK = 16 * 1024 * 1024;

/** Of a database of such a version. */
export function backupPath(path: string, version: number): string {
  return `${path}.v${version}.bak`;
}

function checkRoom(db: Database, path: string, version: number): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  const wanted = usedBytes(db) + SLACK;
  const free = bavail * bsize;
  if (free >= wanted) return;
  throw new NoSpace(
    `${path}: schema ${version} is copied before it is changed, which takes ${Math.ceil(wanted / 2 ** 20)} MiB, and ${Math.floor(free / 2 ** 20)} are free: make room; nothing was changed`,
  );
}

/** What is written so is on the disk, and so is its name. */
function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes an empty file: whoever may not read the original may not read its copy. */
function makeAs(original: string, path: string): void {
  const { uid, gid, mode } = statSync(original);
  const fd = openSync(path, 'wx', mode & 0o777);
  try {
    if (process.getuid?.() === 0) fchownSync(fd, uid, gid);
  } finally {
    closeSync(fd);
  }
}

/**
 * Copies what is committed, whole or not at all; one of the same version that
 * is there gives way. The caller holds the write lock.
 * @returns path of the copy
 * @throws NoSpace before anything is written
 */
export function backUp(db: Database, path: string, version: number): string {
  checkRoom(db, path, version);
  const copy = backupPath(path, version);
  const part = `${copy}.part`;
  // Left by a copy that was killed.
  rmSync(part, { force: true });
  try {
    makeAs(path, part);
    // A connection of its own: the one that holds the lock is in a transaction.
    const Driver = loadDriver();
    const reader = new Driver(path, { readonly: true, fileMustExist: true });
    try {
      reader.prepare('VACUUM INTO ?').run([part]);
    } finally {
      reader.close();
    }
    sync(part);
    renameSync(part, copy);
    sync(dirname(path));
    return copy;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Lets all copies but the newest go. One that can't be removed stays. */
export function dropOldBackups(path: string): void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.v`;
  const versions = readdirSync(folder).flatMap((name) => {
    const version = /^(?<version>\d+)\.bak$/u.exec(name.slice(prefix.length))?.groups?.['version'];
    return name.startsWith(prefix) && version !== undefined ? [Number(version)] : [];
  });
  for (const version of versions.toSorted((a, b) => b - a).slice(KEPT)) {
    try {
      rmSync(join(folder, basename(backupPath(path, version))), { force: true });
    } catch {
      // It is in nobody's way.
    }
  }
}
