/**
 * Named counters of what the decoder met. A malformed packet is a counted
 * event, never an exception. Index constants are declared beside the code that
 * counts; names are what metrics and summaries print.
 */
export class Counters {
  readonly names: readonly string[];
  /** Counts by index; floats, so that they never wrap. */
  readonly counts: Float64Array;

  constructor(names: readonly string[]) {
    this.names = names;
    this.counts = new Float64Array(names.length);
  }

  /** Names and counts of all that happened at least once. */
  seen(): Record<string, number> {
    const found: Record<string, number> = {};
    for (let i = 0; i < this.names.length; i++) {
      if (this.counts[i] > 0) found[this.names[i]] = this.counts[i];
    }
    return found;
  }
}
