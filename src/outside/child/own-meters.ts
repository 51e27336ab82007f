import { Meters } from '../../plugin/meters.ts';

/** Counters and gauges of this process: the daemon is told of those that have changed. */
export class OwnMeters extends Meters {
  readonly #told = new Map<string, number>();

  changed(): readonly (readonly [kind: string, name: string, value: number])[] {
    return [...this.all].flatMap(({ kind, name, value }) => {
      if (this.#told.get(name) === value) return [];
      this.#told.set(name, value);
      return [[kind, name, value]] as const;
    });
  }
}
