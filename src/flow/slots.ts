/**
 * The memory of attempts of which more than one SYN was seen (the others: see
 * lone-ring.ts): a fixed number of slots in typed arrays, one cache line
 * (`words`) and 64 bytes in `more` and `times`. Slot numbers are handed out in
 * an order that depends on the input alone, so that output never follows the
 * seeded hash.
 *
 * Each slot stands in one of two queues, oldest first, from which a full table
 * takes back: tombs (settled, remembered for late duplicates) and held.
 */
import type { Micros } from '../model/attempt.ts';
import { RETRIED } from './state.ts';
import type { Segment } from '../wire/segment.ts';
import { alignedFloat64, alignedInt32, asDoubles } from './memory.ts';

// `words` of a slot.
export const PORTS = 0; // client << 16 | server
export const ISN = 1;
export const STATE = 2; // see state.ts
export const COUNTS = 3; // SYNs in the low half, SYN-ACKs above (16 bits each)
export const FIRST_SYN = 2; // of 64 bits: words 4 and 5
export const CLIENT = 6; // first address word
export const SERVER = 7;
export const HASH = 8;
export const OLDER = 9; // the attempt of the same 4-tuple before this one, or -1
const QUEUE_NEXT = 10;
const QUEUE_PREVIOUS = 11;
const PLACE = 12; // queue | depth << 2
export const TTLS = 13; // client | server << 8, 0 where none was seen; | origin << 16
export const CLIENT_NEXT = 14; // its SYN, the data on it and a FIN end before this
export const OPTION_LAYOUT = 15;
export const WORDS = 16;
export const HALF_WORDS = WORDS / 2;

// `more` of a slot: set only where needed.
export const CLIENT_REST = 0; // IPv6: the other three address words
export const SERVER_REST = 3;
export const SERVER_ISN = 6;
export const SERVER_NEXT = 7; // what the server was seen to send ends before this
export const MORE = 8;

// `times` of a slot, microseconds of the table's clock: set only where needed.
const LAST_SYN = 0;
const ANSWERED = 1;
const WALL = 2;
const TIMES = 4;

export const TOMB = 0;
export const HELD = 1;

/** Slots to begin with; when they are used up, there are so many times as many. */
const SLOTS_LEAST = 1 << 12;
const GROWTH = 4;

/** In no queue, never handed out: for looking at a lone SYN as at any other attempt. */
export const SCRATCH = 0;

export class Slots {
  /** These arrays are replaced when they grow, which `take` may do. */
  words: Int32Array;
  more: Int32Array;
  private times: Float64Array;
  /** The same memory as `words`. */
  private doubles: Float64Array;
  /** Slots in use, tombs among them. */
  used = 0;

  private readonly most: number;
  private readonly heads = new Int32Array(2).fill(-1);
  private readonly tails = new Int32Array(2).fill(-1);
  /** Slots never used begin here. */
  private fresh = SCRATCH + 1;
  /** Freed slots, linked by QUEUE_NEXT. */
  private free = -1;

  /** @param capacity slots in use at most: the caller sees to it */
  constructor(capacity: number) {
    this.most = capacity + 1;
    const count = Math.min(SLOTS_LEAST, this.most);
    this.words = alignedInt32(count * WORDS);
    this.doubles = asDoubles(this.words);
    this.more = alignedInt32(count * MORE);
    this.times = alignedFloat64(count * TIMES);
  }

  /** A slot, its words and times zeroed or stale: the caller sets them all. */
  take(queue: number): number {
    let slot = this.free;
    if (slot >= 0) this.free = this.words[slot * WORDS + QUEUE_NEXT];
    else {
      slot = this.fresh++;
      if (slot * WORDS === this.words.length) this.grow();
    }
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
    if (this.queueOf(slot) === queue) return;
    this.unlink(slot);
    this.append(slot, queue);
  }

  queueOf(slot: number): number {
    return this.words[slot * WORDS + PLACE] & 3;
  }

