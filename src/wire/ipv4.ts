import type { Cursor } from './cursor.ts';
import {
  IPV4_BEYOND_FRAME,
  IPV4_FRAGMENT,
  IPV4_HEADER_LENGTH,
  IPV4_TOTAL_LENGTH,
  IPV4_TRUNCATED,
  IPV4_VERSION,
  IPV6_EXTENSION_TRUNCATED,
} from './events.ts';
import { upperProtocol } from './ipv6-extensions.ts';
import { layerOfIpProtocol, PROTOCOL_AH } from './ip-protocol.ts';
import { DONE } from './layers.ts';
import { i32, u16 } from './octets.ts';

// RFC 791, section 3.1.
const TOTAL_LENGTH = 2;
const FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const SOURCE = 12;
const DESTINATION = 16;
const HEADER = 20;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

/** IPv4; options are passed over. */
export function ipv4(c: Cursor): number {
  if (c.lacks(HEADER, IPV4_TRUNCATED)) return DONE;
  const { bytes, at, segment } = c;
  if (bytes[at] >> 4 !== 4) {
    c.count(IPV4_VERSION);
    return DONE;
  }
  const header = (bytes[at] & 0x0f) << 2;
  if (header < HEADER) {
    c.count(IPV4_HEADER_LENGTH);
    return DONE;
  }
  // 0: captured before the network card split it (TSO), or larger than 64 KiB: the wire's length holds.
  const total = u16(bytes, at + TOTAL_LENGTH);
  if (total !== 0) {
    if (total < header) {
      c.count(IPV4_TOTAL_LENGTH);
      return DONE;
    }
    c.claim(total, IPV4_BEYOND_FRAME);
  }
  if (c.lacks(header, IPV4_HEADER_LENGTH)) return DONE;
  const fragment = u16(bytes, at + FRAGMENT);
  if ((fragment & FRAGMENT_OFFSET) !== 0) {
    c.count(IPV4_FRAGMENT);
    return DONE;
  }
  if ((fragment & MORE_FRAGMENTS) !== 0) c.fragment = 1;
  segment.v6 = 0;
  segment.src0 = i32(bytes, at + SOURCE);
  segment.src1 = 0;
  segment.src2 = 0;
  segment.src3 = 0;
  segment.dst0 = i32(bytes, at + DESTINATION);
  segment.dst1 = 0;
  segment.dst2 = 0;
  segment.dst3 = 0;
  segment.ttl = bytes[at + TTL];
  c.at += header;
  let protocol = bytes[at + PROTOCOL];
  if (protocol === PROTOCOL_AH) protocol = upperProtocol(c, protocol, IPV6_EXTENSION_TRUNCATED);
  return layerOfIpProtocol(c, protocol, 0);
}
