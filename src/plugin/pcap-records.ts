/**
 * The pcap format (draft-ietf-opsawg-pcap; libpcap's savefile.c): a file
 * header of 24 octets, then records, each a header of 16 octets (24 in
 * Kuznetzov's modified format) and the frame. libpcap writes what it captures
 * so too: files and live capture are read by the same loop.
 */
import type { FrameBatch } from './frames.ts';

export const FILE_HEADER = 24;

/** Most that a frame may claim whatever the file's snapshot length is: libpcap's MAXIMUM_SNAPLEN. */
export const MAXIMUM_SNAPLEN = 262144;

/**
 * The largest record, or block of pcapng, that is taken. Frames stay below
 * `MAXIMUM_SNAPLEN`, but pcapng's blocks carry name tables and TLS keys too;
 * past this a length is taken for damage.
 */
export const LARGEST_RECORD = 16 << 20;

/** How the records of a file are written. */
export interface RecordFormat {
  readonly littleEndian: boolean;
  /** 16, or 24 in the modified format. */
  readonly headerLength: 16 | 24;
  /** Units of the fraction in a second: 1e6 or 1e9. */
  readonly fraction: 1_000_000 | 1_000_000_000;
  /** LINKTYPE_ value, without the bits about frame check sequences above it. */
  readonly linkType: number;
  readonly snapLength: number;
  /** A record that claims to hold more is damage. */
  readonly limit: number;
  readonly version: string;
}

/** Reads the file header at `start`, where `FILE_HEADER` bytes must be; `null` where it has no pcap magic. */
export function readFileHeader(view: DataView, start: number): RecordFormat | null {
  const magic = view.getUint32(start);
  const littleEndian = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1 || magic === 0x34cdb2a1;
  const word = littleEndian ? view.getUint32(start, true) : magic;
  if (word !== 0xa1b2c3d4 && word !== 0xa1b23c4d && word !== 0xa1b2cd34) return null;
  const snapLength = view.getUint32(start + 16, littleEndian);
  const major = view.getUint16(start + 4, littleEndian);
  const minor = view.getUint16(start + 6, littleEndian);
  return {
    littleEndian,
    headerLength: word === 0xa1b2cd34 ? 24 : 16,
    fraction: word === 0xa1b23c4d ? 1_000_000_000 : 1_000_000,
    linkType: view.getUint32(start + 20, littleEndian) & 0xffff,
    snapLength,
    limit: Math.min(Math.max(snapLength, MAXIMUM_SNAPLEN), LARGEST_RECORD),
    version: `${major}.${minor}`,
  };
}

/**
 * Appends the whole records from `start` on to the batch, whose `bytes` must
 * be what `view` shows. Ends at the batch's capacity, at a record that is not
 * whole before `end`, or at a header that can't be one ({@link isPossibleRecord}).
 * Finer digits than microseconds are cut, or stand in the batch's `nanos`.
 *
 * @returns where the first record not taken starts
 */
export function takeRecords(
  format: RecordFormat,
  iface: number,
  view: DataView,
  start: number,
  end: number,
  batch: FrameBatch,
  most = batch.capacity,
): number {
  const { littleEndian, headerLength, fraction, limit } = format;
  const nanoseconds = fraction === 1_000_000_000;
  const { offset, captured, wire, time, nanos } = batch;
  const ifaces = batch.iface;
  let at = start;
  if (littleEndian && !nanoseconds)
    at = takeLittleMicros(format, iface, view, at, end, batch, most);
  let count = batch.count;
  while (count < most && end - at >= headerLength) {
    const length = view.getInt32(at + 8, littleEndian);
    const part = view.getUint32(at + 4, littleEndian);
    // One comparison turns away 0, negative and excessive lengths.
    if ((length - 1) >>> 0 >= limit || part >= fraction) {
      if (!isPossibleRecord(format, view, at)) break;
    }
    const data = at + headerLength;
    if (length > end - data) break;
    const original = view.getInt32(at + 12, littleEndian);
    offset[count] = data;
    captured[count] = length;
    wire[count] = original < 0 ? 0x7fffffff : original;
    time[count] = view.getUint32(at, littleEndian) * 1e6 + (nanoseconds ? (part / 1000) | 0 : part);
    if (nanoseconds && nanos !== null) nanos[count] = part % 1000;
    ifaces[count] = iface;
    count++;
    at = data + length;
  }
  batch.count = count;
  return at;
}

/**
 * The loop of {@link takeRecords} for little-endian microseconds, which nearly
 * all files are: no byte order, division or call inside, in half the time. It
 * leaves anything unusual to the other loop.
 */
function takeLittleMicros(
  format: RecordFormat,
  iface: number,
  view: DataView,
  start: number,
  end: number,
  batch: FrameBatch,
  most: number,
): number {
  const { headerLength, limit } = format;
  const { offset, captured, wire, time } = batch;
  const ifaces = batch.iface;
  let count = batch.count | 0;
  let at = start | 0;
  while (count < most && ((end - at) | 0) >= headerLength) {
    const length = view.getInt32((at + 8) | 0, true);
    const part = view.getInt32((at + 4) | 0, true);
    if ((length - 1) >>> 0 >= limit || part >>> 0 >= 1_000_000) break;
    const data = (at + headerLength) | 0;
    if (length > ((end - data) | 0)) break;
    const original = view.getInt32((at + 12) | 0, true);
    offset[count] = data;
    captured[count] = length;
    wire[count] = original < 0 ? 0x7fffffff : original;
    time[count] = view.getUint32(at, true) * 1e6 + part;
    ifaces[count] = iface;
    count = (count + 1) | 0;
    at = (data + length) | 0;
  }
  batch.count = count;
  return at;
}

/**
 * Whether a record header can be one. A length of 0 with a time of 0 is what a
 * file looks like whose end was allocated but never written.
 */
export function isPossibleRecord(format: RecordFormat, view: DataView, at: number): boolean {
  const length = view.getUint32(at + 8, format.littleEndian);
  if (length > format.limit) return false;
  if (view.getUint32(at + 4, format.littleEndian) >= format.fraction) return false;
  return length > 0 || view.getUint32(at, format.littleEndian) > 0;
}
