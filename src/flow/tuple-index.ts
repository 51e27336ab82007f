import type { Segment } from '../wire/segment.ts';
import { HashIndex } from './hash-index.ts';
import { CHAIN_LENGTH } from './rules.ts';
import * as S from './slots.ts';
import type { Slots } from './slots.ts';
import { V6 } from './state.ts';

/** Places of `byHash`, less one: 32 KiB. */
const PLACES = (1 << 14) - 1;

/**
 * Finds attempts by their 4-tuple, from either end. The hash index names the
 * newest attempt of each; a few older ones hang on it as a chain.
 */
export class TupleIndex {
  private readonly slots: Slots;
  private readonly index: HashIndex;
  /** Entries by the low bits of their hashes: most look-ups of a flood end here, in the nearer caches. */
  private readonly byHash = new Uint16Array(PLACES + 1);
  /** Keeps the fetches of `foresee` from being optimised away. */
  private foreseen = 0;

  constructor(slots: Slots) {
    this.slots = slots;
    this.index = new HashIndex((slot) => slots.words[slot * S.WORDS + S.HASH]);
  }

  /** Whether no attempt is of this hash: then `find` finds none. In doubt false. */
  lacks(hash: number): boolean {
    return this.byHash[hash & PLACES] === 0 || this.index.lacks(hash);
  }

  /** The newest attempt of a segment's 4-tuple, whichever end was the client, or -1. */
  find(hash: number, s: Segment): number {
    const { words } = this.slots;
    const forward = (s.srcPort << 16) | s.dstPort;
    const backward = (s.dstPort << 16) | s.srcPort;
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      const slot = this.index.slotAt(at);
      const w = slot * S.WORDS;
      if ((words[w + S.STATE] & V6) !== s.v6) continue;
      const ports = words[w + S.PORTS];
      const client = words[w + S.CLIENT];
      const server = words[w + S.SERVER];
      if (ports === forward && client === s.src0 && server === s.dst0) {
        if (s.v6 === 0 || this.sameRest(slot, s, S.CLIENT_REST, S.SERVER_REST)) return slot;
      }
      if (ports === backward && client === s.dst0 && server === s.src0) {
        if (s.v6 === 0 || this.sameRest(slot, s, S.SERVER_REST, S.CLIENT_REST)) return slot;
      }
    }
    return -1;
  }

  /** Whether the segment, known to be of the slot's 4-tuple, was sent by the slot's client. */
  sentByClient(slot: number, s: Segment): boolean {
    const { words } = this.slots;
    const w = slot * S.WORDS;
    if (words[w + S.PORTS] !== ((s.srcPort << 16) | s.dstPort)) return false;
    if (s.srcPort !== s.dstPort) return true;
    return (
      words[w + S.CLIENT] === s.src0 &&
      (s.v6 === 0 || this.sameRest(slot, s, S.CLIENT_REST, S.SERVER_REST))
    );
  }

  /** Whether both ends of the slot's 4-tuple are the same: a socket that connects to itself. */
  isSelf(slot: number): boolean {
    const { words, more } = this.slots;
    const w = slot * S.WORDS;
    const ports = words[w + S.PORTS];
    if (ports >>> 16 !== (ports & 0xffff) || words[w + S.CLIENT] !== words[w + S.SERVER])
      return false;
    if ((words[w + S.STATE] & V6) === 0) return true;
    const m = slot * S.MORE;
    const rest = S.SERVER_REST - S.CLIENT_REST;
    for (let i = m + S.CLIENT_REST; i < m + S.SERVER_REST; i++) {
      if (more[i] !== more[i + rest]) return false;
    }
    return true;
  }

  /** Compares the last three words of IPv6 addresses: source with `source`, destination with `destination`. */
  private sameRest(slot: number, s: Segment, source: number, destination: number): boolean {
    const { more } = this.slots;
    const m = slot * S.MORE;
    return (
      more[m + source] === s.src1 &&
      more[m + source + 1] === s.src2 &&
      more[m + source + 2] === s.src3 &&
      more[m + destination] === s.dst1 &&
      more[m + destination + 1] === s.dst2 &&
      more[m + destination + 2] === s.dst3
    );
  }

  /** The attempt of the same 4-tuple before this one, or -1. */
  older(slot: number): number {
    return this.slots.words[slot * S.WORDS + S.OLDER];
  }

  /** Fetches what look-ups of these hashes will need: many at a time cost little more than one. */
  foresee(hashes: Int32Array, count: number): void {
    this.foreseen ^= this.index.touch(hashes, count);
  }

  /** Makes the slot the newest of its 4-tuple; the index names only the newest. */
  add(slot: number, hash: number, head: number): void {
    const { words } = this.slots;
    const w = slot * S.WORDS;
    words[w + S.OLDER] = head;
    if (head < 0) {
      this.slots.setDepth(slot, 1);
      this.index.add(hash, slot);
      this.byHash[hash & PLACES]++;
      return;
    }
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      if (this.index.slotAt(at) === head) {
        this.index.setSlotAt(at, slot);
        break;
      }
    }
    const depth = this.slots.depth(head) + 1;
    this.slots.setDepth(slot, depth);
    if (depth > CHAIN_LENGTH) this.shorten(slot);
  }

  /** Lets answers reach the newest few of a 4-tuple only; the older ones run on by their timers. */
  private shorten(newest: number): void {
    const { words } = this.slots;
    let slot = newest;
    for (let depth = CHAIN_LENGTH - 1; depth > 0; depth--) {
      this.slots.setDepth(slot, depth);
      const older = this.older(slot);
      if (older < 0) return;
      if (depth === 1) words[slot * S.WORDS + S.OLDER] = -1;
      slot = older;
    }
  }

  remove(slot: number): void {
    const { words } = this.slots;
    const hash = words[slot * S.WORDS + S.HASH];
    const older = this.older(slot);
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      let newer = this.index.slotAt(at);
      if (newer === slot) {
        if (older >= 0) {
          this.index.setSlotAt(at, older);
        } else {
          this.index.removeAt(hash, at);
          this.byHash[hash & PLACES]--;
        }
        return;
      }
      for (let next = this.older(newer); next >= 0; next = this.older(newer)) {
        if (next === slot) {
          words[newer * S.WORDS + S.OLDER] = older;
          return;
        }
        newer = next;
      }
    }
  }
}
