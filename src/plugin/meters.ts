/** Counters and gauges of plugins' own, as `/metrics` shows them. */

/** A sum that only grows. */
export interface Counter {
  /**
   * May be called for each packet: it is one addition.
   * @param count 1 where left out; not below 0
   * @throws RangeError for what is no such number
   */
  add(count?: number): void;
}

/** A value as of now. */
export interface Gauge {
  /** @throws RangeError for what is no finite number */
  set(value: number): void;
}

export interface Metering {
  /**
   * A counter by its name: `unackd_plugin_counter_total{plugin=ID,name=NAME}`. To
   * be asked for in `create`; the same name gives the same counter, also to the
   * component's other instances (each file has one), whose sum is shown.
   * @param name of a to z, 0 to 9 and _, at most 64 characters, nothing of the
   *   traffic; those that begin with `unackd_` are the engine's
   * @throws RangeError for another name, and for more than 32 of them
   */
  counter(name: string): Counter;
  /** Likewise a gauge: `unackd_plugin_gauge{plugin=ID,name=NAME}`; what was set last is shown. */
  gauge(name: string): Gauge;
}

/** A metrics server keeps each name of each component for weeks. */
const NAMES_MOST = 32;
const NAME = /^[a-z][a-z0-9_]{0,63}$/u;
const OWN = 'unackd_';

type Kind = 'counter' | 'gauge';

/** One counter or gauge. */
export class Meter implements Counter, Gauge {
  readonly kind: Kind;
  readonly name: string;
  value = 0;

  constructor(kind: Kind, name: string) {
    this.kind = kind;
    this.name = name;
  }

  add(count = 1): void {
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`counter ${this.name}: ${count} can't be added`);
    }
    this.value += count;
  }

  set(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`gauge ${this.name}: ${value} is no value`);
    this.value = value;
  }
}

/** Those of one component. */
export class Meters implements Metering {
  readonly #meters = new Map<string, Meter>();

  readonly counter = (name: string): Counter => this.#meter('counter', name);
  readonly gauge = (name: string): Gauge => this.#meter('gauge', name);

  get all(): Iterable<Meter> {
    return this.#meters.values();
  }

  #meter(kind: Kind, name: string): Meter {
    if (!NAME.test(name) || name.startsWith(OWN)) {
      throw new RangeError(
        `${kind} '${name}': a name has a to z, 0 to 9 and _, begins with a letter, and not with ${OWN}`,
      );
    }
    if (!this.#meters.has(name) && this.#meters.size >= NAMES_MOST) {
      throw new RangeError(`${kind} '${name}': a component has at most ${NAMES_MOST} names`);
    }
    const meter = this.#meters.getOrInsertComputed(name, () => new Meter(kind, name));
    if (meter.kind !== kind) throw new RangeError(`'${name}' is a ${meter.kind} already`);
    return meter;
  }
}
