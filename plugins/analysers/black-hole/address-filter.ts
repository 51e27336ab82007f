const INT_BITS = 32;

/** Bits for each address that is expected: one stranger in 32 is then taken for known. */
const BITS_EACH = 32;

/**
 * Addresses that may be known: never wrong about one that was added, seldom
 * about a stranger. A flood's are asked for hundreds of thousands of times a
 * second, and a look at one word costs a tenth of that into a Map.
 */
export class AddressFilter {
  readonly #words: Int32Array;
  readonly #shift: number;
  readonly #room: number;
  #added = 0;

  /** @param count addresses that it is made for */
  constructor(count: number) {
    const bits = Math.min(30, Math.max(10, Math.ceil(Math.log2(count * BITS_EACH))));
    this.#words = new Int32Array(2 ** bits / INT_BITS);
    this.#shift = INT_BITS - bits;
    this.#room = count;
  }

  /** As many were added as it is made for: more would make it take strangers for known. */
  get full(): boolean {
    return this.#added >= this.#room;
  }

  add(address: number): void {
    const bit = this.#bitOf(address);
    this.#words[bit >>> 5] |= 1 << (bit & 31);
    this.#added++;
  }

  mayHave(address: number): boolean {
    const bit = this.#bitOf(address);
    return (this.#words[bit >>> 5] & (1 << (bit & 31))) !== 0;
  }

  #bitOf(address: number): number {
    // Multiplication spreads neighbours over the upper bits (Knuth, 6.4).
    return Math.imul(address, 0x9e37_79b1) >>> this.#shift;
  }
}
