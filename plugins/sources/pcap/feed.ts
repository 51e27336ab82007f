import { closeSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Window } from './window.ts';

/** Why bytes ended before their time. */
export interface Fault {
  /** The file just stops; its content is wrong; or the system failed to read it. */
  readonly kind: 'cut' | 'damaged' | 'unreadable';
  readonly text: string;
}

/** Where a capture's bytes come from. */
export interface Feed {
  /**
   * Adds at least one byte to the window, or marks it `ended`; makes room for
   * `need` bytes from `start`. Never throws: what went wrong is `fault`.
   */
  fill(window: Window, need: number): void | Promise<void>;
  /** Bytes taken from the file so far; of a compressed one, compressed bytes. */
  readonly taken: number;
  /** Why the bytes ended before their time, else `null`. */
  readonly fault: Fault | null;
  /** Begins again at the first byte; false where that can't be done. */
  restart?(): boolean;
  close(): void;
}

/** The message of whatever was thrown, on one line. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/gu, ' ');
}

/** A regular file, read synchronously. */
export class FileFeed implements Feed {
  taken = 0;
  fault: Fault | null = null;
  #fd: number;
  /** False for standard input, which may stand anywhere in its file. */
  readonly #owned: boolean;

  constructor(fd: number, owned: boolean) {
    this.#fd = fd;
    this.#owned = owned;
  }

  fill(window: Window, need: number): void {
    const room = window.room(need);
    try {
      const got = readSync(this.#fd, room, 0, room.length, this.#owned ? this.taken : null);
      window.end += got;
      this.taken += got;
      window.ended = got === 0;
    } catch (error) {
      this.fault = { kind: 'unreadable', text: reason(error) };
      window.ended = true;
    }
  }

  restart(): boolean {
    if (this.#owned) this.taken = 0;
    return this.#owned;
  }

  close(): void {
    if (this.#owned && this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** Standard input, a FIFO or a socket, read as it comes. */
export class StreamFeed implements Feed {
  taken = 0;
  fault: Fault | null = null;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async fill(window: Window, need: number): Promise<void> {
    try {
      while (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done === true) {
          window.ended = true;
          return;
        }
        this.#rest = value;
        this.taken += value.length;
      }
    } catch (error) {
      this.fault = { kind: 'unreadable', text: reason(error) };
      window.ended = true;
      return;
    }
    const room = window.room(need);
    const part = this.#rest.subarray(0, room.length);
    room.set(part);
    window.end += part.length;
    this.#rest = this.#rest.subarray(part.length);
  }

  close(): void {
    this.#stream.destroy();
  }
}
