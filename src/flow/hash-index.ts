/**
 * From a hash to a slot number: open addressing with linear probing, deletion
 * by shifting back (no grave markers, so floods do not wear it out). Entries
 * are pairs of (hash, slot + 1); it doubles when half full and never shrinks.
 */
export class HashIndex {
  private entries: Int32Array;
  private mask: number;
  private count = 0;

  /** @param capacity entries to begin with, a power of two */
  constructor(capacity = 1 << 12) {
    this.entries = new Int32Array(capacity * 2);
    this.mask = capacity - 1;
  }

  get size(): number {
    return this.count;
  }

  /** Position of the first entry with this hash, or -1. */
  first(hash: number): number {
    return this.seek(hash, hash & this.mask);
  }

  /** Position of the next entry with this hash after `position`, or -1. */
  next(hash: number, position: number): number {
    return this.seek(hash, (position + 1) & this.mask);
  }

  /** Loads the entry of a hash into the cache, long before it is looked up. What it gives means nothing. */
  touch(hash: number): number {
    return this.entries[(hash & this.mask) * 2];
  }

  slotAt(position: number): number {
    return this.entries[position * 2 + 1] - 1;
  }

  setSlotAt(position: number, slot: number): void {
    this.entries[position * 2 + 1] = slot + 1;
  }

  add(hash: number, slot: number): void {
    if (this.count * 2 >= this.mask) this.grow();
    this.place(hash, slot + 1);
    this.count++;
  }

  private seek(hash: number, from: number): number {
    const { entries, mask } = this;
    let at = from;
    for (;;) {
      const slot = entries[at * 2 + 1];
      if (slot === 0) return -1;
      if (entries[at * 2] === hash) return at;
      at = (at + 1) & mask;
    }
  }

  private place(hash: number, stored: number): void {
    const { entries, mask } = this;
    let at = hash & mask;
    while (entries[at * 2 + 1] !== 0) at = (at + 1) & mask;
    entries[at * 2] = hash;
    entries[at * 2 + 1] = stored;
  }

  /** Takes the entry at a position out; positions found before are void. */
  removeAt(position: number): void {
    const { entries, mask } = this;
    let hole = position;
    let at = position;
    for (;;) {
      at = (at + 1) & mask;
      if (entries[at * 2 + 1] === 0) break;
      const home = entries[at * 2] & mask;
      // An entry may move into the hole unless its home lies between the hole and itself.
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        entries[hole * 2] = entries[at * 2];
        entries[hole * 2 + 1] = entries[at * 2 + 1];
        hole = at;
      }
    }
    entries[hole * 2 + 1] = 0;
    this.count--;
  }

  private grow(): void {
    const old = this.entries;
    const capacity = (this.mask + 1) * 2;
    this.entries = new Int32Array(capacity * 2);
    this.mask = capacity - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) this.place(old[i], old[i + 1]);
    }
  }
}
