/** Before the second try, in ms, at most; doubles with each failure. */
const FIRST_MS = 500;

/** Between two tries at most, whatever a receiver asks for: who is back is told soon. */
export const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try: exponential with full jitter, so that
 * many daemons do not come back in step.
 *
 * @param failures in a row, the last one included
 * @param after    seconds the receiver asked for, or `null`
 * @param random   in [0, 1)
 * @param longest  ms
 * @returns ms
 */
export function backoff(
  failures: number,
  after: number | null,
  random: number,
  longest = LONGEST_MS,
): number {
  if (after !== null && after > 0) {
    // Not before it; up to a tenth later.
    return Math.min(after * 1000 * (1 + random / 10), LONGEST_MS);
  }
  // 2 ** 16 steps are far beyond the longest.
  return random * Math.min(longest, FIRST_MS * 2 ** Math.min(failures - 1, 16));
}
