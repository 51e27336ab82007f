import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { Evidence } from './evidence.ts';
import { HashIndex } from './hash-index.ts';
import {
  CHAIN_LENGTH,
  EVICTED_AT_ONCE,
  LONE_HOLD,
  LONE_SYN_UNANSWERED,
  TOMBSTONE_HOLD,
} from './rules.ts';
import * as S from './slots.ts';
import { Slots } from './slots.ts';
import { ESTABLISHED, EVICTED, FINAL, HAS_EVIDENCE, V6 } from './state.ts';
import { TimerWheel } from './timer-wheel.ts';

/** Places of `undecided`, a power of two: 32 KiB stay in a first-level cache. */
const UNDECIDED_PLACES = 1 << 13;

/** The same for both directions. */
function placeOf(ports: number): number {
  return (ports ^ (ports >>> 16)) & (UNDECIDED_PLACES - 1);
}

/** Attempts taken back from a full table. */
export interface Evictions {
  /** Lone SYNs, nothing ever came back: they go first. */
  lone: number;
  /** Attempts with more behind them, once no lone SYN was left. */
  held: number;
  /** When the table was full for the first time; NaN if never. */
  since: Micros;
}

/**
 * The bounded table of attempts: where they are kept, found, settled and
 * evicted. What a packet means for an attempt is decided in handshake.ts.
 */
export class AttemptTable {
  readonly slots: Slots;
  readonly timers: TimerWheel;
  readonly evictions: Evictions = { lone: 0, held: 0, since: Number.NaN };
  /**
   * How many undecided attempts there are by their ports: a bare ACK whose
   * entry is 0 concerns nobody, and most traffic is that.
   */
  private readonly undecided = new Int32Array(UNDECIDED_PLACES);

  /** The oldest lone SYN that was not yet looked at for being unanswered, or -1. */
  private unjudged = -1;
  /** When the next lone SYN is to be judged or settled. */
  /** Many slots are being freed: what is due next is looked up once, after that. */
  private evicts = false;
  private loneDue: Micros = Number.POSITIVE_INFINITY;
  private readonly index: HashIndex;
  /** Keeps the fetches of `foresee` from being optimised away. */
  private foreseen = 0;
  private readonly evicting = new Int32Array(EVICTED_AT_ONCE);
  private readonly evidence: (Evidence | undefined)[] = [];
  private readonly settled: (slot: number, at: Micros) => void;

  /**
   * @param capacity attempts at most
   * @param settled hears an attempt's last word; called once for each
   */
  constructor(capacity: number, settled: (slot: number, at: Micros) => void) {
    this.slots = new Slots(capacity);
    const { words } = this.slots;
    this.index = new HashIndex((slot) => words[slot * S.WORDS + S.HASH]);
    this.timers = new TimerWheel(capacity);
    this.settled = settled;
  }

