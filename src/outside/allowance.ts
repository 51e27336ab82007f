/** How much a plugin may say. */

/** What may come at once. */
const AT_ONCE = 20_000;
const A_SECOND = 200;
/** For each event that it was given: an analyser may have something to say of every attempt. */
const AN_EVENT = 4;

/** What a plugin may do, messages unless something else is said: a bucket that time and work fill. */
export class Allowance {
  readonly #atOnce: number;
  readonly #aSecond: number;
  #left: number;
  #filled = performance.now();

  constructor(atOnce = AT_ONCE, aSecond = A_SECOND) {
    this.#atOnce = atOnce;
    this.#aSecond = aSecond;
    this.#left = atOnce;
  }

  /** It was given so many events. */
  worked(events: number): void {
    this.#left = Math.min(this.#atOnce, this.#left + events * AN_EVENT);
  }

  /** Whether one more may pass. */
  take(): boolean {
    if (this.#left < 1) this.#fill();
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  #fill(): void {
    const now = performance.now();
    this.#left = Math.min(this.#atOnce, this.#left + ((now - this.#filled) / 1000) * this.#aSecond);
    this.#filled = now;
  }
}
