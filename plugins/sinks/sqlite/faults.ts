import { dirname } from 'node:path';
import { InputError, OutputError } from 'unackd';

/** The disk is full: what could not be written may be once there is room. */
export class NoSpace extends OutputError {
  constructor(message: string) {
    super(74, message);
  }
}

/** The code of a Node system error (`ENOSPC`) or of a better-sqlite3 error (`SQLITE_FULL`), else ''. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function sentence(path: string, code: string, error: unknown): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${path}: no permission to write there: choose another path, or give this user the right to write the file and its folder`;
    case 'EROFS':
    case 'SQLITE_READONLY':
      return `${path}: the file or its file system is read-only: choose another path`;
    case 'ENOENT':
      return `${path}: the folder ${dirname(path)} does not exist: create it, or choose another path`;
    case 'ENOTDIR':
      return `${path}: a part of this path is a file, not a folder: choose another path`;
    case 'EISDIR':
      return `${path} is a folder: name a file in it`;
    case 'ENOSPC':
    case 'SQLITE_FULL':
      return `${path}: no space left for the database: free some, or choose another path; what was written before is intact`;
    case 'SQLITE_NOTADB':
      return `${path} is not an SQLite database: choose another path, or move that file away`;
    case 'SQLITE_CORRUPT':
      return `${path}: the database is damaged: move it away (sqlite3's .recover may save its rows) and start anew`;
    case 'SQLITE_BUSY':
      return `${path}: another process holds the database locked: end it, or choose another path`;
    case 'SQLITE_CANTOPEN':
      return `${path}: can't open the database or its -wal and -shm files: this user must be able to write the file and its folder`;
    default:
      return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Extended result codes (`SQLITE_IOERR_WRITE`) by what they extend, but for those that people can act upon. */
function plain(code: string): string {
  return /^SQLITE_(READONLY|CANTOPEN|CORRUPT|BUSY|FULL|NOTADB)/.exec(code)?.[0] ?? code;
}

const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY']);

/**
 * What went wrong with the database, as one line that says what to do.
 * Errors that are no system's or SQLite's (a bug) come back as they are.
 */
export function outputFault(path: string, error: unknown): unknown {
  const code = plain(codeOf(error));
  if (error instanceof OutputError || code === '') return error;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return new NoSpace(sentence(path, code, error));
  return new OutputError(NOT_ALLOWED.has(code) ? 77 : 74, sentence(path, code, error));
}

/** Which one to read. */
export const OURS =
  "name the one that a sqlite sink writes, with --db FILE, or that sink's configuration, with --config FILE";

/** The same for a database that is to be read. */
export function inputFault(path: string, error: unknown): unknown {
  const code = plain(codeOf(error));
  if (error instanceof InputError || code === '') return error;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new InputError(
        66,
        `${path}: no such database: a sqlite sink with this path creates it`,
      );
    case 'EACCES':
    case 'EPERM':
      return new InputError(
        77,
        `${path}: no permission to read it: run this as the user that writes it`,
      );
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return new InputError(
        77,
        `${path}: SQLite wants to make -wal and -shm files beside it: run this as the user that writes it, or copy it to a folder of your own`,
      );
    case 'SQLITE_NOTADB':
      return new InputError(65, `${path} is not an SQLite database: ${OURS}`);
    case 'SQLITE_CORRUPT':
      return new InputError(
        65,
        `${path}: the database is damaged: sqlite3's .recover may save its rows, in a copy`,
      );
    case 'SQLITE_BUSY':
      return new InputError(
        65,
        `${path}: another process holds the database locked: try again once it has done, or ask a copy`,
      );
    default:
      return new InputError(65, sentence(path, code, error));
  }
}
