import type { Cursor } from './cursor.ts';
import { TCP_OPTION_LENGTH, TCP_OPTIONS_CUT } from './events.ts';
import { i32, u16 } from './octets.ts';
import type { Segment } from './segment.ts';

// IANA, TCP option kind numbers.
const END = 0;
const NOP = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const TIMESTAMPS = 8;
const FAST_OPEN = 34;
const EXPERIMENT = 254;
/** RFC 7413, appendix B: the experiment's identifier for Fast Open. */
const EXPERIMENT_FAST_OPEN = 0xf989;
/** RFC 7323, section 2.3: a larger shift count means this one. */
const MAX_WINDOW_SCALE = 14;
/** The layout has room for eight kinds of four bits; kinds that need more are written as 15. */
const LAYOUT_BITS = 32;
const LAYOUT_OTHER = 15;

/** Reads the options of a SYN, which stand from `from` up to `to`; what the capture or a fragment cut off stays at its default. */
export function tcpOptions(c: Cursor, from: number, to: number): void {
  const { bytes, segment } = c;
  let end = to;
  if (end > c.end) {
    c.count(TCP_OPTIONS_CUT);
    end = c.end;
  }
  c.optionsSet = 1;
  let layoutBits = 0;
  let at = from;
  while (at < end) {
    const kind = bytes[at];
    if (kind === END) return;
    if (layoutBits < LAYOUT_BITS) {
      segment.optionLayout |= (kind < LAYOUT_OTHER ? kind : LAYOUT_OTHER) << layoutBits;
      layoutBits += 4;
    }
    if (kind === NOP) {
      at += 1;
      continue;
    }
    if (at + 1 >= end) {
      if (end === to) c.count(TCP_OPTION_LENGTH);
      return;
    }
    const length = bytes[at + 1];
    if (length < 2 || at + length > to) {
      c.count(TCP_OPTION_LENGTH);
      return;
    }
    if (at + length > end) return;
    if (!option(segment, bytes, at, kind, length)) c.count(TCP_OPTION_LENGTH);
    at += length;
  }
}

/** One option, all of it there. False when its length is not its kind's: it is then ignored. */
function option(
  segment: Segment,
  bytes: Uint8Array,
  at: number,
  kind: number,
  length: number,
): boolean {
  switch (kind) {
    case MSS:
      if (length !== 4) return false;
      segment.mss = u16(bytes, at + 2);
      return true;
    case WINDOW_SCALE:
      if (length !== 3) return false;
      segment.windowScale = bytes[at + 2] < MAX_WINDOW_SCALE ? bytes[at + 2] : MAX_WINDOW_SCALE;
      return true;
    case SACK_PERMITTED:
      if (length !== 2) return false;
      segment.sackPermitted = 1;
      return true;
    case TIMESTAMPS:
      if (length !== 10) return false;
      segment.timestamps = 1;
      segment.tsVal = i32(bytes, at + 2);
      segment.tsEcr = i32(bytes, at + 6);
      return true;
    case FAST_OPEN:
      segment.fastOpen = 1;
      return true;
    case EXPERIMENT:
      if (length >= 4 && u16(bytes, at + 2) === EXPERIMENT_FAST_OPEN) segment.fastOpen = 1;
      return true;
    default:
      return true;
  }
}

/** Back to the defaults. */
export function clearTcpOptions(c: Cursor): void {
  const { segment } = c;
  c.optionsSet = 0;
  segment.mss = 0;
  segment.windowScale = -1;
  segment.sackPermitted = 0;
  segment.timestamps = 0;
  segment.tsVal = 0;
  segment.tsEcr = 0;
  segment.fastOpen = 0;
  segment.optionLayout = 0;
}
