import type { Cursor } from './cursor.ts';
import { ICMP_TRUNCATED } from './events.ts';
import { DONE } from './layers.ts';
import { quoteIpv4 } from './quote.ts';
import { KIND_ICMP } from './segment.ts';

const HEADER = 8;

/** RFC 792: destination unreachable (3), time exceeded (11) and parameter problem (12), with what they quote. */
export function icmp(c: Cursor): number {
  c.icmpPackets++;
  if (c.lacks(HEADER, ICMP_TRUNCATED)) return DONE;
  const { bytes, at, segment } = c;
  const type = bytes[at];
  if (type !== 3 && type !== 11 && type !== 12) return DONE;
  segment.kind = KIND_ICMP;
  segment.icmpType = type;
  segment.icmpCode = bytes[at + 1];
  c.at += HEADER;
  quoteIpv4(c);
  return DONE;
}
