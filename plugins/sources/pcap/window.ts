/** Bytes read at once. 1 MiB was best or near it on every file measured. */
export const CHUNK = 1 << 20;

/** The stretch of a capture that is in memory: `buffer[start..end)`. */
export class Window {
  buffer: Uint8Array;
  view: DataView;
  start = 0;
  end = 0;
  /** No byte follows `end`. */
  ended = false;
  /** Where `buffer[0]` lies in the capture. */
  #base = 0;

  constructor(size = CHUNK) {
    this.buffer = new Uint8Array(size);
    this.view = new DataView(this.buffer.buffer);
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Where `start` lies in the capture, in bytes. */
  get position(): number {
    return this.#base + this.start;
  }

  /** Bytes in all up to `end`. */
  get total(): number {
    return this.#base + this.end;
  }

  /** The free bytes behind `end`: at least one, and enough for `need` bytes from `start`. Moves what is there. */
  room(need: number): Uint8Array {
    if (this.start === this.end) this.#moveTo(this.buffer);
    else if (this.buffer.length - this.start < need || this.end === this.buffer.length) {
      const wanted = Math.max(need, this.length + 1);
      if (wanted <= this.buffer.length) this.#moveTo(this.buffer);
      else this.#moveTo(new Uint8Array(Math.max(wanted, 2 * this.buffer.length)));
    }
    return this.buffer.subarray(this.end);
  }

  #moveTo(buffer: Uint8Array): void {
    if (buffer === this.buffer) buffer.copyWithin(0, this.start, this.end);
    else buffer.set(this.buffer.subarray(this.start, this.end));
    if (buffer !== this.buffer) this.view = new DataView(buffer.buffer);
    this.buffer = buffer;
    this.#base += this.start;
    this.end -= this.start;
    this.start = 0;
  }
}
