import type { Micros } from 'unackd';

/** Readings kept; beyond, every second of the older half goes. */
const MOST = 64;

/** Readings of the same counters, by wall clock; new ones at the end. */
export class Series<T extends { readonly at: Micros }> {
  #readings: T[] = [];

  get latest(): T | undefined {
    return this.#readings.at(-1);
  }

  add(reading: T): void {
    this.#readings.push(reading);
    if (this.#readings.length <= MOST) return;
    this.#readings = this.#readings.filter((_, i) => i >= MOST / 2 || i % 2 === 0);
  }

  clear(): void {
    this.#readings = [];
  }

  /** The last reading before a time, or the first one after it, and the newest; `null` while they are one. */
  span(since: Micros): readonly [T, T] | null {
    const { latest } = this;
    const base = this.#readings.findLast(({ at }) => at <= since) ?? this.#readings.at(0);
    return base === undefined || latest === undefined || base === latest ? null : [base, latest];
  }
}
