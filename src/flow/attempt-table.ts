import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { spanOf } from '../wire/segment.ts';
import { Evidence } from './evidence.ts';
import * as L from './lone-lines.ts';
import type { LoneLines } from './lone-lines.ts';
import { LoneRing } from './lone-ring.ts';
import { EVICTED_AT_ONCE, LONE_HOLD, LONE_SYN_UNANSWERED, TOMBSTONE_HOLD } from './rules.ts';
import * as S from './slots.ts';
import { Slots } from './slots.ts';
import { ESTABLISHED, FINAL, HAS_EVIDENCE, UNANSWERED, V6 } from './state.ts';
import { TimerWheel } from './timer-wheel.ts';
import { TupleIndex } from './tuple-index.ts';
import { Undecided } from './undecided.ts';

/** Attempts taken back from a full table. */
export interface Evictions {
  /** Lone SYNs, nothing ever came back: they go first. */
  lone: number;
  /** Attempts with more behind them, once no lone SYN was left. */
  held: number;
  /** When the table was full for the first time; NaN if never. */
  since: Micros;
}

/** Hears attempts' last words, once for each: they are forgotten after the call. */
export interface Settled {
  one(slot: number, at: Micros): void;
  /** Several lone SYNs at a time, oldest first: `count` lines of the ring. */
  lone(ring: LoneRing, lines: Int32Array, count: number, at: Micros): void;
}

/** What a line of the ring has room for; IP has room for less, and only a frame with a made-up length claims more. */
const SPAN_MOST = 0xffff;

