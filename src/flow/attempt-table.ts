import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { Evidence } from './evidence.ts';
import { EVICTED_AT_ONCE, LONE_HOLD, LONE_SYN_UNANSWERED, TOMBSTONE_HOLD } from './rules.ts';
import * as S from './slots.ts';
import { Slots } from './slots.ts';
import { ESTABLISHED, EVICTED, FINAL, HAS_EVIDENCE, V6 } from './state.ts';
import { TimerWheel } from './timer-wheel.ts';
import { TupleIndex } from './tuple-index.ts';

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
  /** Finds attempts by their 4-tuple. */
  readonly tuples: TupleIndex;
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
  private loneDue: Micros = Number.POSITIVE_INFINITY;
  /** Slots about to be evicted, and their hashes. */
  private readonly leaving = new Int32Array(EVICTED_AT_ONCE);
  private readonly hashes = new Int32Array(EVICTED_AT_ONCE);
  private readonly evidence: (Evidence | undefined)[] = [];
  private readonly settled: (slot: number, at: Micros) => void;

  /**
   * @param capacity attempts at most
   * @param settled hears an attempt's last word; called once for each
   */
  constructor(capacity: number, settled: (slot: number, at: Micros) => void) {
    this.slots = new Slots(capacity);
    this.tuples = new TupleIndex(this.slots);
    this.timers = new TimerWheel(capacity);
    this.settled = settled;
  }

  /** Whether any undecided attempt may have these ports (both in one word), in either direction. */
  concerns(ports: number): boolean {
    return this.undecided[placeOf(ports)] !== 0;
  }

  /** The last word on it was said. */
  isFinal(slot: number): boolean {
    return (this.slots.words[slot * S.WORDS + S.STATE] & FINAL) !== 0;
  }

  /** Takes a slot for the SYN in `s`; evicts one where the table is full. `head` is what `find` gave. */
  create(hash: number, s: Segment, head: number, now: Micros): number {
    if (this.slots.full) {
      this.evict(now);
      head = this.tuples.find(hash, s);
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
    if (s.v6 !== 0) this.slots.setRest(slot, s);
    this.tuples.add(slot, hash, head);
    this.undecided[placeOf((s.srcPort << 16) | s.dstPort)]++;
    if (this.loneDue === Number.POSITIVE_INFINITY) this.scheduleLone();
    return slot;
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
    this.tuples.remove(slot);
    this.slots.release(slot);
    if (lone) this.scheduleLone();
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
    const { words } = this.slots;
    let count = 0;
    let slot = this.slots.oldest(queue);
    for (; count < EVICTED_AT_ONCE && slot >= 0; count++) {
      this.leaving[count] = slot;
      this.hashes[count] = words[slot * S.WORDS + S.HASH];
      slot = this.slots.after(slot);
    }
    this.tuples.foresee(this.hashes, count);
    if (queue === S.TOMB) {
      for (let i = 0; i < count; i++) this.free(this.leaving[i]);
      return;
    }
    if (Number.isNaN(this.evictions.since)) this.evictions.since = now;
    if (queue === S.LONE) {
      this.evictLone(count, slot, now);
      return;
    }
    this.evictions.held += count;
    for (let i = 0; i < count; i++) {
      words[this.leaving[i] * S.WORDS + S.STATE] |= EVICTED;
      this.settle(this.leaving[i], now);
    }
  }

  /** The short way of a flood: the oldest lone SYNs, listed in `leaving`, up to `next`. */
  private evictLone(count: number, next: number, now: Micros): void {
    const { words } = this.slots;
    this.evictions.lone += count;
    for (let i = 0; i < count; i++) {
      const slot = this.leaving[i];
      if (slot === this.unjudged) this.unjudged = next;
      const state = words[slot * S.WORDS + S.STATE] | EVICTED | FINAL;
      words[slot * S.WORDS + S.STATE] = state;
      this.decided(slot);
      this.settled(slot, now);
      if ((state & HAS_EVIDENCE) !== 0) this.evidence[slot] = undefined;
      this.tuples.remove(slot);
    }
    this.slots.releaseOldest(S.LONE, this.leaving, count);
    this.scheduleLone();
  }
}
