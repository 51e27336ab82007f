import { setImmediate } from 'node:timers/promises';
import type { Micros } from '../model/attempt.ts';

/**
 * Turns of the event loop in which a source that begins to wait reads what came
 * before: its descriptor is polled in one, it is woken in the next and reads.
 */
const LOOP_TURNS = 4;

/** A batch that was read and waits until all that is older was handed on. */
interface Waiting {
  /** Of its first frame, or up to which there is none; infinitely early once its turn has come. */
  time: Micros;
  readonly handedOn: PromiseWithResolvers<void>;
}

/**
 * The order in which batches of sources that share a pipeline are handed on: the
 * oldest first. Each source has its own ring, and after the machine stood still
 * each holds long of what came; one after the other, an answer that took another
 * interface would come long after its handshake was settled.
 */
export class Merge {
  private readonly waiting = new Set<Waiting>();

  /**
   * Waits until a batch is the oldest.
   * @param time of its first frame, or up to which there is none
   * @returns to be called once the batch was handed on, whatever came of it
   */
  async turn(time: Micros): Promise<() => void> {
    const own: Waiting = { time, handedOn: Promise.withResolvers() };
    this.waiting.add(own);
    for (;;) {
      // Who has something as well reads it meanwhile.
      for (let i = 0; i < LOOP_TURNS; i++) await setImmediate();
      const older = this.olderThan(own);
      if (older === undefined) break;
      await older.handedOn.promise;
    }
    // Until then nobody knows how old what is read next will be.
    own.time = Number.NEGATIVE_INFINITY;
    return () => {
      this.waiting.delete(own);
      own.handedOn.resolve();
    };
  }

  /** Of the same time, the one that came first is older. */
  private olderThan(own: Waiting): Waiting | undefined {
    let before = true;
    for (const other of this.waiting) {
      if (other === own) before = false;
      else if (other.time < own.time || (before && other.time === own.time)) return other;
    }
    return undefined;
  }
}
