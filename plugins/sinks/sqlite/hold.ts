/** Having a database for oneself: two daemons would number, deliver and clean up across each other. */
import { loadDriver } from './driver.ts';

/** Until `release`, or the process's end, however that comes: the kernel lets go. */
export interface Hold {
  readonly path: string;
  release(): void;
}

/** What is locked for a database. It stays; without its lock it means nothing. */
export function holdFile(path: string): string {
  return `${path}.lock`;
}

/**
 * Takes SQLite's exclusive lock on a file beside the database, `unackd.db.lock`.
 * (On the database itself it would keep readers out.)
 * @param path of the database, absolute
 * @returns `taken` where another process has it; `null` where no file can be
 *   made there: then there is no database either, and who opens it says why
 */
export function holdDatabase(path: string): Hold | 'taken' | null {
  try {
    const Driver = loadDriver();
    const db = new Driver(holdFile(path), { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      throw error;
    }
    return { path, release: () => db.close() };
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'SQLITE_BUSY' ? 'taken' : null;
  }
}
