/** Whether files are as they were: by size, time and inode, so that none is read. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Of a folder: a plugin has a few. */
const FILES_MOST = 1000;

/** Neither code nor data of a plugin. */
const NO_PART = /^\.|^node_modules$|\.(?:test|spec|d)\.m?ts$|\.md$|~$/u;

export interface Traces {
  /** A line for each file: path, size, time of change, inode; `-` for what is not there. */
  readonly lines: readonly string[];
  /** Folders that were looked into. */
  readonly folders: readonly string[];
  /** When the youngest was changed: milliseconds since 1970. */
  readonly newest: number;
}

/**
 * Looks at files, and at folders with what is in them.
 * @param except paths of what changes without meaning anything
 */
export function tracesOf(paths: Iterable<string>, except: readonly string[] = []): Traces {
  const lines: string[] = [];
  const folders: string[] = [];
  const seen = new Set<string>();
  let newest = 0;
  const look = (path: string): void => {
    if (seen.has(path) || seen.size >= FILES_MOST || except.includes(path)) return;
    seen.add(path);
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (found === undefined) {
      lines.push(`${path} -`);
    } else if (found.isDirectory()) {
      folders.push(path);
      for (const name of readdirSync(path).toSorted()) {
        if (!NO_PART.test(name)) look(join(path, name));
      }
    } else {
      newest = Math.max(newest, Number(found.mtimeMs));
      lines.push(`${path} ${found.size} ${found.mtimeNs} ${found.ino}`);
    }
  };
  for (const path of paths) {
    try {
      look(path);
    } catch {
      lines.push(`${path} -`); // no right to look, or a part of the way is no folder
    }
  }
  return { lines, folders, newest };
}
