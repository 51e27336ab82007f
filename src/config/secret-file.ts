/** Text that a configuration takes out of other files: `${file:PATH}`, `${credential:NAME}`. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A key or a token; more is some other file. */
const LARGEST = 64 * 1024;

/** Or why there is none. */
export type FileText = { readonly text: string } | { readonly why: string };

/** Reads a file that a text names. */
export type ReadFile = (path: string) => FileText;

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read it';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Reads regular files, without the line breaks at their end.
 * @param folder where a relative path starts
 */
export function filesIn(folder: string): ReadFile {
  return (path) => textOf(resolve(folder, path));
}

function textOf(path: string): FileText {
  let fd: number | undefined;
  try {
    // A pipe without a writer would wait for one.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    if (!stats.isFile()) return { why: 'that is no regular file' };
    if (stats.size > LARGEST) return { why: `it has more than ${LARGEST / 1024} KiB` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(fd));
    return { text: text.replace(/[\r\n]+$/u, '') };
  } catch (error) {
    return { why: whyNot(error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
