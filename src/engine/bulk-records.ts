import { FAR_AHEAD } from '../flow/syn-run.ts';
import type { RecordBlock } from '../plugin/api.ts';
import { LINKTYPE_ETHERNET } from '../wire/link-types.ts';
import { SHORTEST } from '../wire/plain-frame.ts';
import { DUE, isBulk, NEWEST } from './bulk.ts';

/** Whether a block is one for `passRecords`: little-endian microseconds and Ethernet, which nearly all files are. */
export function suitsPassing({ format, iface }: RecordBlock, linkTypes: Int32Array): boolean {
  const { littleEndian, fraction } = format;
  return littleEndian && fraction === 1_000_000 && linkTypes[iface] === LINKTYPE_ETHERNET;
}

/**
 * {@link passBulk} over lent pcap records, in one loop with their headers, which
 * takes two thirds of the time. A record that is not whole, or can't be one, ends it.
 * @param block one that suits
 * @param undecided flags of `Undecided`: ports that an attempt waits on
 * @param reached NEWEST is moved on
 * @returns how many it passed over; they are taken
 */
export function passRecords(
  block: RecordBlock,
  undecided: Uint8Array,
  reached: Float64Array,
): number {
  const { view, format, end } = block;
  const { headerLength, limit } = format;
  const most = (limit - SHORTEST) | 0;
  let newest = reached[NEWEST];
  // As in passBulk.
  const until = Math.min(reached[DUE], newest + FAR_AHEAD);
  let at = block.at | 0;
  let frames = 0;
  let bytes = 0;
  const last = (end - headerLength - SHORTEST) | 0;
  while (at <= last) {
    const captured = view.getInt32((at + 8) | 0, true);
    const part = view.getInt32((at + 4) | 0, true);
    const t = view.getUint32(at, true) * 1e6 + part;
    if (!(t >= newest && t < until)) break;
    const data = (at + headerLength) | 0;
    const next = (data + captured) | 0;
    if ((captured - SHORTEST) >>> 0 > most || part >>> 0 >= 1_000_000 || next > end) break;
    const original = view.getInt32((at + 12) | 0, true);
    const wire = original < 0 ? 0x7fffffff : original;
    if (!isBulk(view, data, wire, undecided)) break;
    newest = t;
    frames = (frames + 1) | 0;
    bytes += wire;
    at = next;
  }
  if (frames > 0) {
    block.at = at;
    block.frames += frames;
    block.wireBytes += bytes;
    block.lastTime = newest;
    reached[NEWEST] = newest;
  }
  return frames;
}