  /** The slot that has stood longest in a queue, or -1. */
  oldest(queue: number): number {
    return this.heads[queue];
  }

  /** The slot after this one in its queue, or -1. */
  after(slot: number): number {
    return this.words[slot * WORDS + QUEUE_NEXT];
  }

  firstSyn(slot: number): Micros {
    return this.doubles[slot * HALF_WORDS + FIRST_SYN];
  }

  setFirstSyn(slot: number, time: Micros): void {
    this.doubles[slot * HALF_WORDS + FIRST_SYN] = time;
  }

  /** The newest SYN that was no capture duplicate. */
  lastSyn(slot: number): Micros {
    const retried = (this.words[slot * WORDS + STATE] & RETRIED) !== 0;
    return retried ? this.times[slot * TIMES + LAST_SYN] : this.firstSyn(slot);
  }

  setLastSyn(slot: number, time: Micros): void {
    this.times[slot * TIMES + LAST_SYN] = time;
  }

  /** The first SYN-ACK; to be asked only of an attempt that has one. */
  answered(slot: number): Micros {
    return this.times[slot * TIMES + ANSWERED];
  }

  setAnswered(slot: number, time: Micros): void {
    this.times[slot * TIMES + ANSWERED] = time;
  }

  /** Wall clock minus the table's clock at the first SYN; to be asked only where the clock was set back. */
  wall(slot: number): Micros {
    return this.times[slot * TIMES + WALL];
  }

  setWall(slot: number, difference: Micros): void {
    this.times[slot * TIMES + WALL] = difference;
  }

  /** Depth of the chain of attempts of one 4-tuple that hangs on OLDER: 1 to 15. */
  depth(slot: number): number {
    return (this.words[slot * WORDS + PLACE] >>> 2) & 15;
  }

  setDepth(slot: number, depth: number): void {
    const at = slot * WORDS + PLACE;
    this.words[at] = (this.words[at] & ~(15 << 2)) | (depth << 2);
  }

  /** The IPv6 addresses' other words, from the SYN itself. */
  setRest(slot: number, s: Segment): void {
    const { more } = this;
    const m = slot * MORE;
    more[m + CLIENT_REST] = s.src1;
    more[m + CLIENT_REST + 1] = s.src2;
    more[m + CLIENT_REST + 2] = s.src3;
    more[m + SERVER_REST] = s.dst1;
    more[m + SERVER_REST + 1] = s.dst2;
    more[m + SERVER_REST + 2] = s.dst3;
  }

  private append(slot: number, queue: number): void {
    const { words } = this;
    const at = slot * WORDS;
    const tail = this.tails[queue];
    words[at + PLACE] = (words[at + PLACE] & ~3) | queue;
    words[at + QUEUE_NEXT] = -1;
    words[at + QUEUE_PREVIOUS] = tail;
    if (tail < 0) this.heads[queue] = slot;
    else words[tail * WORDS + QUEUE_NEXT] = slot;
    this.tails[queue] = slot;
  }

  private unlink(slot: number): void {
    const { words } = this;
    const at = slot * WORDS;
    const queue = words[at + PLACE] & 3;
    const next = words[at + QUEUE_NEXT];
    const previous = words[at + QUEUE_PREVIOUS];
    if (previous < 0) this.heads[queue] = next;
    else words[previous * WORDS + QUEUE_NEXT] = next;
    if (next < 0) this.tails[queue] = previous;
    else words[next * WORDS + QUEUE_PREVIOUS] = previous;
  }

  private grow(): void {
    const { words, more, times } = this;
    const count = Math.min(this.fresh * GROWTH, this.most);
    this.words = alignedInt32(count * WORDS);
    this.words.set(words);
    this.doubles = asDoubles(this.words);
    this.more = alignedInt32(count * MORE);
    this.more.set(more);
    this.times = alignedFloat64(count * TIMES);
    this.times.set(times);
  }
}
