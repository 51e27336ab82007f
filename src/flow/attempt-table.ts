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
import { ESTABLISHED, EVICTED, FINAL, V6 } from './state.ts';
import { TimerWheel } from './timer-wheel.ts';

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
   * How many undecided attempts there are by sum of ports: a bare ACK whose
   * entry is 0 concerns nobody, and most traffic is that.
   */
  readonly undecided = new Int32Array(1 << 16);

  /** The oldest lone SYN that was not yet looked at for being unanswered, or -1. */
  private unjudged = -1;
  /** When the next lone SYN is to be judged or settled. */
  private loneDue: Micros = Number.POSITIVE_INFINITY;
  private readonly index: HashIndex;
  /** Keeps the fetches of `foresee` from being optimised away. */
  private foreseen = 0;
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

  /** The newest attempt of a segment's 4-tuple, whichever end was the client, or -1. */
  find(hash: number, s: Segment): number {
    const { words, addresses } = this.slots;
    const forward = (s.srcPort << 16) | s.dstPort;
    const backward = (s.dstPort << 16) | s.srcPort;
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      const slot = this.index.slotAt(at);
      const ports = words[slot * S.WORDS + S.PORTS];
      const a = slot * S.ADDRESS_WORDS;
      if (
        ports === forward &&
        addresses[a] === s.src0 &&
        addresses[a + 4] === s.dst0 &&
        addresses[a + 1] === s.src1 &&
        addresses[a + 2] === s.src2 &&
        addresses[a + 3] === s.src3 &&
        addresses[a + 5] === s.dst1 &&
        addresses[a + 6] === s.dst2 &&
        addresses[a + 7] === s.dst3
      ) {
        return slot;
      }
      if (
        ports === backward &&
        addresses[a] === s.dst0 &&
        addresses[a + 4] === s.src0 &&
        addresses[a + 1] === s.dst1 &&
        addresses[a + 2] === s.dst2 &&
        addresses[a + 3] === s.dst3 &&
        addresses[a + 5] === s.src1 &&
        addresses[a + 6] === s.src2 &&
        addresses[a + 7] === s.src3
      ) {
        return slot;
      }
    }
    return -1;
  }

  /** Whether the segment, known to be of the slot's 4-tuple, was sent by the slot's client. */
  sentByClient(slot: number, s: Segment): boolean {
    if (this.slots.words[slot * S.WORDS + S.PORTS] !== ((s.srcPort << 16) | s.dstPort))
      return false;
    if (s.srcPort !== s.dstPort) return true;
    const { addresses } = this.slots;
    const a = slot * S.ADDRESS_WORDS;
    return (
      addresses[a] === s.src0 &&
      addresses[a + 1] === s.src1 &&
      addresses[a + 2] === s.src2 &&
      addresses[a + 3] === s.src3
    );
  }

  /** Fetches what a look-up of this hash will need: many at a time cost little more than one. */
  foresee(hash: number): void {
    this.foreseen ^= this.index.touch(hash);
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
    const { words, addresses, times } = this.slots;
    const w = slot * S.WORDS;
    const a = slot * S.ADDRESS_WORDS;
    const t = slot * S.TIMES;
    words[w + S.PORTS] = (s.srcPort << 16) | s.dstPort;
    words[w + S.ISN] = s.seq;
    words[w + S.STATE] = s.v6 === 0 ? 0 : V6;
    words[w + S.COUNTS] = 1;
    words[w + S.SERVER_ISN] = 0;
    words[w + S.SERVER_NEXT] = 0;
    words[w + S.CLIENT_NEXT] = (s.seq + 1 + s.payload) | 0;
    words[w + S.HASH] = hash;
    words[w + S.TTLS] = s.ttl;
    words[w + S.OPTION_LAYOUT] = s.optionLayout;
    words[w + S.WINDOW] = (s.window << 16) | (s.mss & 0xffff);
    addresses[a] = s.src0;
    addresses[a + 4] = s.dst0;
    addresses[a + 1] = s.src1;
    addresses[a + 2] = s.src2;
    addresses[a + 3] = s.src3;
    addresses[a + 5] = s.dst1;
    addresses[a + 6] = s.dst2;
    addresses[a + 7] = s.dst3;
    times[t + S.FIRST_SYN] = now;
    times[t + S.LAST_SYN] = now;
    times[t + S.ANSWERED] = Number.NaN;
    this.timers.reset(slot);
    this.chain(slot, hash, head);
    this.undecided[(s.srcPort + s.dstPort) & 0xffff]++;
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
    return this.firstSyn(unjudged) + LONE_SYN_UNANSWERED <= this.firstSyn(first) + LONE_HOLD
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
    this.slots.move(slot, S.HELD);
    this.scheduleLone();
  }

  /** The slot's evidence, made at first need. */
  evidenceOf(slot: number): Evidence {
    let found = this.evidence[slot];
    if (found === undefined) {
      found = new Evidence(this.slots.times[slot * S.TIMES + S.FIRST_SYN]);
      this.evidence[slot] = found;
    }
    return found;
  }

  evidenceIfAny(slot: number): Evidence | undefined {
    return this.evidence[slot];
  }

  /** Says the last word. An established flow stays for a while to know late duplicates; others go. */
  settle(slot: number, at: Micros): void {
    const w = slot * S.WORDS;
    const { words } = this.slots;
    this.decided(slot);
    words[w + S.STATE] |= FINAL;
    this.settled(slot, at);
    this.evidence[slot] = undefined;
    if ((words[w + S.STATE] & ESTABLISHED) !== 0) {
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
    left.sort((a, b) => this.firstSyn(a) - this.firstSyn(b) || a - b);
    for (const slot of left) conclude(slot);
    for (let slot = this.slots.oldest(S.TOMB); slot >= 0; slot = this.slots.oldest(S.TOMB)) {
      this.free(slot);
    }
  }

  private firstSyn(slot: number): Micros {
    return this.slots.times[slot * S.TIMES + S.FIRST_SYN];
  }

  private leaveLone(slot: number): void {
    if (slot === this.unjudged) this.unjudged = this.slots.after(slot);
  }

  private scheduleLone(): void {
    const first = this.slots.oldest(S.LONE);
    let due = Number.POSITIVE_INFINITY;
    if (first >= 0) due = this.firstSyn(first) + LONE_HOLD;
    if (this.unjudged >= 0) {
      due = Math.min(due, this.firstSyn(this.unjudged) + LONE_SYN_UNANSWERED);
    }
    this.loneDue = due;
  }

  private decided(slot: number): void {
    const ports = this.slots.words[slot * S.WORDS + S.PORTS];
    this.undecided[((ports >>> 16) + (ports & 0xffff)) & 0xffff]--;
  }

  /** Makes room: tombs, else the oldest lone SYNs, else the oldest of all. */
  private evict(now: Micros): void {
    let queue = S.TOMB;
    if (this.slots.oldest(queue) < 0) queue = S.LONE;
    if (this.slots.oldest(queue) < 0) queue = S.HELD;
    if (queue !== S.TOMB && Number.isNaN(this.evictions.since)) this.evictions.since = now;
    const { words } = this.slots;
    let slot = this.slots.oldest(queue);
    for (let n = 0; n < EVICTED_AT_ONCE && slot >= 0; n++) {
      this.foresee(words[slot * S.WORDS + S.HASH]);
      slot = this.slots.after(slot);
    }
    slot = this.slots.oldest(queue);
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
  }

  /** Makes the slot the newest of its 4-tuple; the index names only the newest. */
  private chain(slot: number, hash: number, head: number): void {
    const { words } = this.slots;
    const w = slot * S.WORDS;
    words[w + S.OLDER] = head;
    if (head < 0) {
      words[w + S.DEPTH] = 1;
      this.index.add(hash, slot);
      return;
    }
    for (let at = this.index.first(hash); at >= 0; at = this.index.next(hash, at)) {
      if (this.index.slotAt(at) === head) {
        this.index.setSlotAt(at, slot);
        break;
      }
    }
    words[w + S.DEPTH] = words[head * S.WORDS + S.DEPTH] + 1;
    if (words[w + S.DEPTH] > CHAIN_LENGTH) this.shorten(slot);
  }

  /** Lets answers reach the newest few of a 4-tuple only; the older ones run on by their timers. */
  private shorten(newest: number): void {
    const { words } = this.slots;
    let slot = newest;
    for (let depth = CHAIN_LENGTH - 1; depth > 0; depth--) {
      words[slot * S.WORDS + S.DEPTH] = depth;
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
