import type { Cursor } from './cursor.ts';
import { ICMP_TRUNCATED } from './events.ts';
import { DONE } from './layers.ts';
import { quoteIpv6 } from './quote.ts';
import { KIND_ICMP } from './segment.ts';

const HEADER = 8;

/** RFC 4443: destination unreachable (1), time exceeded (3) and parameter problem (4), with what they quote. */
export function icmpv6(c: Cursor): number {
  c.icmpPackets++;
  if (c.lacks(HEADER, ICMP_TRUNCATED)) return DONE;
  const { bytes, at, segment } = c;
  const type = bytes[at];
  if (type !== 1 && type !== 3 && type !== 4) return DONE;
  segment.kind = KIND_ICMP;
  segment.icmpType = type;
  segment.icmpCode = bytes[at + 1];
  c.at += HEADER;
  quoteIpv6(c);
  return DONE;
}
