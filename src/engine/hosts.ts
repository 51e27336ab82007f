import type { Host } from '../plugin/api.ts';
import { Meters } from '../plugin/meters.ts';
import { ownNetwork } from './own-network.ts';
import { Shortfall } from './shortfall.ts';

export type Log = (id: string, level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;

/** What an instance within the daemon gets; its counters are nobody's unless these are somebody's. */
export function hostOf(id: string, log: Host['log'], { counter, gauge } = new Meters()): Host {
  return { ...ownNetwork, id, counter, gauge, log };
}

/** What every instance of a configuration's plugins gets from the engine. */
export class Hosts {
  /** By the component's id: those of one that a reload took away stay, as counters only grow. */
  readonly meters = new Map<string, Meters>();
  /** Likewise, of those that ask for theirs. */
  readonly shortfalls = new Map<string, Shortfall>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  of(id: string): Host {
    const meters = this.meters.getOrInsertComputed(id, () => new Meters());
    const host = hostOf(id, (level, text) => this.#log(id, level, text), meters);
    const shortfall = (): Shortfall =>
      this.shortfalls.getOrInsertComputed(id, () => new Shortfall());
    return Object.assign(host, { shortfall });
  }
}
