import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { outputFault } from './faults.ts';
import type { LineFile } from './line-file.ts';
import { openLineFile } from './open.ts';

export interface Rotation {
  /** Bytes from which on a file is put aside; `undefined` for never. */
  readonly size: number | undefined;
  /** Files put aside that are kept. */
  readonly keep: number;
}

/** Between two looks whether somebody (logrotate) has moved the file away, in ms. */
const LOOK_MS = 1000;

/**
 * Lines into a file that is put aside when it is long enough: `x.jsonl` becomes
 * `x.jsonl.1`, that `x.jsonl.2`, and so on; the oldest goes. A file that somebody
 * else moved away is begun anew under its old name.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation;
  readonly #ending: AbortSignal;
  #lines: LineFile;
  #lookedAt = performance.now();

  /**
   * @param path `-` is standard output
   * @param ending see openLineFile
   * @throws OutputError 74, or 77 without permission
   */
  constructor(path: string, rotation: Rotation, ending: AbortSignal) {
    this.#path = path;
    this.#rotation = rotation;
    this.#ending = ending;
    this.#lines = openLineFile(path, ending);
  }

  /** Lines let go because nobody read them. */
  get lost(): number {
    return this.#lines.lost;
  }

  /** Lines that wait to be written. */
  get waiting(): number {
    return this.#lines.waiting;
  }

  /** Takes a line with its newline. */
  put(line: string): void {
    this.#lines.put(line);
    const { size } = this.#rotation;
    if (size !== undefined && this.#lines.size >= size) this.#rotate();
  }

  flush(): void | Promise<void> {
    if (performance.now() - this.#lookedAt >= LOOK_MS) this.#look();
    return this.#lines.flush();
  }

  /** Closes the file and opens it again under its name. */
  reopen(): void {
    // Standard output, even where it is a file, can't be opened again.
    if (!this.#lines.isFile || this.#path === '-') return;
    const left = this.#lines.closeNow();
    this.#lines = openLineFile(this.#path, this.#ending);
    // What found no room in the old file may find it in the new one.
    if (left !== '') this.#lines.put(left);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }

  #look(): void {
    this.#lookedAt = performance.now();
    if (!this.#lines.isFile || this.#path === '-') return;
    const there = statSync(this.#path, { throwIfNoEntry: false });
    if (there?.ino !== this.#lines.inode) this.reopen();
  }

  #rotate(): void {
    if (!this.#lines.isFile || this.#path === '-') return;
    const { keep } = this.#rotation;
    const name = (n: number): string => (n === 0 ? this.#path : `${this.#path}.${n}`);
    // All of a file is in it before it is put aside. A full disk puts none aside: the flush tells.
    try {
      void this.#lines.flush();
    } catch {
      return;
    }
    try {
      rmSync(name(keep), { force: true });
      for (let n = keep - 1; n >= 0; n--) {
        if (existsSync(name(n))) renameSync(name(n), name(n + 1));
      }
    } catch (error) {
      throw outputFault(this.#path, error);
    } finally {
      this.reopen();
    }
  }
}
