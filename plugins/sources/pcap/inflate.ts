import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Fault, Feed } from './feed.ts';
import { reason } from './feed.ts';
import { Window } from './window.ts';

export type Compression = 'gzip' | 'zstd';

/** Compressed bytes handed over at once: what an error in them can cost in output stays small. */
const SLICE = 16 << 10;

/** Decompressed bytes that may wait; past it the decompressor stops. A few bytes of zstd can stand for gigabytes. */
const WAITING = 1 << 20;

/** `bytesWritten` counts the compressed bytes that were used up. */
type Engine = Transform & { bytesWritten: number };

function engineFor(compression: Compression): Engine {
  const options = { chunkSize: 64 << 10 };
  return compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
}

/**
 * Decompresses another feed as it comes. A cut stream gives all that can be
 * had of it. When a stream turns out to be corrupt, zlib throws away what the
 * failing call had produced; a file is then read again, byte by byte near the
 * damage, so that only what lies behind it is lost.
 */
export class InflateFeed implements Feed {
  fault: Fault | null = null;
  readonly #compression: Compression;
  readonly #source: Feed;
  #packed: Window;
  #engine: Engine;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Decompressed bytes that were handed over, and those to leave out in a second run. */
  #given = 0;
  #skip = 0;
  #fineFrom = Number.POSITIVE_INFINITY;
  #writing = false;
  #over = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;

  /** @param packed what was already read of `source`, standing at the first compressed byte */
  constructor(compression: Compression, source: Feed, packed: Window) {
    this.#compression = compression;
    this.#source = source;
    this.#packed = packed;
    this.#engine = this.#start();
  }

  get taken(): number {
    return this.#source.taken;
  }

  async fill(window: Window, need: number): Promise<void> {
    while (this.#waiting.length === 0 && !this.#over) await this.#advance();
    if (this.#waiting.length === 0) {
      window.ended = true;
      return;
    }
    const room = window.room(need);
    let filled = 0;
    while (filled < room.length && this.#waiting.length > 0) {
      const first = this.#waiting[0];
      const part = first.subarray(0, room.length - filled);
      room.set(part, filled);
      filled += part.length;
      if (part.length === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(part.length);
    }
    window.end += filled;
    this.#waitingBytes -= filled;
    this.#given += filled;
  }

  close(): void {
    this.#over = true;
    this.#engine.destroy();
    this.#source.close();
    this.#wake?.();
  }

  #start(): Engine {
    const engine = engineFor(this.#compression);
    const wake = (): void => this.#wake?.();
    engine.on('data', (chunk: Uint8Array) => {
      const fresh = chunk.subarray(Math.min(this.#skip, chunk.length));
      this.#skip -= chunk.length - fresh.length;
      if (fresh.length > 0) {
        this.#waiting.push(fresh);
        this.#waitingBytes += fresh.length;
        if (this.#waitingBytes >= WAITING) engine.pause();
      }
      wake();
    });
    engine.on('error', (error) => {
      this.#error = error;
      wake();
    });
    engine.on('end', () => {
      this.#over = true;
      wake();
    });
    return engine;
  }

  /** One step: more input when the decompressor is idle, else waits until it did something. */
  async #advance(): Promise<void> {
    if (this.#error !== null) return this.#failed(this.#error);
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#engine.isPaused()) this.#engine.resume();
    if (!this.#writing) {
      this.#writing = true;
      const slice = await this.#nextSlice();
      if (slice === null) this.#engine.end();
      else this.#write(slice);
    }
    await woken;
    this.#wake = null;
  }

  #write(slice: Uint8Array): void {
    const engine = this.#engine;
    engine.write(slice, () => {
      if (engine !== this.#engine) return;
      this.#writing = false;
      this.#wake?.();
    });
  }

  async #nextSlice(): Promise<Uint8Array | null> {
    const packed = this.#packed;
    if (packed.length === 0 && !packed.ended) await this.#source.fill(packed, 1);
    if (packed.length === 0) return null;
    const coarse = this.#fineFrom - packed.position;
    const size = coarse > 0 ? Math.min(SLICE, coarse) : 1;
    const slice = packed.buffer.subarray(packed.start, Math.min(packed.start + size, packed.end));
    packed.start += slice.length;
    return slice;
  }

  #failed(error: Error): void {
    const used = this.#engine.bytesWritten;
    const first = this.#fineFrom === Number.POSITIVE_INFINITY;
    const cut = 'code' in error && error.code === 'Z_BUF_ERROR';
    if (!cut && first && this.#source.restart?.() === true) {
      this.#fineFrom = used;
      this.#skip = this.#given;
      this.#packed = new Window();
      this.#writing = false;
      this.#error = null;
      this.#engine = this.#start();
      return;
    }
    this.#over = true;
    const where = `${this.#compression} data`;
    if (this.#source.fault !== null) this.fault = this.#source.fault;
    else if (cut) {
      this.fault = { kind: 'cut', text: `the ${where} are cut off at byte ${this.#source.taken}` };
    } else {
      const text = `the ${where} are damaged near byte ${used} (${reason(error)})`;
      this.fault = { kind: 'damaged', text };
    }
  }
}
