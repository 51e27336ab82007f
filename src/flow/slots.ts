/**
 * The attempts' memory: a fixed number of slots in typed arrays, 64 bytes of
 * words, 32 of addresses and 32 of times each. Slot numbers are handed out in
 * an order that depends on the input alone, so that output never follows the
 * seeded hash.
 *
 * Each slot stands in one of three queues, oldest first, from which a full
 * table takes back: tombs (settled, remembered for late duplicates), lone SYNs
 * (nothing but one SYN), held (anything more).
 */

// Words of a slot.
export const PORTS = 0; // client << 16 | server
export const ISN = 1;
export const STATE = 2; // see state.ts
export const COUNTS = 3; // SYNs in the low half, SYN-ACKs above (16 bits each)
export const SERVER_ISN = 4;
export const SERVER_NEXT = 5; // what the server was seen to send ends before this
export const CLIENT_NEXT = 6; // what the client was seen to send ends before this
export const HASH = 7;
export const OLDER = 8; // the attempt of the same 4-tuple before this one, or -1
export const TTLS = 9; // client, server; 0 where none was seen
export const OPTION_LAYOUT = 10;
export const WINDOW = 11; // window << 16 | MSS
const QUEUE = 12;
const QUEUE_NEXT = 13;
const QUEUE_PREVIOUS = 14;
/** Depth of the chain of attempts of one 4-tuple that hangs on OLDER. */
export const DEPTH = 15;
export const WORDS = 16;

// Times of a slot, microseconds of the table's clock.
export const FIRST_SYN = 0;
export const LAST_SYN = 1;
/** First SYN-ACK that answered, or NaN. */
export const ANSWERED = 2;
/** Wall clock minus the table's clock at the first SYN: for printing. */
export const WALL = 3;
export const TIMES = 4;

/** Client's four address words, then the server's. */
export const ADDRESS_WORDS = 8;

export const TOMB = 0;
export const LONE = 1;
export const HELD = 2;

export class Slots {
  readonly capacity: number;
  readonly words: Int32Array;
  readonly addresses: Int32Array;
  readonly times: Float64Array;
  /** Slots in use, tombs among them. */
  used = 0;

  private readonly heads = new Int32Array(3).fill(-1);
  private readonly tails = new Int32Array(3).fill(-1);
  /** Slots never used begin here. */
  private fresh = 0;
  /** Freed slots, linked by QUEUE_NEXT. */
  private free = -1;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.words = new Int32Array(capacity * WORDS);
    this.addresses = new Int32Array(capacity * ADDRESS_WORDS);
    this.times = new Float64Array(capacity * TIMES);
  }

  get full(): boolean {
    return this.used === this.capacity;
  }

  /** A slot, its words and times zeroed or stale: the caller sets them all. */
  take(queue: number): number {
    let slot = this.free;
    if (slot >= 0) this.free = this.words[slot * WORDS + QUEUE_NEXT];
    else slot = this.fresh++;
    this.used++;
    this.append(slot, queue);
    return slot;
  }

  release(slot: number): void {
    this.unlink(slot);
    this.words[slot * WORDS + QUEUE_NEXT] = this.free;
    this.free = slot;
    this.used--;
  }

  move(slot: number, queue: number): void {
    if (this.words[slot * WORDS + QUEUE] === queue) return;
    this.unlink(slot);
    this.append(slot, queue);
  }

  queueOf(slot: number): number {
    return this.words[slot * WORDS + QUEUE];
  }

  /** The slot that has stood longest in a queue, or -1. */
  oldest(queue: number): number {
    return this.heads[queue];
  }

  /** The slot after this one in its queue, or -1. */
  after(slot: number): number {
    return this.words[slot * WORDS + QUEUE_NEXT];
  }

  private append(slot: number, queue: number): void {
    const { words } = this;
    const at = slot * WORDS;
    const tail = this.tails[queue];
    words[at + QUEUE] = queue;
    words[at + QUEUE_NEXT] = -1;
    words[at + QUEUE_PREVIOUS] = tail;
    if (tail < 0) this.heads[queue] = slot;
    else words[tail * WORDS + QUEUE_NEXT] = slot;
    this.tails[queue] = slot;
  }

  private unlink(slot: number): void {
    const { words } = this;
    const at = slot * WORDS;
    const queue = words[at + QUEUE];
    const next = words[at + QUEUE_NEXT];
    const previous = words[at + QUEUE_PREVIOUS];
    if (previous < 0) this.heads[queue] = next;
    else words[previous * WORDS + QUEUE_NEXT] = next;
    if (next < 0) this.tails[queue] = previous;
    else words[next * WORDS + QUEUE_PREVIOUS] = previous;
  }
}
