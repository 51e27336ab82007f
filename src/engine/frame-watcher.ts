import type { PacketKind } from '../flow/listener.ts';
import type { AttemptView } from '../flow/view.ts';
import type { CaptureInterface, FrameBatch } from '../plugin/api.ts';
import type { Segment } from '../wire/segment.ts';

/** Who looks at frames themselves as they pass, to keep them. Views are valid during the call. */
export interface FrameWatcher {
  /** A packet of an attempt, of the frame that `frame` is called with next. */
  packet(attempt: AttemptView, kind: PacketKind, fromClient: boolean): void;
  /** A frame that holds a TCP segment or an ICMP error. Most frames of connections that stand are left out. */
  frame(batch: FrameBatch, i: number, segment: Segment, place: CaptureInterface): void;
}
