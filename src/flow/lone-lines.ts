/**
 * The memory of lone SYNs: 32 bytes each, two to a cache line, as a flood is
 * made of them. IPv6 needs 24 bytes more.
 */
import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import { hashEnds, hashPlain } from './hash.ts';
import { alignedInt32, asDoubles } from './memory.ts';

// Words of a line.
export const WORDS = 8;
export const PORTS = 0; // client << 16 | server
export const ISN = 1;
export const INFO = 2; // TTL | payload's length << 8 | flags | origin << 27
export const OPTIONS = 3; // layout
export const FIRST_SYN = 2; // of 64 bits: words 4 and 5
export const HALF_WORDS = WORDS / 2;
export const CLIENT = 6; // first address word
export const SERVER = 7;

/** Words of `rest`: three more of the client's address, then of the server's. */
export const REST = 6;

// Flags in INFO.
export const IS_V6 = 1 << 24;
/** The attempt is elsewhere now. */
export const LEFT = 1 << 25;
/** When silence could have shown the SYN unanswered, the capture was known to miss packets. */
export const NOT_SHOWN = 1 << 26;

/** Above the flags, the index of the source: one of 32. */
export const ORIGIN_SHIFT = 27;
export const ORIGINS_MOST = 32;

export class LoneLines {
  readonly count: number;
  readonly words: Int32Array;
  /** By line; empty before the first IPv6. */
  rest = new Int32Array(0);
  /** The same memory as `words`. */
  readonly doubles: Float64Array;

  constructor(count: number) {
    this.count = count;
    this.words = alignedInt32(count * WORDS);
    this.doubles = asDoubles(this.words);
  }

  firstSyn(line: number): Micros {
    return this.doubles[line * HALF_WORDS + FIRST_SYN];
  }

  info(line: number): number {
    return this.words[line * WORDS + INFO];
  }

  mark(line: number, flag: number): void {
    this.words[line * WORDS + INFO] |= flag;
  }

  /**
   * Of IPv6, `fillRest` follows.
   * @param ports client << 16 | server
   * @param info TTL | length of the payload << 8
   * @param options their layout
   * @param client first word of its address
   * @param times where the SYN's time is, at `n`: as an argument it would be boxed
   */
  fill(
    line: number,
    ports: number,
    isn: number,
    info: number,
    options: number,
    client: number,
    server: number,
    times: Float64Array,
    n: number,
  ): void {
    const { words } = this;
    const w = line * WORDS;
    words[w + PORTS] = ports;
    words[w + ISN] = isn;
    words[w + INFO] = info;
    words[w + OPTIONS] = options;
    this.doubles[line * HALF_WORDS + FIRST_SYN] = times[n];
    words[w + CLIENT] = client;
    words[w + SERVER] = server;
  }

  fillRest(line: number, s: Segment): void {
    if (this.rest.length === 0) this.rest = new Int32Array(this.count * REST);
    const { rest } = this;
    const r = line * REST;
    this.mark(line, IS_V6);
    rest[r] = s.src1;
    rest[r + 1] = s.src2;
    rest[r + 2] = s.src3;
    rest[r + 3] = s.dst1;
    rest[r + 4] = s.dst2;
    rest[r + 5] = s.dst3;
  }

  copy(from: LoneLines, line: number, to: number): void {
    for (let i = 0; i < WORDS; i++) this.words[to * WORDS + i] = from.words[line * WORDS + i];
    if ((from.info(line) & IS_V6) === 0) return;
    if (this.rest.length === 0) this.rest = new Int32Array(this.count * REST);
    for (let i = 0; i < REST; i++) this.rest[to * REST + i] = from.rest[line * REST + i];
  }

  /** Hash of a line's flow. */
  hash(line: number): number {
    const { words, rest } = this;
    const w = line * WORDS;
    if ((words[w + INFO] & IS_V6) === 0) {
      return hashPlain(words[w + CLIENT], words[w + SERVER], words[w + PORTS]);
    }
    const r = line * REST;
    return hashEnds(
      [words[w + CLIENT], rest[r], rest[r + 1], rest[r + 2]],
      [words[w + SERVER], rest[r + 3], rest[r + 4], rest[r + 5]],
      words[w + PORTS],
    );
  }

  /** Whether a line is there and of a segment's 4-tuple, whichever end was the client. */
  isOf(line: number, s: Segment): boolean {
    const { words } = this;
    const w = line * WORDS;
    if ((words[w + INFO] & (IS_V6 | LEFT)) !== (s.v6 === 0 ? 0 : IS_V6)) return false;
    const ports = words[w + PORTS];
    const client = words[w + CLIENT];
    const server = words[w + SERVER];
    if (ports === ((s.srcPort << 16) | s.dstPort) && client === s.src0 && server === s.dst0) {
      if (s.v6 === 0 || this.isRest(line, s, 0, 3)) return true;
    }
    if (ports === ((s.dstPort << 16) | s.srcPort) && client === s.dst0 && server === s.src0) {
      return s.v6 === 0 || this.isRest(line, s, 3, 0);
    }
    return false;
  }

  /** The same for IPv4, from the segment's words. */
  isPlain(line: number, ports: number, source: number, destination: number): boolean {
    const { words } = this;
    const w = line * WORDS;
    if ((words[w + INFO] & (IS_V6 | LEFT)) !== 0) return false;
    const client = words[w + CLIENT];
    const server = words[w + SERVER];
    if (words[w + PORTS] === ports && client === source && server === destination) return true;
    const turned = (ports << 16) | (ports >>> 16);
    return words[w + PORTS] === turned && client === destination && server === source;
  }

  /** Compares the last three words of addresses: source with those at `source`, destination with `destination`. */
  private isRest(line: number, s: Segment, source: number, destination: number): boolean {
    const { rest } = this;
    const from = line * REST + source;
    const to = line * REST + destination;
    return (
      rest[from] === s.src1 &&
      rest[from + 1] === s.src2 &&
      rest[from + 2] === s.src3 &&
      rest[to] === s.dst1 &&
      rest[to + 1] === s.dst2 &&
      rest[to + 2] === s.dst3
    );
  }
}
