import { PLACES } from '../flow/undecided.ts';
import { FAR_AHEAD } from '../flow/syn-run.ts';
import type { FrameBatch } from '../plugin/api.ts';
import { LINKTYPE_ETHERNET } from '../wire/link-types.ts';
import {
  DATA_OFFSET,
  ETHERNET,
  ETHERTYPE,
  FRAGMENT,
  FRAGMENT_AND_PROTOCOL,
  IPV4,
  PLAIN_IPV4,
  PORTS,
  SHORTEST,
  TCP,
  TOTAL_LENGTH,
  WHOLE_TCP,
} from '../wire/plain-frame.ts';
import { TCP_FIN, TCP_RST, TCP_SYN } from '../wire/segment.ts';

/** Places in `reached`: the newest frame's time, and when something falls due. */
export const NEWEST = 0;
export const DUE = 1;

const OPENS_REFUSES_OR_CLOSES = TCP_SYN | TCP_RST | TCP_FIN;

/**
 * Whether a frame is data of a connection that stands, as most traffic is, and
 * concerns no attempt. Five loads, no call and no arithmetic that could leave 32
 * bits, so that V8 puts it into the loops that ask, and learns what the arrays
 * are once and not at each frame (which was twice as slow, in two starts of three).
 * @param at where its Ethernet header begins; `SHORTEST` bytes of it are there
 * @param undecided flags of `Undecided`: ports that an attempt waits on
 */
export function isBulk(view: DataView, at: number, wire: number, undecided: Uint8Array): boolean {
  if (view.getInt32((at + ETHERTYPE) | 0) >>> 8 !== PLAIN_IPV4) return false;
  if ((view.getInt32((at + FRAGMENT) | 0) & FRAGMENT_AND_PROTOCOL) !== WHOLE_TCP) return false;
  const total = view.getUint16((at + TOTAL_LENGTH) | 0);
  const control = view.getUint16((at + DATA_OFFSET) | 0);
  const header = (control >>> 12) << 2;
  if (header < TCP || total < IPV4 + header || total > wire - ETHERNET) return false;
  if ((control & OPENS_REFUSES_OR_CLOSES) !== 0) return false;
  const ports = view.getInt32((at + PORTS) | 0);
  return undecided[(ports ^ (ports >>> 16)) & (PLACES - 1)] === 0;
}

/**
 * Passes over frames that concern no attempt and make nothing fall due.
 * @param linkTypes by interface
 * @param reached NEWEST is moved on
 * @returns the index of the first frame from `from` on that is to be taken in full
 */
export function passBulk(
  batch: FrameBatch,
  view: DataView,
  from: number,
  linkTypes: Int32Array,
  undecided: Uint8Array,
  reached: Float64Array,
): number {
  const { offset, captured, wire, time, iface } = batch;
  const end = batch.count | 0;
  let newest = reached[NEWEST];
  // Later than that is taken in full: then these begin anew from there.
  const until = Math.min(reached[DUE], newest + FAR_AHEAD);
  let i = from | 0;
  for (; i < end; i = (i + 1) | 0) {
    const t = time[i];
    if (!(t >= newest && t < until)) break;
    if (linkTypes[iface[i]] !== LINKTYPE_ETHERNET || captured[i] < SHORTEST) break;
    if (!isBulk(view, offset[i], wire[i], undecided)) break;
    newest = t;
  }
  reached[NEWEST] = newest;
  return i;
}
