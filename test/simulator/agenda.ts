/** What is to happen, in order of time; at the same time in order of entry. Times are microseconds. */
export class Agenda {
  now = 0;
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #acts: Array<() => void> = [];
  #entered = 0;

  /** Never before `now`: a time in the past means at once. */
  at(time: number, act: () => void): void {
    const due = Math.max(this.now, Math.round(time));
    let hole = this.#times.length;
    const order = this.#entered++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.#times[parent] <= due) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, due, order, act);
  }

  after(microseconds: number, act: () => void): void {
    this.at(this.now + microseconds, act);
  }

  /** Runs everything due before `until`. */
  run(until: number): void {
    while (this.#times.length > 0 && this.#times[0] < until) {
      this.now = this.#times[0];
      this.#takeFirst()();
    }
    this.now = until;
  }

  #takeFirst(): () => void {
    const first = this.#acts[0];
    const due = this.#times.pop() ?? 0;
    const order = this.#orders.pop() ?? 0;
    const act = this.#acts.pop() ?? first;
    const size = this.#times.length;
    if (size === 0) return first;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#before(child + 1, child)) child++;
      if (due < this.#times[child]) break;
      if (due === this.#times[child] && order < this.#orders[child]) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, due, order, act);
    return first;
  }

  #before(a: number, b: number): boolean {
    const times = this.#times;
    return times[a] < times[b] || (times[a] === times[b] && this.#orders[a] < this.#orders[b]);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from], this.#orders[from], this.#acts[from]);
  }

  #put(at: number, time: number, order: number, act: () => void): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#acts[at] = act;
  }
}
