/** Says when files have become others. */
import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Looked } from '../outside/looked.ts';
import { tracesOf } from '../outside/traces.ts';

/** What an editor writes in parts, or renames into its place, is whole when it has been the same for so long. */
const SETTLED_MS = 100;
/** For file systems that tell nothing (NFS, SMB, some containers), and folders that were put in another's place. */
const LOOK_MS = 2000;
/** Folders that the system tells changes of; what lies in others is seen by looking. */
const FOLDERS_MOST = 64;

interface Watched {
  readonly watcher: FSWatcher;
  readonly inode: number;
}

/** `path size mtime inode`, or `path -`. */
function pathOf(line: string): string {
  return line.replace(/ (?:-|\d+ \d+ \d+)$/u, '');
}

/** `null` where it is not, or may not be looked at. */
function inodeOf(folder: string): number | null {
  try {
    return statSync(folder).ino;
  } catch {
    return null;
  }
}

export class Follower {
  readonly #changed: (files: readonly string[]) => void;
  readonly #folders = new Map<string, Watched>();
  readonly #looking: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #looked: Looked = { paths: new Set(), except: [] };
  /** Of each file its trace, as it was when `changed` was last called. */
  #known = new Map<string, string>();
  /** Folders that are followed with all that is in them. */
  #whole = new Set<string>();
  /** What was seen last, if that differs. */
  #seen = '';

  /** @param changed is given the files that are others, there no more, or there now */
  constructor(changed: (files: readonly string[]) => void) {
    this.#changed = changed;
    this.#looking = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Files that are followed. */
  get files(): number {
    return this.#known.size;
  }

  /** From now on these; of those that were followed before no change is missed. */
  follow(looked: Looked): void {
    this.#looked = looked;
    const before = this.#known;
    const { lines, folders } = tracesOf(looked.paths, looked.except);
    this.#known = new Map(
      lines.map((line) => [pathOf(line), before.get(pathOf(line)) ?? line] as const),
    );
    this.#whole = new Set(folders);
    this.#arm();
    this.#look();
  }

  close(): void {
    clearInterval(this.#looking);
    clearTimeout(this.#soon);
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #look(): void {
    const { lines, folders } = tracesOf(this.#looked.paths, this.#looked.except);
    const now = new Map(lines.map((line) => [pathOf(line), line] as const));
    const paths = new Set([...now.keys(), ...this.#known.keys()]);
    const others = [...paths].filter((path) => now.get(path) !== this.#known.get(path));
    if (others.length === 0) {
      this.#seen = '';
      return;
    }
    const seen = lines.join('\n');
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#later();
      return;
    }
    this.#seen = '';
    this.#known = now;
    this.#whole = new Set(folders);
    this.#arm();
    this.#changed(others);
  }

  #later(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#look(), SETTLED_MS).unref();
  }

  /** Has the system tell of the folders, as far as it can. */
  #arm(): void {
    const wanted = new Set([
      ...this.#whole,
      ...[...this.#known.keys()].map((path) => dirname(path)),
    ]);
    for (const [folder, { watcher, inode }] of this.#folders) {
      if (wanted.has(folder) && inodeOf(folder) === inode) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) {
      if (this.#folders.has(folder) || this.#folders.size >= FOLDERS_MOST) continue;
      const inode = inodeOf(folder);
      if (inode === null) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => this.#told(folder, name));
        // Looking goes on without it.
        watcher.on('error', () => watcher.close());
        this.#folders.set(folder, { watcher, inode });
      } catch {
        // No more watches to be had.
      }
    }
  }

  /** Something happened: of what else lies beside the files nobody is woken. */
  #told(folder: string, name: string | null): void {
    if (name === null || this.#whole.has(folder) || this.#known.has(join(folder, name))) {
      this.#later();
    }
  }
}
