/**
 * Lone SYNs: attempts of which nothing but one SYN was seen. They settle in the
 * order in which they came, so they stand in a ring: the oldest leave at the
 * tail, and none of them needs a timer. Whatever is heard of one takes it out
 * of here, into a slot of its own.
 *
 * A flood is nothing but these. So the way in looks at one bucket of the index,
 * with no branch that depends on it, and the way out at none: an entry names a
 * sequence number, and one before the tail is void.
 */
import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { FIRST_SYN, HALF_WORDS, INFO, LEFT, LoneLines, NOT_SHOWN, WORDS } from './lone-lines.ts';
import { alignedInt32 } from './memory.ts';
import { LONE_HOLD, LONE_SYN_UNANSWERED } from './rules.ts';

/** Sequence numbers are of so many bits; an entry of the index has the hash's top bits above. */
const SEQUENCE_BITS = 24;
const SEQUENCE = (1 << SEQUENCE_BITS) - 1;
/** Half of that, so that before the tail and after the head can be told apart. */
const LINES_MOST = 1 << (SEQUENCE_BITS - 1);
const LINES_LEAST = 1 << 12;
/** The ring grows so many times at once: lines move seldom. */
const GROWTH = 16;
/** Entries of a bucket, newest first: half a cache line. */
const BUCKET = 8;
const BUCKET_BITS = 3;
/** One line in 1000 finds its bucket full. */
const LINES_PER_BUCKET = 2;

/** Takes an attempt over that finds no place in the ring any more; `judged` as `judge` says. */
export type Evict = (lines: LoneLines, line: number, judged: boolean) => void;

export class LoneRing {
  lines: LoneLines;
  /** Lone SYNs in the ring. */
  live = 0;
  /** When the next falls due, on the table's clock. */
  due: Micros = Number.POSITIVE_INFINITY;

  private readonly linesMost: number;
  private readonly evict: Evict;
  private entries: Int32Array;
  /** Buckets less one. */
  private mask: number;
  /** Sequence number of the next line; begins so that empty entries are long void. */
  private head = LINES_MOST;
  /** Lines from the tail to the head, those that were left among them. */
  private count = 0;
  /** How many of them, from the tail on, were judged. */
  private judged = 0;
  /** What `oldest` gave, and the lines that it came by. */
  private listed = 0;
  private passed = 0;
  /** Keeps the fetches of `foresee` from being optimised away. */
  private foreseen = 0;

  /** @param capacity lone SYNs at most; twice as many lines, so that there is room for those that were left */
  constructor(capacity: number, evict: Evict) {
    this.evict = evict;
    this.linesMost = Math.min(LINES_MOST, 2 ** Math.ceil(Math.log2(capacity) + 1));
    this.lines = new LoneLines(Math.min(LINES_LEAST, this.linesMost));
    this.entries = indexFor(this.lines);
    this.mask = this.entries.length / BUCKET - 1;
  }

  /** Fetches what `enter` and `find` will look at for these hashes: many at a time cost little more than one. */
  foresee(hashes: Int32Array, count: number): void {
    const { entries, mask } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum ^= entries[(hashes[i] & mask) << BUCKET_BITS];
    this.foreseen ^= sum;
  }

  /** Whether the flow of an IPv4 SYN is here, from its words: as `find`. */
  holdsPlain(hash: number, ports: number, client: number, server: number): boolean {
    const { entries, lines } = this;
    const start = (hash & this.mask) << BUCKET_BITS;
    for (let at = start; at < start + BUCKET; at++) {
      const entry = entries[at];
      if ((entry ^ hash) >>> SEQUENCE_BITS !== 0 || !this.holds(entry)) continue;
      if (lines.isPlain(entry & (lines.count - 1), ports, client, server)) return true;
    }
    return false;
  }

  /** Whether a line may be of this hash. */
  mayHold(hash: number): boolean {
    const { entries } = this;
    const start = (hash & this.mask) << BUCKET_BITS;
    for (let at = start; at < start + BUCKET; at++) {
      const entry = entries[at];
      if ((entry ^ hash) >>> SEQUENCE_BITS === 0 && this.holds(entry)) return true;
    }
    return false;
  }

