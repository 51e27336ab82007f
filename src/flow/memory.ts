/**
 * Typed arrays whose elements stand on cache-line bounds: glibc's large blocks
 * begin 16 bytes into a page, and a slot that straddles two lines costs twice.
 * Elsewhere the shift does no harm.
 */
const LINE = 64;
const BLOCK_HEADER = 16;

function room(bytes: number): { buffer: ArrayBuffer; offset: number } {
  return { buffer: new ArrayBuffer(bytes + LINE), offset: LINE - BLOCK_HEADER };
}

/** Zeroed. */
export function alignedInt32(length: number): Int32Array {
  const { buffer, offset } = room(length * 4);
  return new Int32Array(buffer, offset, length);
}

/** Zeroed. */
export function alignedFloat64(length: number): Float64Array {
  const { buffer, offset } = room(length * 8);
  return new Float64Array(buffer, offset, length);
}

/** The same memory, eight bytes at a time. */
export function asDoubles(words: Int32Array): Float64Array {
  return new Float64Array(words.buffer, words.byteOffset, words.length / 2);
}