/** Sequence numbers behind a SYN's own. */
function synSpan(s: Segment): number {
  return Math.min(spanOf(s), SPAN_MOST);
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
  /** Those of which nothing but one SYN was seen. The others have slots. */
  readonly lone: LoneRing;
  /** Index of the source whose segments come now. */
  origin = 0;
  readonly evictions: Evictions = { lone: 0, held: 0, since: Number.NaN };
  /** What a bare ACK is held against before anything else. */
  readonly undecided = new Undecided();

  readonly capacity: number;
  /** Lines about to be evicted, or the one to be settled. */
  private readonly leaving = new Int32Array(EVICTED_AT_ONCE);
  private readonly oldest = new Int32Array(1);
  private readonly time = new Float64Array(1);
  private readonly evidence: (Evidence | undefined)[] = [];
  private readonly settled: Settled;

  /**
   * @param capacity attempts at most
   * @param settled hears attempts' last words
   */
  constructor(capacity: number, settled: Settled) {
    this.capacity = capacity;
    this.slots = new Slots(capacity);
    this.tuples = new TupleIndex(this.slots);
    this.timers = new TimerWheel();
    this.lone = new LoneRing(capacity, (lines, line, judged) => this.adopt(lines, line, judged));
    this.settled = settled;
  }

  /** The last word on it was said. */
  isFinal(slot: number): boolean {
    return (this.slots.words[slot * S.WORDS + S.STATE] & FINAL) !== 0;
  }

  /** Attempts kept, settled ones that are remembered among them. */
  get used(): number {
    return this.slots.used + this.lone.live;
  }

  /** No attempt more can be kept: make room. */
  get full(): boolean {
    return this.used >= this.capacity;
  }

  /** Fetches what look-ups of these hashes will need: many at a time cost little more than one. */
  foresee(hashes: Int32Array, count: number): void {
    this.tuples.foresee(hashes, count);
    this.lone.foresee(hashes, count);
  }

  /** The newest attempt of a segment's 4-tuple, whichever end was the client, or -1. A lone SYN gets a slot. */
  find(hash: number, s: Segment): number {
    const slot = this.tuples.find(hash, s);
    if (slot >= 0) return slot;
    const line = this.lone.find(hash, s);
    if (line < 0) return -1;
    const adopted = this.adopt(this.lone.lines, line, this.lone.isJudged(line));
    this.lone.leave(line);
    return adopted;
  }

  /**
   * Keeps the SYN in `s`, of a 4-tuple that is not known, at its own time. The caller sees to room.
   * @returns its line in the ring, or -1 where that has no place for it
   */
  open(hash: number, s: Segment, now: Micros): number {
    const ports = (s.srcPort << 16) | s.dstPort;
    const info = s.ttl | (synSpan(s) << 8);
    this.time[0] = now;
    const line = this.openPlain(
      hash,
      true,
      ports,
      s.seq,
      info,
      s.optionLayout,
      s.src0,
      s.dst0,
      this.time,
      0,
    );
    if (line >= 0 && s.v6 !== 0) this.lone.lines.fillRest(line, s);
    return line;
  }

  /** The same, of IPv4, from what the SYN says (see LoneLines.fill); -1 also where its 4-tuple may be known, unless `isNew`. */
  openPlain(
    hash: number,
    isNew: boolean,
    ports: number,
    isn: number,
    info: number,
    options: number,
    client: number,
    server: number,
    times: Float64Array,
    n: number,
  ): number {
    const { lone } = this;
    const line = lone.enter(hash, isNew);
    if (line < 0) return -1;
    const from = this.origin << L.ORIGIN_SHIFT;
    lone.lines.fill(line, ports, isn, info | from, options, client, server, times, n);
    lone.entered();
    this.undecided.add(ports);
    return line;
  }

  /** Takes a slot for the SYN in `s`. The caller sees to room. `head` is what `find` gave. */
  create(hash: number, s: Segment, head: number, now: Micros): number {
    const slot = this.slots.take(S.HELD);
    const { words } = this.slots;
    const w = slot * S.WORDS;
    const ports = (s.srcPort << 16) | s.dstPort;
    words[w + S.PORTS] = ports;
    words[w + S.ISN] = s.seq;
    words[w + S.STATE] = s.v6 === 0 ? 0 : V6;
    words[w + S.COUNTS] = 1;
    this.slots.setFirstSyn(slot, now);
    words[w + S.CLIENT] = s.src0;
    words[w + S.SERVER] = s.dst0;
    words[w + S.HASH] = hash;
    words[w + S.TTLS] = s.ttl | (this.origin << 16);
    words[w + S.CLIENT_NEXT] = (s.seq + 1 + synSpan(s)) | 0;
    words[w + S.OPTION_LAYOUT] = s.optionLayout;
    if (s.v6 !== 0) this.slots.setRest(slot, s);
    this.tuples.add(slot, hash, head);
    this.undecided.add(ports);
    this.timers.reset(slot);
    this.timers.arm(slot, now + LONE_SYN_UNANSWERED, now);
    return slot;
  }

  /** Shows a lone SYN of the ring as a slot, until the next one is shown. */
  show(line: number): number {
    this.copy(this.lone.lines, line, this.lone.isShown(line), S.SCRATCH);
    return S.SCRATCH;
  }

  /** When a lone SYN falls due, or the timers; the table's clock. */
  get nextDue(): Micros {
    return Math.min(this.lone.due, this.timers.nextDue);
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
    this.settled.one(slot, at);
    const state = words[w + S.STATE];
    if ((state & HAS_EVIDENCE) !== 0) this.evidence[slot] = undefined;
    if ((state & ESTABLISHED) !== 0) {
      this.slots.move(slot, S.TOMB);
      this.timers.arm(slot, at + TOMBSTONE_HOLD, at);
    } else {
      this.free(slot);
    }
  }

  /** Gives the slot back, without a word. */
  free(slot: number): void {
    this.timers.disarm(slot);
    this.tuples.remove(slot);
    this.slots.release(slot);
  }

  /** The oldest lone SYN gets its last word. */
  settleLone(at: Micros): void {
    this.settleLones(this.oldest, Number.POSITIVE_INFINITY, at);
  }

  /** Makes room: tombs, else the oldest lone SYNs, else the oldest of all. */
  makeRoom(now: Micros): void {
    if (this.slots.oldest(S.TOMB) >= 0) {
      for (let i = 0; i < EVICTED_AT_ONCE; i++) {
        const slot = this.slots.oldest(S.TOMB);
        if (slot < 0) return;
        this.free(slot);
      }
      return;
    }
    const { evictions, slots, lone } = this;
    if (Number.isNaN(evictions.since)) evictions.since = now;
    if (lone.live > 0) {
      evictions.lone += this.settleLones(this.leaving, Number.POSITIVE_INFINITY, now);
      return;
    }
    for (let i = 0; i < EVICTED_AT_ONCE; i++) {
      const slot = slots.oldest(S.HELD);
      if (slot < 0) return;
      evictions.held++;
      this.settle(slot, now);
    }
  }

  /** Hands over all that is open, oldest first, and forgets it. */
  drain(conclude: (slot: number) => void, at: Micros): void {
    const held: number[] = [];
    for (let slot = this.slots.oldest(S.HELD); slot >= 0; slot = this.slots.after(slot)) {
      held.push(slot);
    }
    held.sort((a, b) => this.slots.firstSyn(a) - this.slots.firstSyn(b) || a - b);
    for (const slot of held) {
      this.drainLone(this.slots.firstSyn(slot), at);
      conclude(slot);
    }
    this.drainLone(Number.POSITIVE_INFINITY, at);
    for (let slot = this.slots.oldest(S.TOMB); slot >= 0; slot = this.slots.oldest(S.TOMB)) {
      this.free(slot);
    }
  }

  /** Last words on all lone SYNs that came up to a time. */
  private drainLone(until: Micros, at: Micros): void {
    while (this.settleLones(this.leaving, until, at) > 0);
  }

  /**
   * Last words on the oldest lone SYNs that came up to a time, as many as `lines` holds.
   * @returns how many
   */
  private settleLones(lines: Int32Array, until: Micros, at: Micros): number {
    const { lone, undecided } = this;
    const { words } = lone.lines;
    const count = lone.oldest(lines, until);
    for (let i = 0; i < count; i++) undecided.remove(words[lines[i] * L.WORDS + L.PORTS]);
    if (count > 0) this.settled.lone(lone, lines, count, at);
    lone.leaveListed();
    return count;
  }

  /** A slot for a lone SYN that stands in the ring: it may have more behind it from now on. */
  private adopt(lines: LoneLines, line: number, judged: boolean): number {
    const slot = this.slots.take(S.HELD);
    const shown = judged && (lines.info(line) & L.NOT_SHOWN) === 0;
    this.copy(lines, line, shown, slot);
    this.tuples.add(slot, this.slots.words[slot * S.WORDS + S.HASH], -1);
    this.timers.reset(slot);
    const first = lines.firstSyn(line);
    this.timers.arm(slot, first + (judged ? LONE_HOLD : LONE_SYN_UNANSWERED), first);
    return slot;
  }

  private copy(lines: LoneLines, line: number, shown: boolean, slot: number): void {
    const { words, more } = this.slots;
    const w = slot * S.WORDS;
    const l = line * L.WORDS;
    const from = lines.words;
    const info = from[l + L.INFO];
    words[w + S.PORTS] = from[l + L.PORTS];
    words[w + S.ISN] = from[l + L.ISN];
    words[w + S.STATE] = ((info & L.IS_V6) === 0 ? 0 : V6) | (shown ? UNANSWERED : 0);
    words[w + S.COUNTS] = 1;
    this.slots.setFirstSyn(slot, lines.firstSyn(line));
    words[w + S.CLIENT] = from[l + L.CLIENT];
    words[w + S.SERVER] = from[l + L.SERVER];
    words[w + S.HASH] = lines.hash(line);
    words[w + S.TTLS] = (info & 0xff) | ((info >>> L.ORIGIN_SHIFT) << 16);
    words[w + S.CLIENT_NEXT] = (from[l + L.ISN] + 1 + ((info >>> 8) & 0xffff)) | 0;
    words[w + S.OPTION_LAYOUT] = from[l + L.OPTIONS];
    if ((info & L.IS_V6) === 0) return;
    for (let i = 0; i < L.REST; i++) {
      more[slot * S.MORE + S.CLIENT_REST + i] = lines.rest[line * L.REST + i];
    }
  }

  private decided(slot: number): void {
    this.undecided.remove(this.slots.words[slot * S.WORDS + S.PORTS]);
  }
}
