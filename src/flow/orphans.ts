import { KIND_ICMP, KIND_TCP, Segment, TCP_RST, TCP_SYN } from '../wire/segment.ts';
import { ORPHAN_ANSWER_WITHIN } from './rules.ts';

/**
 * Answers captured before their SYN (several queues, several interfaces) wait
 * here for it, some thousand at once: 10 ms of 100,000 handshakes a second
 * whose answers come by another interface. Of those that share a set the oldest
 * goes, so that backscatter only overwrites.
 */
const SETS = 1024;
const WAYS = 4;

export class Orphans {
  /** Answers that found no SYN. */
  count = 0;
  private readonly segments: (Segment | undefined)[] = Array.from({ length: SETS * WAYS });
  private readonly hashes = new Int32Array(SETS * WAYS);
  private readonly times = new Float64Array(SETS * WAYS).fill(Number.NEGATIVE_INFINITY);
  private newest = Number.NEGATIVE_INFINITY;
  /** Time of the answer that was taken last. */
  takenAt = Number.NaN;

  keep(hash: number, segment: Segment, time: number): void {
    const same = this.placeOf(hash);
    const place = same >= 0 ? same : this.oldest(hash);
    let kept = this.segments[place];
    // What follows a SYN-ACK undoes nothing; of its copies the first counts.
    if (same >= 0 && time - this.times[place] <= ORPHAN_ANSWER_WITHIN) {
      if (isSynAck(kept!) && (!isSynAck(segment) || segment.ack === kept!.ack)) return;
    }
    if (kept === undefined) {
      kept = new Segment();
      this.segments[place] = kept;
    }
    if (segment.kind === KIND_ICMP) copyIcmp(segment, kept);
    else copyTcp(segment, kept);
    this.hashes[place] = hash;
    this.times[place] = time;
    this.newest = Math.max(this.newest, time);
    this.count++;
  }

  /** Whether an answer may be kept for a flow: `take` knows. */
  mayHold(hash: number): boolean {
    return this.placeOf(hash) >= 0;
  }

  /** The answer kept for a flow not long before `now`, taken out; or undefined. */
  take(hash: number, now: number): Segment | undefined {
    if (now - this.newest > ORPHAN_ANSWER_WITHIN) return undefined;
    const place = this.placeOf(hash);
    if (place < 0) return undefined;
    const { times } = this;
    const waited = now - times[place];
    this.takenAt = times[place];
    times[place] = Number.NEGATIVE_INFINITY;
    return waited > ORPHAN_ANSWER_WITHIN ? undefined : this.segments[place];
  }

  /** Where an answer to this flow waits, or -1. */
  private placeOf(hash: number): number {
    const { hashes, times } = this;
    const from = firstOf(hash);
    for (let place = from; place < from + WAYS; place++) {
      if (hashes[place] === hash && times[place] > Number.NEGATIVE_INFINITY) return place;
    }
    return -1;
  }

  /** The place of its set that has waited longest, a free one before all. */
  private oldest(hash: number): number {
    const { times } = this;
    const from = firstOf(hash);
    let oldest = from;
    for (let place = from + 1; place < from + WAYS; place++) {
      if (times[place] < times[oldest]) oldest = place;
    }
    return oldest;
  }
}

function firstOf(hash: number): number {
  return (hash & (SETS - 1)) * WAYS;
}

function isSynAck(s: Segment): boolean {
  return s.kind === KIND_TCP && (s.flags & (TCP_SYN | TCP_RST)) === TCP_SYN;
}

/** The same of an ICMP error. */
function copyIcmp(from: Segment, to: Segment): void {
  copyAddresses(from, to);
  to.icmpType = from.icmpType;
  to.icmpCode = from.icmpCode;
  to.quotesTcp = from.quotesTcp;
  to.quotesSeq = from.quotesSeq;
  to.quoteSrc0 = from.quoteSrc0;
  to.quoteSrc1 = from.quoteSrc1;
  to.quoteSrc2 = from.quoteSrc2;
  to.quoteSrc3 = from.quoteSrc3;
  to.quoteDst0 = from.quoteDst0;
  to.quoteDst1 = from.quoteDst1;
  to.quoteDst2 = from.quoteDst2;
  to.quoteDst3 = from.quoteDst3;
  to.quoteSrcPort = from.quoteSrcPort;
  to.quoteDstPort = from.quoteDstPort;
  to.quoteSeq = from.quoteSeq;
}

/** What the rules read of an answer; cheaper than copying the whole view. */
function copyTcp(from: Segment, to: Segment): void {
  copyAddresses(from, to);
  to.srcPort = from.srcPort;
  to.dstPort = from.dstPort;
  to.seq = from.seq;
  to.ack = from.ack;
  to.flags = from.flags;
  to.window = from.window;
  to.payload = from.payload;
}

function copyAddresses(from: Segment, to: Segment): void {
  to.kind = from.kind;
  to.v6 = from.v6;
  to.src0 = from.src0;
  to.src1 = from.src1;
  to.src2 = from.src2;
  to.src3 = from.src3;
  to.dst0 = from.dst0;
  to.dst1 = from.dst1;
  to.dst2 = from.dst2;
  to.dst3 = from.dst3;
  to.ttl = from.ttl;
}
