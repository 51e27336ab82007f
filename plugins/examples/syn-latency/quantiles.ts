/**
 * Percentiles of how long answers take, in a fixed number of bytes: counts by
 * logarithmic buckets, as in DDSketch (Masson, Rim and Lee, VLDB 2019).
 */

/** Neighbouring buckets lie this far apart: a percentile is off by 5 % at most. */
const GROWTH = 1.1;
/** Shortest that is told apart, in seconds: a clock of microseconds has nothing finer. */
const SHORTEST = 1e-6;
/** Up to SHORTEST * GROWTH ** 220, some 21 minutes: ten times as long as any stack tries. */
const BUCKETS = 221;

export class Quantiles {
  count = 0;
  private readonly counts = new Uint32Array(BUCKETS);

  /** @param seconds 0 and more */
  add(seconds: number): void {
    const bucket = Math.ceil(Math.log(Math.max(seconds, SHORTEST) / SHORTEST) / Math.log(GROWTH));
    this.counts[Math.min(bucket, BUCKETS - 1)]++;
    this.count++;
  }

  /**
   * Seconds that the given share of all answers took at most.
   * @param share 0 to 1; of no answers the result is 0
   */
  at(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (const [bucket, count] of this.counts.entries()) {
      seen += count;
      // The middle of the bucket, by ratio.
      if (seen >= rank) return SHORTEST * GROWTH ** (bucket - 0.5);
    }
    return 0;
  }

  clear(): void {
    this.counts.fill(0);
    this.count = 0;
  }
}
