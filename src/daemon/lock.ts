/** One daemon a database: two would number, deliver and clean up across each other. */
import { loadDriver } from '../engine/registry.ts';

/** EX_TEMPFAIL: nothing is wrong but the moment. */
const TEMPORARY = 75;

/** Somebody else has what this daemon needs. */
export class InUseError extends Error {
  readonly exitCode = TEMPORARY;
}

/** Held until `release`, or the process's end, however that comes: the kernel lets go. */
export interface Lock {
  readonly path: string;
  release(): void;
}

/**
 * Takes the lock of a database: SQLite's exclusive lock on a file beside it,
 * `unackd.db.lock`. (On the database itself it would keep readers out.) The file
 * stays; without its lock it means nothing.
 * @param path of the database, absolute
 * @returns `null` where no file can be made there: then there is no database either, and who opens it says why
 * @throws InUseError
 */
export function lockDatabase(path: string): Lock | null {
  const file = `${path}.lock`;
  let code: unknown;
  try {
    const Driver = loadDriver();
    const db = new Driver(file, { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      throw error;
    }
    return { path, release: () => db.close() };
  } catch (error) {
    ({ code } = error as { readonly code?: unknown });
  }
  if (code === 'SQLITE_BUSY') {
    throw new InUseError(
      `${path}: another unackd is running on this database; stop it first, or name another one here`,
    );
  }
  return null;
}
