/**
 * Seeded randomness: xoshiro128** (Blackman and Vigna, 2018), seeded by
 * splitmix32 from a number or a text. The same seed gives the same numbers on
 * every machine.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  constructor(seed: string | number) {
    // FNV-1a over the text, so that 'a/1' and 'a/2' are unrelated streams.
    let mixed = 0x811c9dc5;
    for (const character of String(seed)) {
      mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193);
    }
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) | 0;
      let z = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.#state[i] = z ^ (z >>> 15);
    }
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const s = this.#state;
    const times5 = Math.imul(s[1], 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** 0 inclusive to 1 exclusive. */
  float(): number {
    return this.uint32() / 0x100000000;
  }

  /** `low` inclusive to `high` exclusive. */
  between(low: number, high: number): number {
    return low + this.float() * (high - low);
  }

  /** A whole number, 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor(this.float() * bound);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.float() < probability;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.float());
  }

  /** `sigma` is that of the logarithm. */
  lognormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.float()));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
}
