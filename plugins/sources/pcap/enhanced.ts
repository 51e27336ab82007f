import type { FrameBatch } from 'unackd';
import { BLOCK } from './block.ts';
import { MICRO, NANO } from './timestamps.ts';
import type { Clock } from './timestamps.ts';

/** What a section knows of one of its interfaces. */
export interface Described {
  /** Index over all sections and files. */
  readonly index: number;
  readonly clock: Clock;
  readonly snapLength: number;
  /** The latest Interface Statistics Block's drops. */
  dropped: number;
}

/** Octets of an Enhanced Packet Block around its data: header and closing length. */
const AROUND = 32;

/**
 * Appends the Enhanced Packet Blocks that follow each other from `start` on,
 * in little endian and with times in micro- or nanoseconds, to the batch: what
 * nearly all of a pcapng file is. Leaves everything else, and whatever looks
 * odd, to the parser.
 *
 * @returns where the first block not taken starts
 */
export function takeEnhanced(
  section: readonly Described[],
  view: DataView,
  start: number,
  end: number,
  batch: FrameBatch,
): number {
  const { offset, captured, wire, time, nanos, iface, capacity } = batch;
  let count = batch.count;
  let at = start;
  // The interface of the packet before, which is mostly that of the next.
  let known = -1;
  let index = 0;
  let nanoseconds = false;
  let shift = 0;
  while (count < capacity && end - at >= AROUND) {
    if (view.getInt32(at, true) !== BLOCK.enhancedPacket) break;
    const length = view.getInt32(at + 4, true);
    if (length < AROUND || (length & 3) !== 0 || length > ((end - at) | 0)) break;
    if (view.getInt32((at + length - 4) | 0, true) !== length) break;
    const id = view.getInt32(at + 8, true);
    const size = view.getInt32(at + 20, true);
    if (size >>> 0 > length - AROUND) break;
    if (id !== known) {
      if (id >>> 0 >= section.length) break;
      const { clock } = section[id];
      if (clock.resolution !== MICRO && clock.resolution !== NANO) break;
      known = id;
      ({ index } = section[id]);
      nanoseconds = clock.resolution === NANO;
      shift = clock.offset;
    }
    const high = view.getUint32(at + 12, true);
    const low = view.getUint32(at + 16, true);
    // The same as toMicros, without a call.
    time[count] =
      (nanoseconds
        ? high * 4294967 + Math.floor((high * 296 + low) / 1000)
        : high * 4294967296 + low) + shift;
    if (nanoseconds && nanos !== null) nanos[count] = (high * 296 + low) % 1000;
    const original = view.getInt32(at + 24, true);
    offset[count] = (at + 28) | 0;
    captured[count] = size;
    wire[count] = original < 0 ? 0x7fffffff : original;
    iface[count] = index;
    count = (count + 1) | 0;
    at = (at + length) | 0;
  }
  batch.count = count;
  return at;
}
