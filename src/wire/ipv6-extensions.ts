import type { Cursor } from './cursor.ts';
import { IPV6_TOO_MANY_EXTENSIONS } from './events.ts';
import { PROTOCOL_AH, PROTOCOL_FRAGMENT } from './ip-protocol.ts';
import { u16 } from './octets.ts';

/** Twice the six that RFC 8200, section 4.1 lists: a chain without end costs time, and hides nothing honest. */
const MOST_EXTENSIONS = 12;
const SHORTEST = 8;
const MORE_FRAGMENTS = 0x0001;
const FRAGMENT_OFFSET = 0xfff8;

/** Nothing to go on with; counted. */
export const NO_PROTOCOL = -1;

/**
 * Passes over extension headers (RFC 8200, section 4; AH, RFC 4302), the first
 * of which is `protocol`, and leaves the cursor behind them. Returns the
 * protocol of what follows: {@link PROTOCOL_FRAGMENT} for a later fragment,
 * {@link NO_PROTOCOL} when they are malformed (counted; `truncated` names the
 * event for a header that is not all there).
 */
export function upperProtocol(c: Cursor, protocol: number, truncated: number): number {
  let next = protocol;
  for (let i = 0; i < MOST_EXTENSIONS; i++) {
    if (!isExtension(next)) return next;
    if (c.lacks(SHORTEST, truncated)) return NO_PROTOCOL;
    const { bytes, at } = c;
    let length = SHORTEST;
    if (next === PROTOCOL_FRAGMENT) {
      const fragment = u16(bytes, at + 2);
      if ((fragment & FRAGMENT_OFFSET) !== 0) return PROTOCOL_FRAGMENT;
      if ((fragment & MORE_FRAGMENTS) !== 0) c.fragment = 1;
    } else {
      length = next === PROTOCOL_AH ? (bytes[at + 1] + 2) << 2 : (bytes[at + 1] + 1) << 3;
      if (c.lacks(length, truncated)) return NO_PROTOCOL;
    }
    next = bytes[at];
    c.at += length;
  }
  c.count(IPV6_TOO_MANY_EXTENSIONS);
  return NO_PROTOCOL;
}

/** IANA's IPv6 extension header types, without ESP: nothing can be read behind that. */
function isExtension(protocol: number): boolean {
  switch (protocol) {
    case 0: // hop-by-hop options
    case 43: // routing
    case PROTOCOL_FRAGMENT:
    case PROTOCOL_AH:
    case 60: // destination options
    case 135: // mobility, RFC 6275
    case 139: // HIP, RFC 7401
    case 140: // Shim6, RFC 5533
      return true;
    default:
      return false;
  }
}
