/**
 * How daemon and plugin talk over their socket: frames of a length, a kind and a
 * payload. JSON and not V8's own format: that one's reader is not made for what
 * an enemy writes.
 *
 * | bytes | what                                    |
 * | ----- | --------------------------------------- |
 * | 4     | length of the payload, little-endian    |
 * | 1     | kind: 0 JSON, 1 rows of segments,       |
 * |       | 2 bytes of a connection (`net/wire.ts`) |
 * | n     | payload                                 |
 */
export const KIND_JSON = 0;
/** See segment-rows.ts; the daemon alone sends them, before the batch that they belong to. */
export const KIND_ROWS = 1;
export const KIND_NET = 2;

const HEADER_BYTES = 5;

/** A plugin's frame; a batch of what it tells, or a part of what it remembers, is far below. */
export const FRAME_MOST = 4 * 1024 * 1024;

/** What was sent can't be a frame. */
export class FramingError extends Error {}

/** What stands before a payload of so many bytes. */
export function frameHeader(kind: number, length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes[4] = kind;
  return bytes;
}

/** One frame. */
export function frame(kind: number, payload: Uint8Array): Uint8Array {
  return Buffer.concat([frameHeader(kind, payload.length), payload]);
}

/** One frame of JSON. */
export function jsonFrame(message: unknown): Uint8Array {
  return frame(KIND_JSON, Buffer.from(JSON.stringify(message)));
}

/** A frame that is complete. The payload is a view of what was taken. */
export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** Takes a stream apart into frames. */
export class Unframer {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  /** Of the frame that has begun, with its header; without that, the header's. */
  #wanted = HEADER_BYTES;
  readonly #most: number;
  readonly #kinds: readonly number[];

  /**
   * @param most bytes of a payload
   * @param kinds what may come
   */
  constructor(most: number, kinds: readonly number[]) {
    this.#most = most;
    this.#kinds = kinds;
  }

  /**
   * @returns the frames that are complete by now
   * @throws FramingError at a length or kind that can't be
   */
  take(chunk: Uint8Array): Frame[] {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return [];
    const bytes = this.#joined();
    const frames: Frame[] = [];
    let at = 0;
    this.#wanted = HEADER_BYTES;
    while (bytes.length - at >= HEADER_BYTES) {
      const end = this.#endOf(bytes, at);
      if (bytes.length < end) {
        this.#wanted = end - at;
        break;
      }
      frames.push({ kind: bytes[at + 4], payload: bytes.subarray(at + HEADER_BYTES, end) });
      at = end;
    }
    this.#parts = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#bytes = bytes.length - at;
    return frames;
  }

  /** Joined once: a flood of small frames is not to cost more than its bytes. A single part is not copied. */
  #joined(): Buffer {
    const [first] = this.#parts;
    if (this.#parts.length > 1) return Buffer.concat(this.#parts);
    return Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  #endOf(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32LE(at);
    if (length > this.#most) throw new FramingError(`a message of ${length} bytes`);
    const kind = bytes[at + 4];
    if (!this.#kinds.includes(kind)) throw new FramingError(`a message of kind ${kind}`);
    return at + HEADER_BYTES + length;
  }
}
