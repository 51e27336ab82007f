import { Counters } from './counters.ts';
import { CUT_BY_SNAP_LENGTH, EVENT_NAMES } from './events.ts';
import { Segment } from './segment.ts';

/**
 * Where the decoder is in the frame at hand. There is one, reused for every
 * frame: each protocol reads its header at `at`, moves `at` behind it and says
 * which layer comes next.
 */
export class Cursor {
  readonly segment = new Segment();
  readonly counters = new Counters(EVENT_NAMES);
  bytes: Uint8Array = new Uint8Array(0);
  /** Offset of the next header. */
  at = 0;
  /** End of what may be read: what was captured, less trailers. */
  end = 0;
  /** End of the packet on the wire, as the innermost length field so far has it. */
  wireEnd = 0;
  /** 1 inside a first fragment: the lengths of what it carries rightly exceed it. */
  fragment = 0;
  /** 1 when the 802.11 header is padded to 32 bits (radiotap's flag). */
  padded = 0;
  /** 1 when the segment's option fields are not at their defaults. */
  optionsSet = 0;
  icmpPackets = 0;

  count(event: number): void {
    this.counters.counts[event]++;
  }

  /**
   * True when fewer than `need` bytes are left to read. Counted as `truncated`
   * if the wire had no more either, else as cut by the capture.
   */
  lacks(need: number, truncated: number): boolean {
    const to = this.at + need;
    if (to <= this.end) return false;
    this.count(to > this.wireEnd ? truncated : CUT_BY_SNAP_LENGTH);
    return true;
  }

  /**
   * Takes a header's word that the packet ends `length` bytes after `at`: what
   * comes later is padding or a trailer. A claim of more than the wire held is
   * counted as `beyond` and believed (see events.ts); reading stays bounded by
   * what was captured.
   */
  claim(length: number, beyond: number): void {
    const to = this.at + length;
    if (to > this.wireEnd && this.fragment === 0) this.count(beyond);
    this.wireEnd = to;
    if (this.end > to) this.end = to;
  }

  /** Leaves out a trailer of `length` bytes (a frame check sequence). */
  dropTrailer(length: number): void {
    this.wireEnd -= length;
    if (this.end > this.wireEnd) this.end = this.wireEnd;
  }
}
