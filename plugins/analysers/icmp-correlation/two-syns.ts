import type { Attempt } from 'unackd';

/** Seconds. SYNs closer than this are one SYN captured twice. */
const DUPLICATE_WITHIN = 0.01;

/** A first timer of 1 s (RFC 6298 (2.1)), as early as delay may make it look and as late as Linux's timer wheel lets it be. */
const SHORTEST = 0.95;
const LONGEST = 1.2;

/** Seconds of an attempt's SYNs without capture duplicates. */
export function distinctSyns(a: Attempt): number[] {
  const distinct = [0];
  let before = 0;
  for (const offset of a.syn_offsets) {
    if (offset - before >= DUPLICATE_WITHIN) distinct.push(offset);
    if (offset > before) before = offset;
  }
  return distinct;
}

/**
 * The two SYNs about 1 s apart that a Linux client sends when an ICMP error
 * finds its socket held by a blocking connect(): it goes on, and the error that
 * the second SYN draws ends it.
 *
 * @param syns without capture duplicates
 * @returns seconds from the first to the second SYN, or 0 for any other number or distance
 */
export function gapOfTwo(syns: readonly number[]): number {
  if (syns.length !== 2) return 0;
  return syns[1] >= SHORTEST && syns[1] <= LONGEST ? syns[1] : 0;
}
