/** When a client's stack is due to send its SYN again: what the gaps in a picture are compared with. */
import type { ScheduleFamily } from '../model/attempt.ts';

/**
 * Seconds from the first SYN to each SYN; the last one is when the stack gives
 * up instead of sending. Linux: Documentation/networking/ip-sysctl.rst
 * (tcp_syn_retries, tcp_syn_linear_timeouts); Windows: initial RTO 3 s with 2
 * retries, later 1 s with 4; lwIP: tcp.c, every 3 s up to 18.
 */
const DUE: Readonly<Partial<Record<ScheduleFamily, readonly number[]>>> = {
  'linux-exponential': [0, 1, 3, 7, 15, 31, 63, 127],
  'linux-linear': [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131],
  'windows-1s': [0, 1, 3, 7, 15, 31],
  'windows-3s': [0, 3, 9, 21],
  lwip: [0, 3, 6, 9, 12, 15, 18, 21],
};

/** Linux's timer wheel fires up to an eighth late (kernel/time/timer.c). */
const LATE = 1.125;

/** Capture clocks and scheduling blur a gap by this much either way. */
const BLUR_S = 0.05;

/** Where a client is in its schedule, moved on by each SYN that was captured. */
export class RetryClock {
  readonly #due: readonly number[];
  #index = 0;
  #lost = 0;

  constructor(family: ScheduleFamily | null) {
    this.#due = (family === null ? undefined : DUE[family]) ?? [];
  }

  /**
   * A retry, `gap` seconds after the SYN before it.
   *
   * @returns the gap that its timer was set to, and how many SYNs between the
   *   two were not captured; `null` where the gap fits no timer
   */
  retry(gap: number): { due: number; missed: number } | null {
    for (let next = this.#index + 1; next < this.#due.length; next++) {
      const due = this.#due[next] - this.#due[this.#index];
      if (gap < due - BLUR_S) break;
      if (gap > due * LATE + BLUR_S) continue;
      const missed = next - this.#index - 1;
      this.#index = next;
      return { due, missed };
    }
    this.#index += 1;
    this.#lost += 1;
    return null;
  }

  /** Seconds from the first SYN to the one that is due next; `null` where the schedule is not followed. */
  next(): number | null {
    return this.#lost > 0 ? null : (this.#due[this.#index + 1] ?? null);
  }
}
