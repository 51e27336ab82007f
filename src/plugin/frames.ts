import type { RecordBlock } from './record-block.ts';

/** A place packets were captured at: pcapng's interface, or a whole pcap file. */
export interface CaptureInterface {
  /** `eth0`, or the file's name where the file names none. */
  readonly name: string;
  /** LINKTYPE_ value as registered at tcpdump.org. */
  readonly linkType: number;
  /** The capture filter that the file names (pcapng's if_filter), else `null`. */
  readonly filter: string | null;
  /** Bytes kept of each frame; 0 where unlimited or unknown. */
  readonly snapLength: number;
  /** Its clock is finer than a microsecond: `FrameBatch.nanos` has the rest. */
  readonly finer?: true;
  /** Bare ACKs and data were left out in capturing: no handshake is seen to complete. */
  readonly hidesAcks?: true;
}

/** How capture files say the same: the comment of a pcapng interface. */
export const HIDES_ACKS = 'unackd: bare ACKs and data were left out in capturing';

/**
 * Frames in a row, as a source hands them to the engine: one buffer and, in
 * parallel arrays, where each frame lies in it. The engine owns the batch and
 * its arrays and reuses them; a source fills it anew in each `read`.
 */
export class FrameBatch {
  /** The buffer the frames lie in. A source may put its own buffer here; it must leave it alone until the next `read`. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Frames in this batch, at most `capacity`; 0 is a mere tick. */
  count = 0;
  /** Offset of each frame in `bytes`. */
  readonly offset: Int32Array;
  /** Bytes captured of each frame: what may be read. */
  readonly captured: Int32Array;
  /** Bytes the frame had on the wire. */
  readonly wire: Int32Array;
  /** Capture time of each frame, whole microseconds since the epoch. */
  readonly time: Float64Array;
  /**
   * Nanoseconds of each frame's time beyond `time`, 0 to 999; `null` where nobody
   * asks for them. Whoever asks sets them to 0 before each `read`; a source whose
   * clock is finer than a microsecond fills them in.
   */
  nanos: Int16Array | null = null;
  /** Index into the source's `interfaces`. */
  readonly iface: Int32Array;
  /**
   * Live sources: the present time on the frames' clock, microseconds; every
   * frame from before it has been handed over. NaN where there is nothing to
   * say. The engine sets it to NaN before each `read`.
   */
  now = Number.NaN;
  /**
   * A source of pcap records may lend them as they are, and leave `count` at 0;
   * `null` where the reader wants frames.
   */
  records: RecordBlock | null = null;
  readonly capacity: number;

  /** 1024 frames keep the index arrays (24 KiB) inside a first-level cache. */
  constructor(capacity = 1024) {
    this.capacity = capacity;
    this.offset = new Int32Array(capacity);
    this.captured = new Int32Array(capacity);
    this.wire = new Int32Array(capacity);
    this.time = new Float64Array(capacity);
    this.iface = new Int32Array(capacity);
  }

  /** Has `nanos` filled in, too, as of the next `read`. */
  askNanos(): void {
    this.nanos ??= new Int16Array(this.capacity);
    this.nanos.fill(0);
  }
}
