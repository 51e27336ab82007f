/**
 * One deadline per slot, run in order of time: a wheel of buckets with doubly
 * linked lists through typed arrays. Arming, re-arming and disarming cost a few
 * stores; nothing is allocated. A bucket is sorted when its time has come, so
 * that each deadline runs at its own time.
 */
const BUCKET_MICROS = 65_536;
const BUCKETS = 4096; // 268 s: twice the longest hold
const SLOTS_LEAST = 1 << 12;
const NOT_ARMED = -1;
const TAKEN = -2;

export class TimerWheel {
  /** When to call `run` next: nothing is due before. Microseconds. */
  nextDue = Number.POSITIVE_INFINITY;

  // By slot; they grow with the slots in use.
  private deadlines = new Float64Array(SLOTS_LEAST);
  private next = new Int32Array(SLOTS_LEAST);
  private previous = new Int32Array(SLOTS_LEAST);
  private bucket = new Int16Array(SLOTS_LEAST);
  private readonly heads = new Int32Array(BUCKETS).fill(-1);
  private readonly tails = new Int32Array(BUCKETS).fill(-1);
  private armed = 0;
  private base = Number.NaN;
  /** The bucket that is open: its slots were taken into `due`. */
  private tick = 0;
  private due = new Float64Array(256);
  private taken = new Int32Array(256);
  private dueCount = 0;
  private dueAt = 0;

  /** To be called once, before the first `arm`, with the first time seen. */
  begin(now: number): void {
    this.base = now;
    this.tick = 0;
  }

  get started(): boolean {
    return !Number.isNaN(this.base);
  }

  /** To be called for each slot before its first use. */
  reset(slot: number): void {
    if (slot >= this.bucket.length) this.grow(slot);
    this.bucket[slot] = NOT_ARMED;
  }

  deadline(slot: number): number {
    return this.deadlines[slot];
  }

  /** Sets or moves the slot's deadline. One before `now` runs in the next bucket. */
  arm(slot: number, deadline: number, now: number): void {
    this.disarm(slot);
    if (this.armed === 0) {
      const tick = Math.floor((now - this.base) / BUCKET_MICROS);
      if (tick > this.tick) this.tick = tick;
    }
    let at = Math.floor((deadline - this.base) / BUCKET_MICROS);
    if (at <= this.tick) at = this.tick + 1;
    else if (at >= this.tick + BUCKETS) at = this.tick + BUCKETS - 1;
    const b = at & (BUCKETS - 1);
    const tail = this.tails[b];
    this.deadlines[slot] = deadline;
    this.next[slot] = -1;
    this.previous[slot] = tail;
    this.bucket[slot] = b;
    if (tail < 0) this.heads[b] = slot;
    else this.next[tail] = slot;
    this.tails[b] = slot;
    this.armed++;
    if (this.nextDue === Number.POSITIVE_INFINITY) this.schedule();
  }

  disarm(slot: number): void {
    const b = this.bucket[slot];
    if (b === NOT_ARMED) return;
    this.bucket[slot] = NOT_ARMED;
    this.armed--;
    if (b === TAKEN) return;
    const next = this.next[slot];
    const previous = this.previous[slot];
    if (previous < 0) this.heads[b] = next;
    else this.next[previous] = next;
    if (next < 0) this.tails[b] = previous;
    else this.previous[next] = previous;
  }

  /**
   * Takes the next slot whose deadline is at or before `now`, in order of
   * deadline, and disarms it; -1 when none is due any more.
   */
  take(now: number): number {
    for (;;) {
      while (this.dueAt < this.dueCount) {
        const slot = this.taken[this.dueAt];
        if (this.bucket[slot] !== TAKEN || this.deadlines[slot] !== this.due[this.dueAt]) {
          this.dueAt++; // disarmed or moved since
          continue;
        }
        if (this.due[this.dueAt] > now) {
          this.nextDue = this.due[this.dueAt];
          return -1;
        }
        this.dueAt++;
        this.bucket[slot] = NOT_ARMED;
        this.armed--;
        return slot;
      }
      if (this.armed === 0) {
        this.nextDue = Number.POSITIVE_INFINITY;
        const tick = Math.floor((now - this.base) / BUCKET_MICROS);
        if (tick > this.tick) this.tick = tick;
        return -1;
      }
      if (this.bucketStart(this.tick + 1) > now) {
        this.schedule();
        return -1;
      }
      this.open(this.tick + 1);
    }
  }

  private bucketStart(tick: number): number {
    return this.base + tick * BUCKET_MICROS;
  }

  private schedule(): void {
    this.nextDue = this.bucketStart(this.tick + 1);
  }

  /** Opens a bucket: its slots go into `due`, sorted by deadline, then by arming. */
  private open(tick: number): void {
    this.tick = tick;
    const b = tick & (BUCKETS - 1);
    let count = 0;
    let sorted = true;
    let last = Number.NEGATIVE_INFINITY;
    for (let slot = this.heads[b]; slot >= 0; slot = this.next[slot]) {
      if (count === this.due.length) this.growDue();
      const deadline = this.deadlines[slot];
      if (deadline < last) sorted = false;
      last = deadline;
      this.due[count] = deadline;
      this.taken[count++] = slot;
      this.bucket[slot] = TAKEN;
    }
    this.heads[b] = -1;
    this.tails[b] = -1;
    this.dueCount = count;
    this.dueAt = 0;
    if (!sorted) this.sortDue();
  }

  private sortDue(): void {
    const order = Array.from({ length: this.dueCount }, (_, i) => i);
    order.sort((a, b) => this.due[a] - this.due[b] || a - b);
    const due = order.map((i) => this.due[i]);
    const taken = order.map((i) => this.taken[i]);
    this.due.set(due);
    this.taken.set(taken);
  }

  private grow(slot: number): void {
    const size = Math.max(slot + 1, this.bucket.length * 4);
    this.deadlines = copyOf(this.deadlines, new Float64Array(size));
    this.next = copyOf(this.next, new Int32Array(size));
    this.previous = copyOf(this.previous, new Int32Array(size));
    this.bucket = copyOf(this.bucket, new Int16Array(size));
  }

  private growDue(): void {
    this.due = copyOf(this.due, new Float64Array(this.due.length * 2));
    this.taken = copyOf(this.taken, new Int32Array(this.taken.length * 2));
  }
}

function copyOf<T extends Float64Array | Int32Array | Int16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
