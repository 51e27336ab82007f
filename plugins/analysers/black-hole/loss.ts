import { LOSS_LEAST, SECOND } from './rules.ts';
import type { Micros } from 'unackd';

/** Handshakes after which an old loss rate has faded to a third. */
const MEMORY = 400;

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
    this.lost = this.lost * fade + Math.min(syns - 1, 3);
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

/** SYNs of one network by the half second they were sent in, for the last 32 s: answered, and not. */
export class RecentSyns {
  private readonly slots = new Float64Array(SLOTS).fill(-1);
  private readonly answered = new Uint16Array(SLOTS);
  private readonly failed = new Uint16Array(SLOTS);

  add(sent: Micros, answered: boolean): void {
    const slot = Math.floor(sent / SLOT);
    const at = slot % SLOTS;
    if (this.slots[at] !== slot) {
      if (this.slots[at] > slot) return;
      this.slots[at] = slot;
      this.answered[at] = 0;
      this.failed[at] = 0;
    }
    const counts = answered ? this.answered : this.failed;
    if (counts[at] < 0xffff) counts[at]++;
  }

  /** Share of SYNs around `sent` that failed, those of `without` left out; 0 where there are too few. */
  failing(sent: Micros, without: Iterable<readonly Micros[]>): number {
    const middle = Math.floor(sent / SLOT);
    let answered = 0;
    let failed = 0;
    for (let slot = middle - REACH; slot <= middle + REACH; slot++) {
      const at = ((slot % SLOTS) + SLOTS) % SLOTS;
      if (this.slots[at] !== slot) continue;
      answered += this.answered[at];
      failed += this.failed[at];
    }
    const from = (middle - REACH) * SLOT;
    const to = (middle + REACH + 1) * SLOT;
    for (const times of without) {
      for (const time of times) if (time >= from && time < to) failed--;
    }
    if (failed <= 0 || failed + answered < 3) return 0;
    return failed / (failed + answered + 1);
  }
}
