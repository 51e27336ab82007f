import type { Micros } from '../../model/attempt.ts';

/** An analyser's wish to be woken, kept on its own side: each wake-up comes at its own time, whatever the batches. */
export class ChildClock {
  #wake: Micros = Number.POSITIVE_INFINITY;
  readonly #advance: (now: Micros) => void;

  constructor(advance: (now: Micros) => void) {
    this.#advance = advance;
  }

  /** When it is due next; `null` for never. */
  get wake(): Micros | null {
    return Number.isFinite(this.#wake) ? this.#wake : null;
  }

  wakeAt(time: Micros): void {
    if (time < this.#wake) this.#wake = time;
  }

  /** Capture time is `now`: what fell due by then falls due, in order. */
  reach(now: Micros): void {
    while (this.#wake <= now) {
      const due = this.#wake;
      this.#wake = Number.POSITIVE_INFINITY;
      this.#advance(due);
    }
  }
}
