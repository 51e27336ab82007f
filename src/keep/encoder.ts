import type { CaptureInterface, FrameBatch } from '../plugin/api.ts';

/** libpcap's MAXIMUM_SNAPLEN: what files say that were captured without a limit. */
export const SNAP_LENGTH = 262_144;

/** Frames to a capture file's bytes: link type, time, length on the wire and captured bytes as they came. */
export interface FrameEncoder {
  frame(batch: FrameBatch, i: number, place: CaptureInterface): void;
}
