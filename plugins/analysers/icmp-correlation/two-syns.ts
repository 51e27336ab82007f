import type { Attempt } from 'unackd';

/** SYNs closer than this are one SYN captured twice. */
const DUPLICATE_WITHIN = 0.01;

/** A first timer of 1 s (RFC 6298 (2.1)), as early as delay may make it look and as late as Linux's timer wheel lets it be. */
const SHORTEST = 0.95;
const LONGEST = 1.2;

/** More copies of two SYNs than `-i any` on a bridge with VLANs makes are none. */
const MOST_COPIES = 16;

/**
 * The two SYNs about 1 s apart that a Linux client sends when an ICMP error
 * finds its socket held by a blocking connect(): it goes on, and the error that
 * the second SYN draws ends it.
 *
 * @returns seconds from the first to the second SYN, or 0 for any other number or distance
 */
export function twoSyns(a: Attempt): number {
  if (a.syns < 2 || a.syns > MOST_COPIES) return 0;
  let second = 0;
  let before = 0;
  for (const offset of a.syn_offsets) {
    if (offset - before >= DUPLICATE_WITHIN) {
      if (second > 0) return 0;
      second = offset;
    }
    if (offset > before) before = offset;
  }
  return second >= SHORTEST && second <= LONGEST ? second : 0;
}
