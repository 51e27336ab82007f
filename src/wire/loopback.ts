import type { Cursor } from './cursor.ts';
import { LOOPBACK_TRUNCATED } from './events.ts';
import { DONE, IPV4, IPV6 } from './layers.ts';
import { i32 } from './octets.ts';

const HEADER = 4;
const AF_INET = 2;

/**
 * LINKTYPE_NULL and LINKTYPE_LOOP: an address family in the capturing host's
 * order, or in network order. Families are small numbers, so the order shows.
 */
export function loopback(c: Cursor): number {
  if (c.lacks(HEADER, LOOPBACK_TRUNCATED)) return DONE;
  const word = i32(c.bytes, c.at);
  c.at += HEADER;
  switch ((word & 0xffff) === 0 ? swap(word) : word) {
    case AF_INET:
      return IPV4;
    case 10: // AF_INET6 on Linux
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // Darwin
      return IPV6;
    default:
      return DONE;
  }
}

/** A word whose low half is 0, in the other byte order. */
function swap(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00);
}
