import { accessSync, constants, globSync, statSync } from 'node:fs';

/** Says what keeps a path's files from being read; `null` for nothing. */
export type Look = (path: string) => string | null;

const WILDCARD = /[*?[]/u;

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Looks for files that an option names. Opens none: a pipe would miss its writer. */
export const lookForFiles: Look = (path) => {
  if (path === '-') return null;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      if (!WILDCARD.test(path)) return 'there is no such file';
      return globSync(path).some((file) => !isFolder(file)) ? null : 'no file matches';
    }
    if (found.isDirectory()) return 'that is a folder';
    accessSync(path, constants.R_OK);
    return null;
  } catch {
    // EACCES, or what lies on the way is no folder.
    return 'it is not to be read by this user';
  }
};
