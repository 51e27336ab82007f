import { closeSync, fstatSync, ftruncateSync, write, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, NoSpace, outputFault } from './faults.ts';

/** Characters that may wait for a flush: a write of this size costs little more than a small one. */
const LIMIT = 64 * 1024;

/**
 * The same of a pipe, whose reader is waited for in the flush: more than 65,000
 * records, which is what comes at most between two flushes.
 */
const PIPE_LIMIT = 32 * 1024 * 1024;

/** A pipe has no room: first and longest wait before it is asked again, in ms. */
const FIRST_WAIT = 1;
const LONGEST_WAIT = 50;

/** A reader that takes nothing for so long is stuck, in ms: signals are to be heard within a second. */
const STUCK_AFTER = 400;

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

export interface LineFileOptions {
  /** For messages. */
  readonly name: string;
  /** It was opened to append: only then it can be cut back, else the next write would leave a hole. */
  readonly appends: boolean;
  /** Aborted when a reader that takes nothing is no longer to be waited for. */
  readonly ending: AbortSignal;
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
  readonly #ending: AbortSignal;
  /** A regular file: never makes its writer wait for a reader. */
  readonly #isFile: boolean;
  /** Of a regular file. */
  readonly inode: number;
  /** Lines let go because nobody read them. */
  lost = 0;
  /** Lines not yet turned to bytes. */
  #text = '';
  /** Bytes under way, and how many of them are out. */
  #bytes: Buffer = Buffer.alloc(0);
  #sent = 0;
  #writing: Promise<void> | undefined;
  /** The reader took nothing when it was last waited for. */
  #stuck = false;
  #givenUp = false;

  /** Where the file ends, if nobody else writes to it; NaN where it must not be cut back. */
  #end: number;

  constructor(fd: number, { name, appends, ending }: LineFileOptions) {
    this.#fd = fd;
    this.#name = name;
    this.#ending = ending;
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

  /**
   * Takes a line with its newline. Writes, and then waits where need be, only
   * when too much has gathered; what a stuck reader leaves no room for is lost.
   */
  put(line: string): void {
    // First, so that what can't be written never grows past the limit.
    const full = this.#text.length >= (this.#isFile ? LIMIT : PIPE_LIMIT);
    if (this.#givenUp || (full && !this.#makeRoom())) this.lost++;
    else this.#text += line;
  }

  /**
   * Writes all that was put.
   * @throws OutputError, or Node's own error with code EPIPE when the reader has gone
   */
  flush(): void | Promise<void> {
    if (this.#writing !== undefined) return this.#writing;
    if (this.#isFile) {
      this.#drainNow(Number.POSITIVE_INFINITY);
      return;
    }
    if (!this.#next()) return;
    this.#writing = this.#drainLater().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Of a file: writes what waits and closes. @returns lines that found no room */
  closeNow(): string {
    try {
      this.#drainNow(Number.POSITIVE_INFINITY);
      return '';
    } catch (error) {
      if (!(error instanceof NoSpace)) throw error;
      return this.#left();
    } finally {
      closeSync(this.#fd);
    }
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

  /** Lines that wait. */
  get waiting(): number {
    return countLines(this.#left());
  }

  /** What is not out; of a torn line nothing, as its reader has the beginning. */
  #left(): string {
    const rest = this.#bytes.toString('utf8', this.#sent);
    const isTorn = this.#sent > 0 && this.#bytes[this.#sent - 1] !== 0x0a;
    return `${isTorn ? rest.slice(rest.indexOf('\n') + 1) : rest}${this.#text}`;
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

  /** @returns whether another line may wait */
  #makeRoom(): boolean {
    // A write under way takes the text along when it is done.
    if (this.#writing === undefined) {
      if (this.#isFile) this.#drainNow(Number.POSITIVE_INFINITY);
      else this.#stuck = !this.#drainNow(this.#stuck ? 0 : STUCK_AFTER);
    }
    return this.#text.length < PIPE_LIMIT;
  }

  /**
   * @param patience ms to wait for a reader that takes nothing
   * @returns whether all is out
   */
  #drainNow(patience: number): boolean {
    let wait = FIRST_WAIT;
    let waited = 0;
    while (this.#next()) {
      try {
        const count = writeSync(this.#fd, this.#bytes, this.#sent);
        this.#sent += count;
        this.#end += count;
        wait = FIRST_WAIT;
        waited = 0;
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') throw this.#failed(error);
        if (waited >= patience) return false;
        pause(wait);
        waited += wait;
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
    return true;
  }

  async #drainLater(): Promise<void> {
    let wait = FIRST_WAIT;
    let waited = 0;
    while (this.#next()) {
      try {
        this.#sent += await writeLater(this.#fd, this.#bytes, this.#sent);
        wait = FIRST_WAIT;
        waited = 0;
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') throw this.#failed(error);
        if (this.#ending.aborted && waited >= STUCK_AFTER) {
          this.lost += this.waiting;
          this.#givenUp = true;
          this.#forget();
          return;
        }
        await sleep(wait);
        waited = this.#ending.aborted ? waited + wait : 0;
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

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
