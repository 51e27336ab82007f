import type { Metering } from '../plugin/meters.ts';

/** What one process of a plugin says of its counters and gauges, brought to the component's. */
export class MeterReadings {
  readonly #meters: Metering;
  /** What was last read of each counter: the process counts from 0. */
  readonly #read = new Map<string, number>();

  constructor(meters: Metering) {
    this.#meters = meters;
  }

  /** @returns what is wrong with what it says, or `null` */
  take(values: unknown): string | null {
    if (!Array.isArray(values)) return 'its meters are no list';
    for (const one of values as readonly unknown[]) {
      const [kind, name, value] = Array.isArray(one) ? (one as readonly unknown[]) : [];
      if (typeof name !== 'string' || typeof value !== 'number') return 'a meter has no value';
      try {
        this.#bring(kind, name, value);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return error.message;
      }
    }
    return null;
  }

  #bring(kind: unknown, name: string, value: number): void {
    if (kind === 'gauge') {
      this.#meters.gauge(name).set(value);
      return;
    }
    const counter = this.#meters.counter(name);
    const before = this.#read.get(name) ?? 0;
    if (!(value >= before)) return;
    counter.add(value - before);
    this.#read.set(name, value);
  }
}
