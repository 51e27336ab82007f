import type { Micros } from '../model/attempt.ts';

/** Wants to know that capture time has reached `wake`, and then says a new one. */
export interface Timed {
  readonly wake: Micros;
  advance(now: Micros): void;
}

/** Who is to be woken, and when; packets' own time. */
export class WakeUps {
  /** When the first one is due; infinite for never. */
  next: Micros = Number.POSITIVE_INFINITY;
  #timed: readonly Timed[] = [];

  /** Of several that are due at one time, the first is woken first. */
  arrange(timed: readonly Timed[]): void {
    this.#timed = timed;
    this.next = Math.min(Number.POSITIVE_INFINITY, ...timed.map(({ wake }) => wake));
  }

  /** Somebody wants to be woken at this time. */
  ask(time: Micros): void {
    if (time < this.next) this.next = time;
  }

  /** Wakes all that are due, each at its own time, in order of time. */
  run(now: Micros): void {
    for (;;) {
      let first: Timed | undefined;
      for (const one of this.#timed) {
        if (one.wake <= now && (first === undefined || one.wake < first.wake)) first = one;
      }
      if (first === undefined) break;
      first.advance(first.wake);
    }
    this.next = Number.POSITIVE_INFINITY;
    for (const { wake } of this.#timed) this.ask(wake);
  }
}
