import type { Micros } from '../model/attempt.ts';

/** Long enough for a steady figure at one attempt a second, short enough to see what begins. */
const TIME_CONSTANT: Micros = 10_000_000;

/** Events a second, those of the last ten seconds or so. */
export class Rate {
  private level = 0;
  private at: Micros = 0;

  add(at: Micros, count: number): void {
    this.level = this.levelAt(at) + count / (TIME_CONSTANT / 1e6);
    this.at = Math.max(this.at, at);
  }

  /** @param now capture time */
  perSecond(now: Micros): number {
    return this.levelAt(now);
  }

  private levelAt(now: Micros): number {
    if (this.level === 0 || now <= this.at) return this.level;
    return this.level * Math.exp((this.at - now) / TIME_CONSTANT);
  }
}
