/** Files of a bounded size in a folder, the oldest dropped first. */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Files that a full ring has: dropping one costs so much of it. */
const FILES = 8;

interface RingFile {
  readonly path: string;
  readonly number: number;
  bytes: number;
}

/** `eth0-00000042.pcapng` */
function nameOf(id: string, number: number): string {
  return `${id}-${String(number).padStart(8, '0')}.pcapng`;
}

/** Files of a source's ring, oldest first; none where the folder is not there. */
function filesOf(folder: string, id: string): RingFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const files: RingFile[] = [];
  for (const name of names) {
    const number = Number(name.slice(id.length + 1, -'.pcapng'.length));
    if (!Number.isSafeInteger(number) || name !== nameOf(id, number)) continue;
    const path = join(folder, name);
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    if (bytes !== undefined) files.push({ path, number, bytes });
  }
  return files.toSorted((a, b) => a.number - b.number);
}

/** Paths of what a source's ring holds, oldest first. */
export function ringPaths(folder: string, id: string): string[] {
  return filesOf(folder, id).map(({ path }) => path);
}

export class Ring {
  readonly #folder: string;
  readonly #id: string;
  readonly #size: number;
  /** The last one is being written while `#fd` is set. */
  readonly #files: RingFile[];
  #fd: number | undefined;
  #next: number;

  /**
   * Takes up what an earlier run left.
   * @param size of all files, in bytes
   * @throws Node's error, with a `code`
   */
  constructor(folder: string, id: string, size: number) {
    this.#folder = folder;
    this.#id = id;
    this.#size = size;
    // Packets are not for everybody.
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    this.#files = filesOf(folder, id);
    this.#next = (this.#files.at(-1)?.number ?? 0) + 1;
  }

  /** The next bytes begin a file. */
  get fresh(): boolean {
    return this.#fd === undefined;
  }

  /**
   * Writes all of the bytes, or, where that fails, none.
   * @throws Node's error; the next bytes then begin a file
   */
  append(bytes: Uint8Array): void {
    const fd = this.#fd ?? this.#begin();
    const file = this.#files[this.#files.length - 1];
    this.#makeRoom(bytes.length);
    try {
      for (let sent = 0; sent < bytes.length;) sent += writeSync(fd, bytes, sent);
    } catch (error) {
      this.#cutBack(fd, file.bytes);
      throw error;
    }
    file.bytes += bytes.length;
    if (file.bytes >= this.#size / FILES) this.close();
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #begin(): number {
    for (;;) {
      const number = this.#next++;
      const path = join(this.#folder, nameOf(this.#id, number));
      try {
        this.#fd = openSync(path, 'wx', 0o640);
      } catch (error) {
        // Somebody else's, who has come meanwhile.
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      this.#files.push({ path, number, bytes: 0 });
      return this.#fd;
    }
  }

  #makeRoom(bytes: number): void {
    let total = bytes;
    for (const file of this.#files) total += file.bytes;
    while (total > this.#size && this.#files.length > 1) {
      const [oldest] = this.#files;
      rmSync(oldest.path, { force: true });
      this.#files.shift();
      total -= oldest.bytes;
    }
  }

  /** Half a block at its end would be all that readers tell of the file. */
  #cutBack(fd: number, bytes: number): void {
    this.#fd = undefined;
    try {
      ftruncateSync(fd, bytes);
      if (bytes === 0) rmSync(this.#files.pop()?.path ?? '', { force: true });
    } finally {
      closeSync(fd);
    }
  }
}
