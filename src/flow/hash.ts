import type { Segment } from '../wire/segment.ts';

/**
 * A hash of a flow, the same in both directions. Seeded per process, so that
 * nobody can craft flows that collide; nothing that is printed follows its order.
 * (V8 seeds Math.random from the system's entropy, and no number of it leaves
 * the process; node:crypto would add 7 ms to each start.)
 */
const SEED_A = (Math.random() * 2 ** 32) | 1;
const SEED_B = (Math.random() * 2 ** 32) | 0;

function side(w0: number, w1: number, w2: number, w3: number, port: number): number {
  let h = Math.imul(w0 ^ SEED_B, 0x9e3779b1);
  if ((w1 | w2 | w3) !== 0) {
    h = Math.imul((h ^ (h >>> 15)) + w1, 0x85ebca6b);
    h = Math.imul((h ^ (h >>> 13)) + w2, 0xc2b2ae35);
    h = Math.imul((h ^ (h >>> 16)) + w3, 0x27d4eb2f);
  }
  h = Math.imul((h ^ (h >>> 15)) + port, SEED_A);
  return h ^ (h >>> 16);
}

function join(a: number, b: number): number {
  let h = Math.imul((a + b) ^ SEED_A, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

type Words = readonly [number, number, number, number];

/** Hash of a TCP segment's own flow. */
export function hashFlow(s: Segment): number {
  return join(
    side(s.src0, s.src1, s.src2, s.src3, s.srcPort),
    side(s.dst0, s.dst1, s.dst2, s.dst3, s.dstPort),
  );
}

/** The same for an IPv4 flow, from its words: two addresses, and both ports in one. */
export function hashPlain(source: number, destination: number, ports: number): number {
  return join(side(source, 0, 0, 0, ports >>> 16), side(destination, 0, 0, 0, ports & 0xffff));
}

/** The same for any flow, from its address words. */
export function hashEnds(source: Words, destination: Words, ports: number): number {
  return join(side(...source, ports >>> 16), side(...destination, ports & 0xffff));
}

/** Hash of one address and port: an endpoint, or (port 0) a client. */
export function hashAddress(w0: number, w1: number, w2: number, w3: number, port: number): number {
  return join(side(w0, w1, w2, w3, port), 0);
}
