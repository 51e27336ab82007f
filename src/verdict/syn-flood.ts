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
  /** Start of the second that is being counted. */
  private second: Micros = Number.NEGATIVE_INFINITY;
  private inSecond = 0;
  private inRow = 0;

  /** It has begun: what follows is only counted. */
  get known(): boolean {
    return !Number.isNaN(this.since);
  }

  /** A lone SYN was given up at both ends; true when it completes a flood for the first time. */
  add(time: Micros): boolean {
    this.lone++;
    if (this.known) return false;
    if (!(time >= this.second && time < this.second + 1e6)) {
      if (time < this.second) return false;
      const second = Math.floor(time / 1e6) * 1e6;
      const flooded = this.inSecond > PER_SECOND && second === this.second + 1e6;
      this.inRow = flooded ? this.inRow + 1 : 0;
      this.second = second;
      this.inSecond = 0;
    }
    this.inSecond++;
    if (this.inRow < SECONDS - 1 || this.inSecond <= PER_SECOND) return false;
    this.since = this.second - (SECONDS - 1) * 1e6;
    return true;
  }
}