  /**
   * A line for a SYN; to be filled at once, then `entered`.
   * @param isNew its 4-tuple is known not to be here
   * @returns -1 where there is no place for it, or where its flow may be here
   */
  enter(hash: number, isNew: boolean): number {
    if (this.count === this.lines.count && !this.rebuild()) return -1;
    const { entries, head } = this;
    const at = (hash & this.mask) << BUCKET_BITS;
    const e0 = entries[at];
    const e1 = entries[at + 1];
    const e2 = entries[at + 2];
    const e3 = entries[at + 3];
    const e4 = entries[at + 4];
    const e5 = entries[at + 5];
    const e6 = entries[at + 6];
    const e7 = entries[at + 7];
    // Below zero as soon as one entry has no bits that differ from the hash's.
    const same =
      (((e0 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e1 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e2 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e3 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e4 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e5 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e6 ^ hash) >>> SEQUENCE_BITS) - 1) |
      (((e7 ^ hash) >>> SEQUENCE_BITS) - 1);
    if (same < 0 && !isNew && this.mayHold(hash)) return -1;
    if (this.holds(e7)) return -1;
    entries[at + 7] = e6;
    entries[at + 6] = e5;
    entries[at + 5] = e4;
    entries[at + 4] = e3;
    entries[at + 3] = e2;
    entries[at + 2] = e1;
    entries[at + 1] = e0;
    entries[at] = (hash & ~SEQUENCE) | head;
    this.head = (head + 1) & SEQUENCE;
    this.count++;
    this.live++;
    return head & (this.lines.count - 1);
  }

  entered(): void {
    if (this.judged === this.count - 1) this.schedule();
  }

  /** The line of a segment's 4-tuple, whichever end was the client, or -1. */
  find(hash: number, s: Segment): number {
    const { entries, lines } = this;
    const start = (hash & this.mask) << BUCKET_BITS;
    for (let at = start; at < start + BUCKET; at++) {
      const entry = entries[at];
      if ((entry ^ hash) >>> SEQUENCE_BITS !== 0 || !this.holds(entry)) continue;
      const line = entry & (lines.count - 1);
      if (lines.isOf(line, s)) return line;
    }
    return -1;
  }

  /** Whether a line was judged. */
  isJudged(line: number): boolean {
    return ((line - this.lineAt(0)) & (this.lines.count - 1)) < this.judged;
  }

  /** The line at the tail; how many from it on were judged. */
  get tail(): number {
    return this.lineAt(0);
  }

  get judgedCount(): number {
    return this.judged;
  }

  /** Whether silence has shown a line's SYN to be unanswered. */
  isShown(line: number): boolean {
    return this.isJudged(line) && (this.lines.info(line) & NOT_SHOWN) === 0;
  }

  /** A line's attempt goes elsewhere. */
  leave(line: number): void {
    this.lines.mark(line, LEFT);
    this.live--;
    this.schedule();
  }

  /** Whether the one that falls due next is to be judged: was it shown unanswered? Else its time is over. */
  get judgeNext(): boolean {
    return this.judged < this.count && this.judgeDue <= this.settleDue;
  }

  /** When the oldest is to be settled. */
  get settleDue(): Micros {
    if (this.count === 0) return Number.POSITIVE_INFINITY;
    return this.lines.firstSyn(this.lineAt(0)) + LONE_HOLD;
  }

  /**
   * Judges the next one.
   * @param silent silence shows something
   * @returns its line
   */
  judge(silent: boolean): number {
    const line = this.lineAt(this.judged++);
    if (!silent) this.lines.mark(line, NOT_SHOWN);
    this.schedule();
    return line;
  }