  /** Whether any undecided attempt may have these ports (both in one word), in either direction. */
  concerns(ports: number): boolean {
    return this.undecided[placeOf(ports)] !== 0;
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

  /** Fetches what look-ups of these hashes will need: many at a time cost little more than one. */
  foresee(hashes: Int32Array, count: number): void {
    this.foreseen ^= this.index.touch(hashes, count);
  }

  /** The attempt of the same 4-tuple before this one, or -1. */
  older(slot: number): number {
    return this.slots.words[slot * S.WORDS + S.OLDER];
  }

  /** The last word on it was said. */
  isFinal(slot: number): boolean {
    return (this.slots.words[slot * S.WORDS + S.STATE] & FINAL) !== 0;
  }

  /** Takes a slot for the SYN in `s`; evicts one where the table is full. `head` is what `find` gave. */
  create(hash: number, s: Segment, head: number, now: Micros): number {
    if (this.slots.full) {
      this.evict(now);
      head = this.find(hash, s);
    }
    const slot = this.slots.take(S.LONE);
    if (this.unjudged < 0) this.unjudged = slot;
    const { words } = this.slots;
    const w = slot * S.WORDS;
    words[w + S.PORTS] = (s.srcPort << 16) | s.dstPort;
    words[w + S.ISN] = s.seq;
    words[w + S.STATE] = s.v6 === 0 ? 0 : V6;
    words[w + S.COUNTS] = 1;
    this.slots.setFirstSyn(slot, now);
    words[w + S.CLIENT] = s.src0;
    words[w + S.SERVER] = s.dst0;
    words[w + S.HASH] = hash;
    words[w + S.TTLS] = s.ttl;
    words[w + S.CLIENT_NEXT] = (s.seq + 1 + s.payload) | 0;
    words[w + S.OPTION_LAYOUT] = s.optionLayout;
    if (s.v6 !== 0) this.setRest(slot, s);
    this.chain(slot, hash, head);
    this.undecided[placeOf((s.srcPort << 16) | s.dstPort)]++;
    if (this.loneDue === Number.POSITIVE_INFINITY) this.scheduleLone();
    return slot;
  }

  private setRest(slot: number, s: Segment): void {
    const { more } = this.slots;
    const m = slot * S.MORE;
    more[m + S.CLIENT_REST] = s.src1;
    more[m + S.CLIENT_REST + 1] = s.src2;
    more[m + S.CLIENT_REST + 2] = s.src3;
    more[m + S.SERVER_REST] = s.dst1;
    more[m + S.SERVER_REST + 1] = s.dst2;
    more[m + S.SERVER_REST + 2] = s.dst3;
  }

  /** When `dueLone` has something to give, or the timers; the table's clock. */
  get nextDue(): Micros {
    return Math.min(this.loneDue, this.timers.nextDue);
  }

  /** When the next lone SYN falls due. */
  get nextLone(): Micros {
    return this.loneDue;
  }

  /**
   * The lone SYN that falls due next: lone SYNs fall due in the order in which
   * they came, so they need no timer. Take `judgeLone` or `settle` on it.
   */
  dueLone(): number {
    const first = this.slots.oldest(S.LONE);
    const { unjudged } = this;
    if (unjudged < 0) return first;
    return this.slots.firstSyn(unjudged) + LONE_SYN_UNANSWERED <=
      this.slots.firstSyn(first) + LONE_HOLD
      ? unjudged
      : first;
  }

  /** Whether this lone SYN, just due, is to be judged; else its time is over. */
  isUnjudged(slot: number): boolean {
    return slot === this.unjudged;
  }

  /** A lone SYN was judged: the next one's turn. */
  judged(slot: number): void {
    this.unjudged = this.slots.after(slot);
    this.scheduleLone();
  }

  /** More than a lone SYN: the slot's deadline is the timers' business from now on. */
  hold(slot: number): void {
    if (this.slots.queueOf(slot) !== S.LONE) return;
    this.leaveLone(slot);
    this.timers.reset(slot);
    this.slots.move(slot, S.HELD);
    this.scheduleLone();
  }

  /** The slot's evidence, made at first need. */
  evidenceOf(slot: number): Evidence {
    let found = this.evidence[slot];
    if (found === undefined) {
      found = new Evidence(this.slots.firstSyn(slot));
      this.evidence[slot] = found;
      this.slots.words[slot * S.WORDS + S.STATE] |= HAS_EVIDENCE;
    }
    return found;
  }

  evidenceIfAny(slot: number): Evidence | undefined {
    const any = (this.slots.words[slot * S.WORDS + S.STATE] & HAS_EVIDENCE) !== 0;
    return any ? this.evidence[slot] : undefined;
  }

  /** Says the last word. An established flow stays for a while to know late duplicates; others go. */
  settle(slot: number, at: Micros): void {
    const w = slot * S.WORDS;
    const { words } = this.slots;
    this.decided(slot);
    words[w + S.STATE] |= FINAL;
    this.settled(slot, at);
    const state = words[w + S.STATE];
    if ((state & HAS_EVIDENCE) !== 0) this.evidence[slot] = undefined;
    if ((state & ESTABLISHED) !== 0) {
      this.hold(slot);
      this.slots.move(slot, S.TOMB);
      this.timers.arm(slot, at + TOMBSTONE_HOLD, at);
    } else {
      this.free(slot);
    }
  }

  /** Gives the slot back, without a word. */
  free(slot: number): void {
    const lone = this.slots.queueOf(slot) === S.LONE;
    if (lone) this.leaveLone(slot);
    else this.timers.disarm(slot);
    this.unchain(slot);
    this.slots.release(slot);
    if (lone && !this.evicts) this.scheduleLone();
  }

  /** Hands over all that is open, oldest first, and forgets the rest. */
  drain(conclude: (slot: number) => void): void {
    const left: number[] = [];
    for (const queue of [S.LONE, S.HELD]) {
      for (let slot = this.slots.oldest(queue); slot >= 0; slot = this.slots.after(slot)) {
        left.push(slot);
      }
    }
    left.sort((a, b) => this.slots.firstSyn(a) - this.slots.firstSyn(b) || a - b);
    for (const slot of left) conclude(slot);
    for (let slot = this.slots.oldest(S.TOMB); slot >= 0; slot = this.slots.oldest(S.TOMB)) {
      this.free(slot);
    }
  }

  private leaveLone(slot: number): void {
    if (slot === this.unjudged) this.unjudged = this.slots.after(slot);
  }

  private scheduleLone(): void {
    const first = this.slots.oldest(S.LONE);
    let due = Number.POSITIVE_INFINITY;
    if (first >= 0) due = this.slots.firstSyn(first) + LONE_HOLD;
    if (this.unjudged >= 0) {
      due = Math.min(due, this.slots.firstSyn(this.unjudged) + LONE_SYN_UNANSWERED);
    }
    this.loneDue = due;
  }

  private decided(slot: number): void {
    this.undecided[placeOf(this.slots.words[slot * S.WORDS + S.PORTS])]--;
  }

  /** Makes room: tombs, else the oldest lone SYNs, else the oldest of all. */
  private evict(now: Micros): void {
    let queue = S.TOMB;
    if (this.slots.oldest(queue) < 0) queue = S.LONE;
    if (this.slots.oldest(queue) < 0) queue = S.HELD;
    if (queue !== S.TOMB && Number.isNaN(this.evictions.since)) this.evictions.since = now;
    const { words } = this.slots;
    let slot = this.slots.oldest(queue);
    let ahead = 0;
    for (; ahead < EVICTED_AT_ONCE && slot >= 0; ahead++) {
      this.evicting[ahead] = words[slot * S.WORDS + S.HASH];
      slot = this.slots.after(slot);
    }
    this.foresee(this.evicting, ahead);
    slot = this.slots.oldest(queue);
    this.evicts = true;
    for (let n = 0; n < EVICTED_AT_ONCE && slot >= 0; n++) {
      const next = this.slots.after(slot);
      if (queue === S.TOMB) {
        this.free(slot);
      } else {
        if (queue === S.LONE) this.evictions.lone++;
        else this.evictions.held++;
        words[slot * S.WORDS + S.STATE] |= EVICTED;
        this.settle(slot, now);
      }
      slot = next;
    }
    this.evicts = false;
    this.scheduleLone();
  }

  /** Makes the slot the newest of its 4-tuple; the index names only the newest. */
  private chain(slot: number, hash: number, head: number): void {
    const { words } = this.slots;
    const w = slot * S.WORDS;
    words[w + S.OLDER] = head;
    if (head < 0) {
      this.slots.setDepth(slot, 1);
      this.index.add(hash, slot);
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

  private unchain(slot: number): void {
    const { words } = this.slots;
    const hash = words[slot * S.WORDS + S.HASH];
    const older = this.older(slot);
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      let newer = this.index.slotAt(at);
      if (newer === slot) {
        if (older < 0) this.index.removeAt(hash, at);
        else this.index.setSlotAt(at, older);
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
