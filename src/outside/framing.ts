/**
 * How daemon and plugin talk over their socket: frames of a length, a kind and a
 * payload. JSON and not V8's own format: that one's reader is not made for what
 * an enemy writes.
 *
 * | bytes | what                                    |
 * | ----- | --------------------------------------- |
 * | 4     | length of the payload, little-endian    |
 * | 1     | kind: 0 JSON, 1 rows of segments        |
 * | n     | payload                                 |
 */
export const KIND_JSON = 0;

const HEADER_BYTES = 5;

/** A plugin's frame; a batch of what it tells, or a part of what it remembers, is far below. */
export const FRAME_MOST = 4 * 1024 * 1024;

/** What was sent can't be a frame. */
export class FramingError extends Error {}

/** One frame. */
export function frame(kind: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length, true);
  bytes[4] = kind;
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** One frame of JSON. */
export function jsonFrame(message: unknown): Uint8Array {
  return frame(KIND_JSON, Buffer.from(JSON.stringify(message)));
}

/** Takes a stream apart into frames. */
export class Unframer {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  /** Of the frame that has begun; 0 before its length is known. */
  #wanted = 0;
  readonly #most: number;

  /** @param most bytes of a payload */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @returns the payloads that are complete by now
   * @throws FramingError at a length or kind that can't be
   */
  take(chunk: Uint8Array): Uint8Array[] {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    const payloads: Uint8Array[] = [];
    while (this.#bytes >= Math.max(this.#wanted, HEADER_BYTES)) {
      const bytes = this.#joined();
      const length = bytes.readUInt32LE(0);
      if (length > this.#most) throw new FramingError(`a message of ${length} bytes`);
      if (bytes[4] !== KIND_JSON) throw new FramingError(`a message of kind ${bytes[4]}`);
      this.#wanted = HEADER_BYTES + length;
      if (bytes.length < this.#wanted) break;
      payloads.push(bytes.subarray(HEADER_BYTES, this.#wanted));
      this.#parts = [bytes.subarray(this.#wanted)];
      this.#bytes -= this.#wanted;
      this.#wanted = 0;
    }
    return payloads;
  }

  #joined(): Buffer {
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }
}
