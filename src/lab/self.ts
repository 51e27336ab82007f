/** This program, to be started once more. */
import { isSea } from 'node:sea';

/** What starts the same program with other arguments. */
export function selfCommand(): readonly string[] {
  if (isSea()) return [process.execPath];
  return [process.execPath, ...process.execArgv, process.argv[1]];
}
