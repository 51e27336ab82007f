import { LOSS_LEAST, SECOND } from './rules.ts';
import type { Micros } from 'unackd';

/** Handshakes after which an old loss rate has faded to a third. */
const MEMORY = 400;

/** Lost SYNs of one handshake that count. */
const LOST_AT_ONCE = 3;

/** Share of SYNs that needed another one, learnt from handshakes that worked; newer ones count more. */
export class LossRate {
  syns = 0;
  lost = 0;
  readonly #prior: number;

  /** @param prior so many SYNs' worth of half the least loss is taken as known from the start */
  constructor(prior = 25) {
    this.#prior = prior;
  }

  /** A handshake that took `syns` SYNs. */
  learn(syns: number): void {
    const fade = 1 - 1 / MEMORY;
    this.syns = this.syns * fade + syns;
    this.lost = this.lost * fade + Math.min(syns - 1, LOST_AT_ONCE);
  }

  /** The rate and one standard deviation, never below {@link LOSS_LEAST}. */
  get rate(): number {
    const n = this.syns + this.#prior;
    const p = (this.lost + this.#prior * LOSS_LEAST * 0.5) / n;
    return Math.max(LOSS_LEAST, p + Math.sqrt((p * (1 - p)) / n) * 0.5);
  }
}

const SLOTS = 64;
const SLOT: Micros = SECOND / 2;
/** Slots either side of a moment that count as "at that moment". */
const REACH = 3;

/** SYNs by the half second they were sent in, for the last 32 s. */
export class SlotCounts {
  readonly #slots = new Float64Array(SLOTS).fill(-1);
  readonly #counts = new Uint16Array(SLOTS);

  add(sent: Micros): void {
    const slot = Math.floor(sent / SLOT);
    const at = slot % SLOTS;
    if (this.#slots[at] !== slot) {
      if (this.#slots[at] > slot) return;
      this.#slots[at] = slot;
      this.#counts[at] = 0;
    }
    if (this.#counts[at] < 0xffff) this.#counts[at]++;
  }

  /** How many were sent within {@link REACH} slots of `middle`. */
  around(middle: number): number {
    let sum = 0;
    for (let slot = middle - REACH; slot <= middle + REACH; slot++) {
      const at = ((slot % SLOTS) + SLOTS) % SLOTS;
      if (this.#slots[at] === slot) sum += this.#counts[at];
    }
    return sum;
  }
}

/** SYNs of one network: answered, and not. */
export class RecentSyns {
  readonly #answered = new SlotCounts();
  readonly #failed = new SlotCounts();

  add(sent: Micros, answered: boolean): void {
    (answered ? this.#answered : this.#failed).add(sent);
  }

  /** Share of SYNs around `sent` that failed, those of `without` left out; 0 where there are too few. */
  failing(sent: Micros, without: Iterable<SlotCounts>): number {
    const middle = Math.floor(sent / SLOT);
    let failed = this.#failed.around(middle);
    for (const counts of without) failed -= counts.around(middle);
    const answered = this.#answered.around(middle);
    if (failed <= 0 || failed + answered < 3) return 0;
    return failed / (failed + answered + 1);
  }
}