  /** Judges all that fall due up to `now`. */
  judgeUntil(now: Micros, silent: boolean): void {
    if (this.due > now) return;
    const { lines, count } = this;
    const { doubles } = lines;
    const mask = lines.count - 1;
    const first = this.head - count;
    const until = now - LONE_SYN_UNANSWERED;
    let { judged } = this;
    for (; judged < count; judged++) {
      const line = (first + judged) & mask;
      if (doubles[line * HALF_WORDS + FIRST_SYN] > until) break;
      if (!silent) lines.mark(line, NOT_SHOWN);
    }
    this.judged = judged;
    this.schedule();
  }

  /** Nothing more comes: judges each by its own time, also of those that stand behind later ones. */
  judgeRest(now: Micros, silent: boolean): void {
    const { lines } = this;
    for (; this.judged < this.count; this.judged++) {
      const line = this.lineAt(this.judged);
      if (!silent || lines.firstSyn(line) > now - LONE_SYN_UNANSWERED) lines.mark(line, NOT_SHOWN);
    }
    this.schedule();
  }

  /**
   * Lists the oldest, as many as `list` holds, whose SYN came no later than `until`.
   * To be followed by `leaveListed`.
   */
  oldest(list: Int32Array, until: Micros): number {
    const { lines, count } = this;
    const { words, doubles } = lines;
    const mask = lines.count - 1;
    const first = this.head - count;
    let listed = 0;
    let i = 0;
    for (; i < count && listed < list.length; i++) {
      const line = (first + i) & mask;
      if ((words[line * WORDS + INFO] & LEFT) !== 0) continue;
      if (doubles[line * HALF_WORDS + FIRST_SYN] > until) break;
      list[listed++] = line;
    }
    this.listed = listed;
    this.passed = i;
    return listed;
  }

  /** Lets go of all that was listed. */
  leaveListed(): void {
    const { passed } = this;
    this.live -= this.listed;
    this.count -= passed;
    this.judged = Math.max(0, this.judged - passed);
    this.schedule();
  }

  /** Line of the nth from the tail. */
  private lineAt(n: number): number {
    return (this.head - this.count + n) & (this.lines.count - 1);
  }

  /** Whether an entry's sequence number lies between tail and head. */
  private holds(entry: number): boolean {
    return ((this.head - entry - 1) & SEQUENCE) < this.count;
  }

  private get judgeDue(): Micros {
    return this.lines.firstSyn(this.lineAt(this.judged)) + LONE_SYN_UNANSWERED;
  }

  /** Passes over lines that were left, at the tail and where judging stands. */
  private schedule(): void {
    const { lines } = this;
    while (this.count > 0 && (lines.info(this.lineAt(0)) & LEFT) !== 0) {
      this.count--;
      if (this.judged > 0) this.judged--;
    }
    while (this.judged < this.count && (lines.info(this.lineAt(this.judged)) & LEFT) !== 0) {
      this.judged++;
    }
    let due = this.settleDue;
    if (this.judged < this.count) due = Math.min(due, this.judgeDue);
    this.due = due;
  }

  /**
   * Moves all lines together, into more memory where most of them are in use.
   * @returns false where that makes no room
   */
  private rebuild(): boolean {
    const { lines: old, live, count, judged } = this;
    const wanted = live > old.count / 2 ? Math.min(old.count * GROWTH, this.linesMost) : old.count;
    if (live >= wanted) return false;
    const first = this.head - count;
    this.lines = new LoneLines(wanted);
    this.entries = indexFor(this.lines);
    this.mask = this.entries.length / BUCKET - 1;
    this.head = LINES_MOST;
    this.count = 0;
    this.live = 0;
    this.judged = 0;
    for (let n = 0; n < count; n++) {
      const from = (first + n) & (old.count - 1);
      if ((old.info(from) & LEFT) !== 0) continue;
      const to = this.enter(old.hash(from), true);
      if (to < 0) this.evict(old, from, n < judged);
      else this.lines.copy(old, from, to);
      if (n < judged) this.judged = this.count;
    }
    this.schedule();
    return true;
  }
}

function indexFor(lines: LoneLines): Int32Array {
  return alignedInt32(Math.max(lines.count / LINES_PER_BUCKET, 1) * BUCKET);
}
