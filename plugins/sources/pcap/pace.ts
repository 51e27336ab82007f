import { FrameBatch } from 'unackd';
import type { Source } from 'unackd';

/** Frames due within this many milliseconds go together; a timer is no finer. */
const GRAIN = 1;

/** Longest single wait, in milliseconds: a timer can't count past 2^31. */
const LONGEST_WAIT = 3_600_000;

/** Hands on another source's frames at the pace they were recorded, `speed` times as fast. */
export class PacedSource implements Source {
  readonly #inner: Source;
  readonly #speed: number;
  #held = new FrameBatch();
  #next = 0;
  /** First frame's time in microseconds, and the wall clock then in milliseconds. */
  #firstTime = Number.NaN;
  #startedAt = 0;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(inner: Source, speed: number) {
    this.#inner = inner;
    this.#speed = speed;
  }

  get interfaces(): Source['interfaces'] {
    return this.#inner.interfaces;
  }

  progress(): { done: number; total: number | null } {
    return this.#inner.progress?.() ?? { done: 0, total: null };
  }

  async read(batch: FrameBatch): Promise<boolean> {
    batch.count = 0;
    if (this.#held.capacity < batch.capacity && this.#next === this.#held.count) {
      this.#held = new FrameBatch(batch.capacity);
      this.#next = 0;
    }
    const held = this.#held;
    if (this.#next === held.count) {
      this.#next = 0;
      if (batch.nanos !== null) held.askNanos();
      const more = await this.#inner.read(held);
      if (held.count === 0) return more && !this.#closed;
    }
    await this.#untilDue(held.time[this.#next]);
    if (this.#closed) return false;
    this.#release(held, batch);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#inner.close?.();
  }

  /** Milliseconds from now until a frame of this time is due. */
  #delay(time: number): number {
    if (Number.isNaN(this.#firstTime)) {
      this.#firstTime = time;
      this.#startedAt = performance.now();
    }
    const due = this.#startedAt + (time - this.#firstTime) / 1000 / this.#speed;
    return due - performance.now();
  }

  async #untilDue(time: number): Promise<void> {
    for (let delay = this.#delay(time); delay > GRAIN && !this.#closed; delay = this.#delay(time)) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(delay, LONGEST_WAIT));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
  }

  #release(held: FrameBatch, batch: FrameBatch): void {
    batch.bytes = held.bytes;
    do {
      const { count } = batch;
      batch.offset[count] = held.offset[this.#next];
      batch.captured[count] = held.captured[this.#next];
      batch.wire[count] = held.wire[this.#next];
      batch.time[count] = held.time[this.#next];
      batch.iface[count] = held.iface[this.#next];
      if (batch.nanos !== null) batch.nanos[count] = held.nanos?.[this.#next] ?? 0;
      batch.count = count + 1;
      this.#next++;
    } while (
      this.#next < held.count &&
      batch.count < batch.capacity &&
      this.#delay(held.time[this.#next]) <= GRAIN
    );
  }
}
