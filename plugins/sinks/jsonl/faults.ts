import { dirname } from 'node:path';
import { OutputError } from 'unackd';

/** There is no room for it now; there may be later. */
export class NoSpace extends OutputError {
  constructor(message: string) {
    super(74, message);
  }
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The code of a Node system error, such as `ENOSPC`; '' where there is none. */
export function errnoOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function sentence(path: string, code: string, error: unknown): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${path}: no permission to write there: choose another path, or give this user the right to write`;
    case 'EROFS':
      return `${path}: the file system is read-only: choose another path`;
    case 'ENOENT':
      return `${path}: the folder ${dirname(path)} does not exist: create it, or choose another path`;
    case 'ENOTDIR':
      return `${path}: a part of this path is a file, not a folder: choose another path`;
    case 'EISDIR':
      return `${path} is a folder: name a file in it`;
    case 'ENXIO':
      return `${path}: nobody reads this pipe: start its reader first`;
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return `${path}: no space left to write to: free some, or choose another path`;
    default:
      return `${path}: can't write: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * What went wrong with the output, as one line that says what to do. A closed
 * pipe (EPIPE) stays as it is: its reader had enough, which is no fault.
 */
export function outputFault(path: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === '' || code === 'EPIPE') return error;
  if (NO_SPACE.has(code)) return new NoSpace(sentence(path, code, error));
  return new OutputError(
    ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 77 : 74,
    sentence(path, code, error),
  );
}
