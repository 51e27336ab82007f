/** How many flags: a power of two. 8 KiB of flags stay in a first-level cache, beside what else a packet needs. */
export const PLACES = 1 << 13;

/**
 * Where undecided attempts are, by their ports alone (both in one word): a bare
 * ACK whose flag is 0 concerns nobody, and most traffic is that.
 */
export class Undecided {
  private readonly counts = new Int32Array(PLACES);
  /** 1 where the count is not 0; `passBulk` reads it as it is. */
  readonly flags = new Uint8Array(PLACES);

  /** Whether any may have these ports, in either direction. */
  concerns(ports: number): boolean {
    return this.flags[placeOf(ports)] !== 0;
  }

  add(ports: number): void {
    const place = placeOf(ports);
    this.counts[place]++;
    this.flags[place] = 1;
  }

  remove(ports: number): void {
    const place = placeOf(ports);
    if (--this.counts[place] === 0) this.flags[place] = 0;
  }
}

/** Where the flag of these ports is, the same for both directions; `passBulk` has it once more. */
function placeOf(ports: number): number {
  return (ports ^ (ports >>> 16)) & (PLACES - 1);
}
