import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A timer this often, in ms, shows how late the loop is. */
const RESOLUTION_MS = 20;

/** Percentiles that are told. */
const PERCENTILES = [50, 99, 100] as const;

/** How late the event loop turns. Node's histogram holds the timer's own interval, too: that is taken off. */
export class LoopDelay {
  private readonly loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private last: ReadonlyMap<number, number> = new Map();

  start(): void {
    this.loop.enable();
  }

  stop(): void {
    this.loop.disable();
  }

  /** Seconds since the last look, by quantile; the same again where it was just asked for. Waits for the first turn. */
  async look(): Promise<ReadonlyMap<number, number>> {
    // Not for ever: it may have been stopped.
    for (let n = 0; n < 5 && this.loop.count === 0 && this.last.size === 0; n++) {
      await sleep(RESOLUTION_MS);
    }
    if (this.loop.count === 0) return this.last;
    const late = (percentile: number): number =>
      Math.max(0, this.loop.percentile(percentile) / 1e9 - RESOLUTION_MS / 1e3);
    this.last = new Map(PERCENTILES.map((percentile) => [percentile / 100, late(percentile)]));
    this.loop.reset();
    return this.last;
  }
}
