import type { Micros } from '../model/attempt.ts';
import type { Segment } from '../wire/segment.ts';
import type { LoneRing } from './lone-ring.ts';
import type { AttemptView } from './view.ts';

/** Which packet of a handshake: for those who draw them. */
export type PacketKind = 'syn' | 'syn-ack' | 'ack' | 'data' | 'fin' | 'rst' | 'icmp';

/** Who reads segments as they are decoded, before attempts hear of them. */
export interface SegmentTap {
  /**
   * @param s reused: valid during the call
   * @param times of its batch of frames, packets' own
   * @param i its place there
   * @param iface index of its interface
   * @param aside its time is believed of nobody else
   */
  take(s: Segment, times: Float64Array, i: number, iface: number, aside: boolean): void;
}

/** Who hears of attempts. Views are reused: valid during the call. */
export interface FlowListener {
  /** Set only where someone listens: a SYN was captured, the first or a repeated one. */
  syn?: ((attempt: AttemptView) => void) | undefined;
  /** Asked before `syn` about first SYNs of attempts: true where somebody has a use for any. Holds until a listener is called. */
  wantsAnySyn(): boolean;
  /**
   * The same about one of them, where not: true where nobody has a use for it.
   * @param client its IPv4 address; `null` of IPv6
   */
  skipsSynOf(client: number | null): boolean;
  /**
   * Told of every change of outcome; otherwise a SYN that nobody repeated is told only at its last
   * word. A flood is made of those.
   */
  hearsAll: boolean;
  /** The outcome changed, or the last word is said. */
  changed(attempt: AttemptView): void;
  /**
   * The last word on a lone SYN. True where that is all that is to be done about
   * it; false has `changed` called as for any other attempt.
   */
  lone(attempt: AttemptView): boolean;
  /**
   * The last word on several lone SYNs at a time, read from their lines in the ring.
   * @returns the index behind the last one that nothing is left to be done
   *   about; `from` where the first is to be told like any other attempt
   */
  lones(ring: LoneRing, lines: Int32Array, from: number, count: number, at: Micros): number;
  /** Set only where someone draws packets: each packet of an attempt, up to the handshake's end. */
  packet?:
    | ((
        attempt: AttemptView,
        kind: PacketKind,
        fromClient: boolean,
        segment: Segment,
        time: number,
      ) => void)
    | undefined;
}
