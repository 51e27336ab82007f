import type { Micros } from 'unackd';

/** Wake-ups are rounded up to this, so that busy captures wake twenty times a second, not for each SYN. */
const TICK: Micros = 50_000;

/** What is to be done at which capture time, in order of time, then of entry. */
export class Agenda {
  readonly #acts = new Map<number, ((now: Micros) => void)[]>();
  /** Ticks with acts, ascending. */
  readonly #ticks: number[] = [];

  at(time: Micros, act: (now: Micros) => void): void {
    const tick = Math.ceil(time / TICK);
    const acts = this.#acts.get(tick);
    if (acts !== undefined) {
      acts.push(act);
      return;
    }
    this.#acts.set(tick, [act]);
    let at = this.#ticks.length;
    while (at > 0 && this.#ticks[at - 1] > tick) at--;
    this.#ticks.splice(at, 0, tick);
  }

  /** When the next act is due, or `null`. */
  get next(): Micros | null {
    return this.#ticks.length === 0 ? null : this.#ticks[0] * TICK;
  }

  run(now: Micros): void {
    while (this.#ticks.length > 0 && this.#ticks[0] * TICK <= now) {
      const tick = this.#ticks.shift() ?? 0;
      const acts = this.#acts.get(tick) ?? [];
      this.#acts.delete(tick);
      for (const act of acts) act(tick * TICK);
    }
  }
}
