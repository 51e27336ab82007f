import type { Micros } from '../model/attempt.ts';

/** Over 100 SYNs a second for 5 s, from sources that neither retry nor go on. */
const PER_SECOND = 100;
const SECONDS = 5;

/** Watches one endpoint for a flood of lone SYNs; fed in order of their settling. */
export class FloodWatch {
  /** When the flood began, or NaN. */
  since: Micros = Number.NaN;
  /** Lone SYNs in all. */
  lone = 0;
  private second = Number.NEGATIVE_INFINITY;
  private inSecond = 0;
  private inRow = 0;

  /** A lone SYN was given up at both ends; true when it completes a flood for the first time. */
  add(time: Micros): boolean {
    this.lone++;
    const second = Math.floor(time / 1e6);
    if (second !== this.second) {
      if (second < this.second) return false;
      const flooded = this.inSecond > PER_SECOND && second === this.second + 1;
      this.inRow = flooded ? this.inRow + 1 : 0;
      this.second = second;
      this.inSecond = 0;
    }
    this.inSecond++;
    if (!Number.isNaN(this.since) || this.inRow < SECONDS - 1 || this.inSecond <= PER_SECOND) {
      return false;
    }
    this.since = (second - SECONDS + 1) * 1e6;
    return true;
  }
}
