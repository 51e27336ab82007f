import { OutputError } from 'unackd';
import type { SinkHealth, SinkHost } from 'unackd';
import { NoSpace } from './faults.ts';
import type { RotatingFile } from './rotating-file.ts';

/** Characters of attempts that wait while the disk is full: some 20,000. For all else there is as much again. */
const HELD = 8 * 1024 * 1024;

/** Between two tries to write to a full disk, in ms. */
const RETRY_MS = 1000;

function linesWere(count: number): string {
  return count === 1 ? '1 line was' : `${count} lines were`;
}

/**
 * Lines that outlive a full disk: they wait in memory up to a bound, attempts
 * beyond it are let go first, and what waits is written when there is room again.
 */
export class PatientLines {
  readonly #lines: RotatingFile;
  readonly #path: string;
  readonly #host: Pick<SinkHost, 'log'>;
  #held: string[] = [];
  #heldLength = 0;
  /** By performance.now(): when the disk was last found full; NaN while it is not. */
  #fullAt = Number.NaN;
  #lost = 0;
  #lostInAll = 0;
  #toldUnread = 0;

  constructor(lines: RotatingFile, path: string, host: Pick<SinkHost, 'log'>) {
    this.#lines = lines;
    this.#path = path;
    this.#host = host;
  }

  /** @param matters it is held longer than what does not */
  put(line: string, matters: boolean): void {
    if (!this.#isFull && this.#tried(() => this.#lines.put(line))) return;
    if (this.#heldLength + line.length > (matters ? 2 * HELD : HELD)) {
      this.#lost++;
      return;
    }
    this.#held.push(line);
    this.#heldLength += line.length;
  }

  async flush(): Promise<void> {
    if (this.#isFull && performance.now() - this.#fullAt < RETRY_MS) return;
    try {
      await this.#lines.flush();
    } catch (error) {
      this.#found(error);
      return;
    }
    if (this.#isFull) this.#catchUp();
    this.#tellUnread();
  }

  get health(): SinkHealth {
    return { failing: this.#isFull, lost: this.#lostInAll + this.#lost + this.#lines.lost };
  }

  /** @throws OutputError when the files can't be opened again */
  reopen(): void {
    this.#lines.reopen();
  }

  /** @throws OutputError where the disk is still full, or was full for so long that lines are missing */
  async close(): Promise<void> {
    if (this.#isFull) {
      this.#fullAt = -Infinity;
      await this.flush();
    }
    let left = this.#lost + this.#held.length;
    try {
      await this.#lines.close();
    } catch (error) {
      if (!(error instanceof NoSpace)) throw error;
      left += this.#lines.waiting;
    }
    this.#tellUnread();
    const missing = this.#lostInAll + left;
    if (missing === 0) return;
    throw new OutputError(
      74,
      `${this.#path}: no space was left for ${missing === 1 ? '1 line' : `${missing} lines`}: what is there is whole, but not all`,
    );
  }

  get #isFull(): boolean {
    return !Number.isNaN(this.#fullAt);
  }

  #catchUp(): void {
    const held = this.#held;
    this.#held = [];
    this.#heldLength = 0;
    this.#fullAt = Number.NaN;
    // Those that find it full again wait again.
    for (const line of held) this.put(line, true);
    if (this.#isFull) return;
    const lost = this.#lost === 0 ? '' : `; ${linesWere(this.#lost)} let go meanwhile`;
    this.#host.log(this.#lost === 0 ? 'info' : 'error', `can be written again${lost}`);
    this.#lostInAll += this.#lost;
    this.#lost = 0;
  }

  /** @returns false where the disk is full */
  #tried(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#found(error);
      return false;
    }
  }

  #found(error: unknown): void {
    if (!(error instanceof NoSpace)) throw error;
    if (!this.#isFull) this.#host.log('error', `${error.message}; lines wait until there is room`);
    this.#fullAt = performance.now();
  }

  #tellUnread(): void {
    const unread = this.#lines.lost - this.#toldUnread;
    if (unread === 0) return;
    this.#toldUnread += unread;
    this.#host.log('error', `${this.#path}: its reader takes nothing: ${linesWere(unread)} let go`);
  }
}
