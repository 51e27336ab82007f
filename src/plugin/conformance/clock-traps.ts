/** What gives another value each time: nothing that only knows capture time asks for it. */
const SOURCES = [
  [Math, 'random', 'Math.random()'],
  [performance, 'now', 'performance.now()'],
  [process, 'hrtime', 'process.hrtime()'],
  [globalThis, 'setTimeout', 'setTimeout()'],
  [globalThis, 'setInterval', 'setInterval()'],
  [globalThis, 'setImmediate', 'setImmediate()'],
] as const;

/** Finds out who asks the machine for its time, or for chance, while a plugin is called. */
export class ClockTraps {
  /** By what was asked for, the first time each: its stack leads to the line. */
  readonly sprung = new Map<string, Error>();
  private depth = 0;
  private restore: (() => void)[] = [];

  /** Calls with the traps set. */
  during<T>(call: () => T): T {
    if (this.depth++ === 0) this.set();
    try {
      return call();
    } finally {
      if (--this.depth === 0) this.lift();
    }
  }

  /** Calls without them: for what the plugin calls of the engine. */
  outside<T>(call: () => T): T {
    const { depth } = this;
    if (depth > 0) this.lift();
    this.depth = 0;
    try {
      return call();
    } finally {
      this.depth = depth;
      if (depth > 0) this.set();
    }
  }

  private spring(name: string): void {
    if (!this.sprung.has(name)) this.sprung.set(name, new Error(name));
  }

  private set(): void {
    for (const [owner, key, name] of SOURCES) {
      this.replace(owner, key, (original) =>
        Object.assign((...parameters: unknown[]) => {
          this.spring(name);
          return Reflect.apply(original, owner, parameters) as unknown;
        }, original),
      );
    }
    this.replace(globalThis, 'Date', (original) => this.dateOf(original as DateConstructor));
  }

  private dateOf(original: DateConstructor): DateConstructor {
    return new Proxy(original, {
      construct: (target, parameters, newTarget) => {
        if (parameters.length === 0) this.spring('new Date()');
        return Reflect.construct(target, parameters, newTarget) as object;
      },
      get: (target, property) => {
        if (property === 'now') this.spring('Date.now()');
        return Reflect.get(target, property, target) as unknown;
      },
    });
  }

  private replace(owner: object, key: string, change: (original: () => unknown) => unknown): void {
    const before = Object.getOwnPropertyDescriptor(owner, key);
    const original = Reflect.get(owner, key) as () => unknown;
    Object.defineProperty(owner, key, {
      value: change(original),
      configurable: true,
      writable: true,
    });
    this.restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, key);
      else Object.defineProperty(owner, key, before);
    });
  }

  private lift(): void {
    for (const back of this.restore.splice(0).toReversed()) back();
  }
}
