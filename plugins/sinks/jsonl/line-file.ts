import { closeSync, fstatSync, ftruncateSync, write, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, outputFault } from './faults.ts';

/** Characters that may wait for a flush: a write of this size costs little more than a small one. */
const LIMIT = 64 * 1024;

/** A pipe set non-blocking has no room: first and longest wait before it is asked again, in ms. */
const FIRST_WAIT = 1;
const LONGEST_WAIT = 50;

const STDOUT = 1;

function writeLater(fd: number, bytes: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, offset, bytes.length - offset, null, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * Whole lines into a file, a pipe or a terminal. Files are written at once;
 * what can make its writer wait (a pipe, a terminal) is written off the main
 * thread in `flush`, so that signals are still heard.
 *
 * No line is torn: what a failed write left over is written by the next one,
 * and a file is cut back to its last whole line, should there be no next one.
 */
export class LineFile {
  readonly #fd: number;
  readonly #name: string;
  /** A regular file: never makes its writer wait for a reader. */
  readonly #isFile: boolean;
  /** Of a regular file. */
  readonly inode: number;
  /** Lines not yet turned to bytes. */
  #text = '';
  /** Bytes under way, and how many of them are out. */
  #bytes: Buffer = Buffer.alloc(0);
  #sent = 0;
  #writing: Promise<void> | undefined;

  /** Where the file ends, if nobody else writes to it; NaN where it must not be cut back. */
  #end: number;

  /**
   * @param fd a file is cut back only when it was opened to append: else the next write would leave a hole
   * @param name for messages
   */
  constructor(fd: number, name: string, appends: boolean) {
    this.#fd = fd;
    this.#name = name;
    const found = fstatSync(fd);
    this.#isFile = found.isFile();
    this.inode = found.ino;
    this.#end = this.#isFile && appends ? found.size : Number.NaN;
  }

  get isFile(): boolean {
    return this.#isFile;
  }

  /** Bytes in the file, and characters that wait. NaN for what is no file of our own. */
  get size(): number {
    return this.#end + this.#text.length;
  }

  /** Takes a line with its newline. Writes, and then waits where need be, only when too much has gathered. */
  put(line: string): void {
    // First, so that what can't be written never grows past the limit. (A
    // write under way takes the text along when it is done.)
    if (this.#text.length >= LIMIT && this.#writing === undefined) this.#drainNow();
    this.#text += line;
  }

  /**
   * Writes all that was put.
   * @throws OutputError, or Node's own error with code EPIPE when the reader has gone
   */
  flush(): void | Promise<void> {
    if (this.#writing !== undefined) return this.#writing;
    if (this.#isFile) return this.#drainNow();
    if (!this.#next()) return;
    this.#writing = this.#drainLater().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Of a file: writes what waits and closes. */
  closeNow(): void {
    this.#drainNow();
    closeSync(this.#fd);
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      // What was put while an earlier flush was under way.
      await this.flush();
    } finally {
      if (this.#fd !== STDOUT) closeSync(this.#fd);
    }
  }

  /** True when there are bytes to write, taken from the text where the last ones are out. */
  #next(): boolean {
    if (this.#sent < this.#bytes.length) return true;
    if (this.#text === '') return false;
    this.#bytes = Buffer.from(this.#text);
    this.#sent = 0;
    this.#text = '';
    return true;
  }

  #drainNow(): void {
    let wait = FIRST_WAIT;
    while (this.#next()) {
      try {
        const count = writeSync(this.#fd, this.#bytes, this.#sent);
        this.#sent += count;
        this.#end += count;
        wait = FIRST_WAIT;
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') throw this.#failed(error);
        pause(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  async #drainLater(): Promise<void> {
    let wait = FIRST_WAIT;
    while (this.#next()) {
      try {
        this.#sent += await writeLater(this.#fd, this.#bytes, this.#sent);
        wait = FIRST_WAIT;
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') throw this.#failed(error);
        await sleep(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  #failed(error: unknown): unknown {
    if (errnoOf(error) === 'EPIPE') this.#forget();
    else this.#untear();
    return outputFault(this.#name, error);
  }

  /** Nobody will ever read it. */
  #forget(): void {
    this.#text = '';
    this.#bytes = Buffer.alloc(0);
    this.#sent = 0;
  }

  /** Takes the beginning of a torn line out of the file again. */
  #untear(): void {
    const lineStart = this.#bytes.lastIndexOf(0x0a, this.#sent - 1) + 1;
    const torn = this.#sent === 0 ? 0 : this.#sent - lineStart;
    if (torn === 0) return;
    try {
      // Somebody else has written or cut: then the rest of the line follows with the next write.
      if (fstatSync(this.#fd).size !== this.#end) return;
      ftruncateSync(this.#fd, this.#end - torn);
      this.#end -= torn;
      this.#sent = lineStart;
    } catch {
      // As above.
    }
  }
}
