/**
 * Text of an address from its four words in network order: dotted quad, or
 * RFC 5952 (lower case, no leading zeros, the longest run of zero fields cut,
 * the first of equals, never a single one). IPv4-mapped addresses end in a
 * dotted quad (section 5).
 *
 * @param v6 0 for IPv4, whose address is `w0` alone; else IPv6
 */
export function formatAddress(v6: number, w0: number, w1: number, w2: number, w3: number): string {
  if (v6 === 0) return dottedQuad(w0);
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${dottedQuad(w3)}`;
  const fields = [w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]);
  const [from, length] = longestZeroRun(fields);
  if (length < 2) return hex(fields);
  return `${hex(fields.slice(0, from))}::${hex(fields.slice(from + length))}`;
}

/**
 * Texts made before, by their addresses: each reader of an attempt asks for the
 * same two, and the same hosts come again.
 */
const TEXTS_BITS = 10;
const words = new Int32Array(1 << TEXTS_BITS);
const texts: string[] = Array.from(words, () => '0.0.0.0');

function dottedQuad(word: number): string {
  // Multiplication spreads neighbours over the upper bits (Knuth, 6.4).
  const at = Math.imul(word, 0x9e37_79b1) >>> (32 - TEXTS_BITS);
  if (words[at] !== (word | 0)) {
    words[at] = word;
    texts[at] = quad(word);
  }
  return texts[at];
}

function quad(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function hex(fields: readonly number[]): string {
  return fields.map((field) => field.toString(16)).join(':');
}

/** Where the first of the longest runs of zeros begins, and its length. */
function longestZeroRun(fields: readonly number[]): [from: number, length: number] {
  let best: [number, number] = [0, 0];
  let from = 0;
  for (let i = 0; i < fields.length; i++) {
    if (fields[i] !== 0) from = i + 1;
    else if (i + 1 - from > best[1]) best = [from, i + 1 - from];
  }
  return best;
}
