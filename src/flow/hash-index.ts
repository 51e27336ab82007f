import { alignedInt32 } from './memory.ts';

/**
 * From a hash to slot numbers: buckets of eight 32-bit entries, so that a
 * look-up takes one cache line and, as it always looks at all eight, no
 * mispredicted branch. An entry is the hash's top eight bits over slot + 1; who
 * looks up compares the rest. What does not fit spills into the next buckets.
 * It doubles when half full.
 */
const BUCKET_BITS = 3;
const BUCKET = 1 << BUCKET_BITS;
const SLOT_BITS = 24;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
/** Where an entry was taken from a bucket that has spilled: keeps the bucket from looking as if it had not. */
const GRAVE = SLOT_MASK;

export class HashIndex {
  private entries: Int32Array;
  /** How many entries of each bucket lie in later ones; while any do, the bucket has no empty place. */
  private spilled: Uint16Array;
  private mask: number;
  private count = 0;
  /** Buckets that any entry lies away from its own, at most. */
  private furthest = 0;
  private readonly hashOf: (slot: number) => number;

  /**
   * @param hashOf gives the hash that a slot was added with
   * @param buckets to begin with, a power of two
   */
  constructor(hashOf: (slot: number) => number, buckets = 1 << 9) {
    this.hashOf = hashOf;
    this.entries = alignedInt32(buckets * BUCKET);
    this.spilled = new Uint16Array(buckets);
    this.mask = buckets - 1;
  }

  get size(): number {
    return this.count;
  }

  /**
   * Loads the buckets of some hashes into the cache, long before they are
   * looked up. The loop does nothing else, so that the misses overlap. What it
   * gives means nothing.
   */
  touch(hashes: Int32Array, count: number): number {
    const { entries, mask } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum ^= entries[(hashes[i] & mask) << BUCKET_BITS];
    return sum;
  }

  /**
   * Whether no entry is of this hash. In doubt false: no branch but the last
   * depends on the entries.
   */
  lacks(hash: number): boolean {
    const { entries } = this;
    const at = (hash & this.mask) << BUCKET_BITS;
    return (
      (entries[at + 7] |
        ((((entries[at] ^ hash) >>> SLOT_BITS) - 1) >>> 31) |
        ((((entries[at + 1] ^ hash) >>> SLOT_BITS) - 1) >>> 31) |
        ((((entries[at + 2] ^ hash) >>> SLOT_BITS) - 1) >>> 31) |
        ((((entries[at + 3] ^ hash) >>> SLOT_BITS) - 1) >>> 31) |
        ((((entries[at + 4] ^ hash) >>> SLOT_BITS) - 1) >>> 31) |
        ((((entries[at + 5] ^ hash) >>> SLOT_BITS) - 1) >>> 31) |
        ((((entries[at + 6] ^ hash) >>> SLOT_BITS) - 1) >>> 31)) ===
      0
    );
  }

  /** Position of the first entry that may be of this hash, or -1. */
  first(hash: number): number {
    const { entries } = this;
    const start = (hash & this.mask) << BUCKET_BITS;
    const tag = hash >>> SLOT_BITS;
    for (let i = 0; i < BUCKET; i++) {
      const entry = entries[start + i];
      if (entry >>> SLOT_BITS === tag && isSlot(entry)) return start + i;
    }
    return entries[start + BUCKET - 1] === 0 ? -1 : this.elsewhere(hash, 1);
  }

  /** Position of the next such entry after `position`, or -1. */
  next(hash: number, position: number): number {
    const { entries } = this;
    const home = hash & this.mask;
    const bucket = position >>> BUCKET_BITS;
    const tag = hash >>> SLOT_BITS;
    const away = (bucket - home) & this.mask;
    for (let at = position + 1; at < (bucket + 1) << BUCKET_BITS; at++) {
      const entry = entries[at];
      if (entry >>> SLOT_BITS === tag && this.mayBe(hash, away, entry)) return at;
    }
    return this.elsewhere(hash, away + 1);
  }

  slotAt(position: number): number {
    return (this.entries[position] & SLOT_MASK) - 1;
  }

  /** Puts another slot of the same hash in an entry's place. */
  setSlotAt(position: number, slot: number): void {
    this.entries[position] = (this.entries[position] & ~SLOT_MASK) | (slot + 1);
  }

  add(hash: number, slot: number): void {
    if (this.count >= (this.mask + 1) << (BUCKET_BITS - 1)) this.grow();
    this.count++;
    this.place(hash, slot);
  }

  /**
   * Takes the entry at a position out; positions found before are void. The
   * bucket's last place is emptied first: while that is empty, nothing has
   * spilled, and look-ups need not ask.
   */
  removeAt(hash: number, position: number): void {
    const { entries } = this;
    const bucket = position >>> BUCKET_BITS;
    const home = hash & this.mask;
    if (bucket !== home) this.spilled[home]--;
    this.count--;
    const last = (bucket << BUCKET_BITS) + BUCKET - 1;
    if (entries[last] !== 0 && this.spilled[bucket] > 0) {
      entries[position] = GRAVE;
      return;
    }
    entries[position] = entries[last] === GRAVE ? 0 : entries[last];
    entries[last] = 0;
  }

  /** Looks in the buckets after a hash's own, from `from` buckets away on. */
  private elsewhere(hash: number, from: number): number {
    const { entries, mask } = this;
    const home = hash & mask;
    if (this.spilled[home] === 0) return -1;
    const tag = hash >>> SLOT_BITS;
    for (let away = from; away <= this.furthest; away++) {
      const start = ((home + away) & mask) << BUCKET_BITS;
      for (let at = start; at < start + BUCKET; at++) {
        const entry = entries[at];
        if (entry >>> SLOT_BITS === tag && this.mayBe(hash, away, entry)) return at;
      }
    }
    return -1;
  }

  /** Away from home an entry with the same tag may belong to another bucket: its hash tells. */
  private mayBe(hash: number, away: number, entry: number): boolean {
    if (!isSlot(entry)) return false;
    return away === 0 || this.hashOf((entry & SLOT_MASK) - 1) === hash;
  }

  private place(hash: number, slot: number): void {
    const { entries, mask } = this;
    const home = hash & mask;
    for (let away = 0; ; away++) {
      const start = ((home + away) & mask) << BUCKET_BITS;
      for (let at = start; at < start + BUCKET; at++) {
        if (isSlot(entries[at])) continue;
        entries[at] = (hash & ~SLOT_MASK) | (slot + 1);
        if (away === 0) return;
        this.spilled[home]++;
        if (away > this.furthest) this.furthest = away;
        return;
      }
    }
  }

  private grow(): void {
    const old = this.entries;
    const buckets = (this.mask + 1) * 2;
    this.entries = alignedInt32(buckets * BUCKET);
    this.spilled = new Uint16Array(buckets);
    this.mask = buckets - 1;
    this.furthest = 0;
    for (const entry of old) {
      if (!isSlot(entry)) continue;
      const slot = (entry & SLOT_MASK) - 1;
      this.place(this.hashOf(slot), slot);
    }
  }
}

/** Neither empty nor a grave. */
function isSlot(entry: number): boolean {
  return entry !== 0 && entry !== GRAVE;
}
