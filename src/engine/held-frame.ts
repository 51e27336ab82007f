import type { Micros } from '../model/attempt.ts';
import { FrameBatch } from '../plugin/api.ts';

/**
 * The last frame of a batch, its time far ahead: whether that is to be believed
 * shows in the next frame, which is yet to be read. Where batches end depends
 * on chunks and pipes; what comes of a frame must not.
 */
export class HeldFrame {
  /** Room for the frame, and for the next one's time. */
  readonly batch = new FrameBatch(2);
  isHeld = false;

  /** Copies the batch's last frame: its bytes are the source's. */
  hold(from: FrameBatch): void {
    const { batch } = this;
    const last = from.count - 1;
    const start = from.offset[last];
    batch.bytes = from.bytes.slice(start, start + from.captured[last]);
    batch.offset[0] = 0;
    batch.captured[0] = from.captured[last];
    batch.wire[0] = from.wire[last];
    batch.time[0] = from.time[last];
    batch.iface[0] = from.iface[last];
    if (from.nanos !== null) {
      batch.askNanos();
      batch.nanos?.set(from.nanos.subarray(last, last + 1));
    }
    this.isHeld = true;
  }

  /** @param next time of the frame behind it; NaN where it was the last of all */
  release(next: Micros): FrameBatch {
    const { batch } = this;
    batch.count = Number.isNaN(next) ? 1 : 2;
    batch.time[1] = next;
    this.isHeld = false;
    return batch;
  }
}
