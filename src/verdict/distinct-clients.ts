/**
 * Counts distinct client addresses: exactly up to 10,000, then by HyperLogLog
 * (Flajolet et al. 2007; 2^12 registers, standard error 1.6 %). Its hash is not
 * seeded: the same capture gives the same estimate.
 */
const EXACT_MOST = 10_000;
const REGISTER_BITS = 12;
const REGISTERS = 1 << REGISTER_BITS;

function hashWords(w0: number, w1: number, w2: number, w3: number): number {
  let h = Math.imul(w0 ^ 0x2545f491, 0x9e3779b1);
  h = Math.imul((h ^ (h >>> 15)) + w1, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 13)) + w2, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 16)) + w3, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
}

export class DistinctClients {
  /** Address words per entry: 1 for IPv4, 4 for IPv6. */
  private readonly width: number;
  private exact = 0;
  /** Open addressing; an all-zero entry is empty (0.0.0.0 and :: are counted apart). */
  private table: Int32Array;
  private zero = 0;
  private registers: Uint8Array | undefined;

  constructor(v6: boolean) {
    this.width = v6 ? 4 : 1;
    this.table = new Int32Array(8 * this.width);
  }

  /**
   * @param w0 the address's words in network order; IPv4 has the first only, the others are 0
   * @returns whether it was there for certain: an estimate can't tell
   */
  add(w0: number, w1: number, w2: number, w3: number): boolean {
    const hash = hashWords(w0, w1, w2, w3);
    if (this.registers === undefined) return this.addExact(hash, w0, w1, w2, w3);
    this.estimateOf(this.registers, hash);
    return false;
  }

  /** The count; an integer, estimated above 10,000. */
  get count(): number {
    const { registers } = this;
    if (registers === undefined) return this.exact + this.zero;
    let sum = 0;
    let empty = 0;
    for (const rank of registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    if (raw <= 2.5 * REGISTERS && empty > 0) {
      return Math.round(REGISTERS * Math.log(REGISTERS / empty));
    }
    const range = 2 ** 32;
    return Math.round(raw <= range / 30 ? raw : -range * Math.log(1 - raw / range));
  }

  private addExact(hash: number, w0: number, w1: number, w2: number, w3: number): boolean {
    if ((w0 | w1 | w2 | w3) === 0) {
      const was = this.zero === 1;
      this.zero = 1;
      return was;
    }
    const { table, width } = this;
    const mask = table.length / width - 1;
    let at = (hash & mask) * width;
    while (!this.isEmpty(at)) {
      if (
        table[at] === w0 &&
        (width === 1 || (table[at + 1] === w1 && table[at + 2] === w2 && table[at + 3] === w3))
      ) {
        return true;
      }
      at += width;
      if (at === table.length) at = 0;
    }
    table[at] = w0;
    if (width === 4) {
      table[at + 1] = w1;
      table[at + 2] = w2;
      table[at + 3] = w3;
    }
    this.exact++;
    if (this.exact > EXACT_MOST) this.toEstimate();
    else if (this.exact * 2 > mask) this.grow();
    return false;
  }

  private isEmpty(at: number): boolean {
    const { table } = this;
    if (table[at] !== 0) return false;
    return this.width === 1 || (table[at + 1] | table[at + 2] | table[at + 3]) === 0;
  }

  private *entries(): Generator<[number, number, number, number]> {
    const { table, width } = this;
    for (let at = 0; at < table.length; at += width) {
      if (this.isEmpty(at)) continue;
      yield width === 1
        ? [table[at], 0, 0, 0]
        : [table[at], table[at + 1], table[at + 2], table[at + 3]];
    }
  }

  private grow(): void {
    const old = [...this.entries()];
    this.table = new Int32Array(this.table.length * 4);
    this.exact = 0;
    for (const words of old) this.addExact(hashWords(...words), ...words);
  }

  private toEstimate(): void {
    const registers = new Uint8Array(REGISTERS);
    for (const words of this.entries()) this.estimateOf(registers, hashWords(...words));
    this.registers = registers;
    this.table = new Int32Array(0);
  }

  private estimateOf(registers: Uint8Array, hash: number): void {
    const place = hash & (REGISTERS - 1);
    const rank = Math.clz32((hash >>> REGISTER_BITS) | 0) - REGISTER_BITS + 1;
    if (rank > registers[place]) registers[place] = rank;
  }
}
