/**
 * Segments as rows of 64 bytes, in the machine's own byte order: how they cross
 * to plugins in other processes, and what `SegmentView` reads. IPv6 takes a
 * second row, for the words of its addresses after the first.
 *
 * | word  | TCP                                  | ICMP error                    |
 * | ----- | ------------------------------------ | ----------------------------- |
 * | 0, 1  | time: a double, microseconds         | the same                      |
 * | 2     | marks, flags << 8, ttl << 16         | the same, flags 0             |
 * | 3     | place: source << 16, interface       | the same                      |
 * | 4, 5  | addresses of sender and receiver     | the same                      |
 * | 6     | ports: sender's << 16, receiver's    | type << 8, code               |
 * | 7     | sequence number                      | of the quote                  |
 * | 8     | acknowledgement number               | the quote's sender            |
 * | 9     | window, MSS << 16                    | the quote's receiver          |
 * | 10    | bytes of data                        | the quote's ports             |
 * | 11-13 | timestamps, layout of the options    | nothing                       |
 * | 14    | window scale, or -1                  | nothing                       |
 * | 15    | nothing                              | nothing                       |
 * | 16-21 | IPv6: words 1 to 3 of the addresses  | the same                      |
 * | 22-27 | nothing                              | and of the quote's            |
 */
import type { Segment as Decoded } from '../wire/segment.ts';

/** Int32 words of a row. */
export const ROW_WORDS = 16;
export const ROW_BYTES = ROW_WORDS * 4;
/** Of one segment, at most. */
export const ROWS_OF_SEGMENT = 2;

export const META = 2;
export const PLACE = 3;
export const FROM = 4;
export const TO = 5;
export const PORTS = 6;
export const SEQ = 7;
export const ACK = 8;
export const WINDOW_MSS = 9;
export const PAYLOAD = 10;
export const TS_VALUE = 11;
export const TS_ECHO = 12;
export const LAYOUT = 13;
export const SCALE = 14;
export const FROM_REST = 16;
export const TO_REST = 19;
export const ICMP = PORTS;
export const QUOTE_SEQ = SEQ;
export const QUOTE_FROM = ACK;
export const QUOTE_TO = WINDOW_MSS;
export const QUOTE_PORTS = PAYLOAD;
export const QUOTE_FROM_REST = 22;
export const QUOTE_TO_REST = 25;

// Marks of META.
export const IS_ICMP = 1;
export const IS_V6 = 2;
/** Its time is believed of nobody else: it moves no clock. */
export const IS_ASIDE = 4;
export const HAS_SACK = 8;
export const HAS_TIMESTAMPS = 16;
export const HAS_FAST_OPEN = 32;
export const QUOTES_TCP = 64;
export const QUOTES_SEQ = 128;

/** `kind` of a decoded segment: written here, as what decodes is in another chunk of the program. */
const KIND_ICMP = 2;

/** Rows that are filled one after the other. */
export class RowBlock {
  readonly words: Int32Array<ArrayBuffer>;
  /** The same memory. */
  readonly doubles: Float64Array<ArrayBuffer>;
  /** Rows that are written. */
  rows = 0;

  constructor(rows: number) {
    this.words = new Int32Array(rows * ROW_WORDS);
    this.doubles = new Float64Array(this.words.buffer);
  }

  /** There is room for one more segment. */
  get hasRoom(): boolean {
    return (this.rows + ROWS_OF_SEGMENT) * ROW_WORDS <= this.words.length;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.words.buffer, 0, this.rows * ROW_BYTES);
  }
}

/**
 * Writes a segment into the next row, or two. Allocates nothing.
 * @param times of its batch of frames, where a double is never boxed
 * @param i its place there
 * @param place index of its source << 16 | index of its interface
 * @param aside see IS_ASIDE
 */
export function writeRow(
  block: RowBlock,
  s: Decoded,
  times: Float64Array,
  i: number,
  place: number,
  aside: boolean,
): void {
  const { words } = block;
  const at = block.rows * ROW_WORDS;
  const icmp = s.kind === KIND_ICMP;
  block.doubles[at >> 1] = times[i];
  words[at + PLACE] = place;
  words[at + FROM] = s.src0;
  words[at + TO] = s.dst0;
  let meta = (aside ? IS_ASIDE : 0) | (s.ttl << 16);
  if (icmp) {
    meta |= IS_ICMP | (s.quotesTcp === 0 ? 0 : QUOTES_TCP) | (s.quotesSeq === 0 ? 0 : QUOTES_SEQ);
    words[at + ICMP] = (s.icmpType << 8) | s.icmpCode;
    words[at + QUOTE_SEQ] = s.quoteSeq;
    words[at + QUOTE_FROM] = s.quoteSrc0;
    words[at + QUOTE_TO] = s.quoteDst0;
    words[at + QUOTE_PORTS] = (s.quoteSrcPort << 16) | s.quoteDstPort;
  } else {
    meta |=
      (s.flags << 8) |
      (s.sackPermitted === 0 ? 0 : HAS_SACK) |
      (s.timestamps === 0 ? 0 : HAS_TIMESTAMPS) |
      (s.fastOpen === 0 ? 0 : HAS_FAST_OPEN);
    words[at + PORTS] = (s.srcPort << 16) | s.dstPort;
    words[at + SEQ] = s.seq;
    words[at + ACK] = s.ack;
    words[at + WINDOW_MSS] = s.window | (s.mss << 16);
    words[at + PAYLOAD] = s.payload;
    words[at + TS_VALUE] = s.tsVal;
    words[at + TS_ECHO] = s.tsEcr;
    words[at + LAYOUT] = s.optionLayout;
    words[at + SCALE] = s.windowScale;
  }
  if (s.v6 === 0) {
    words[at + META] = meta;
    block.rows++;
    return;
  }
  words[at + META] = meta | IS_V6;
  words[at + FROM_REST] = s.src1;
  words[at + FROM_REST + 1] = s.src2;
  words[at + FROM_REST + 2] = s.src3;
  words[at + TO_REST] = s.dst1;
  words[at + TO_REST + 1] = s.dst2;
  words[at + TO_REST + 2] = s.dst3;
  if (icmp) {
    words[at + QUOTE_FROM_REST] = s.quoteSrc1;
    words[at + QUOTE_FROM_REST + 1] = s.quoteSrc2;
    words[at + QUOTE_FROM_REST + 2] = s.quoteSrc3;
    words[at + QUOTE_TO_REST] = s.quoteDst1;
    words[at + QUOTE_TO_REST + 1] = s.quoteDst2;
    words[at + QUOTE_TO_REST + 2] = s.quoteDst3;
  }
  block.rows += ROWS_OF_SEGMENT;
}
