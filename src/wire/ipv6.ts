import type { Cursor } from './cursor.ts';
import {
  IPV6_BEYOND_FRAME,
  IPV6_EXTENSION_TRUNCATED,
  IPV6_FRAGMENT,
  IPV6_TRUNCATED,
  IPV6_VERSION,
} from './events.ts';
import { layerOfIpProtocol, PROTOCOL_FRAGMENT, PROTOCOL_TCP } from './ip-protocol.ts';
import { upperProtocol } from './ipv6-extensions.ts';
import { DONE } from './layers.ts';
import { i32, u16 } from './octets.ts';

// RFC 8200, section 3.
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
const SOURCE = 8;
const DESTINATION = 24;
const HEADER = 40;

/** IPv6 with its extension headers. */
export function ipv6(c: Cursor): number {
  if (c.lacks(HEADER, IPV6_TRUNCATED)) return DONE;
  const { bytes, at, segment } = c;
  if (bytes[at] >> 4 !== 6) {
    c.count(IPV6_VERSION);
    return DONE;
  }
  // 0: a jumbogram (RFC 2675), or captured before the network card split it: the wire's length holds.
  const length = u16(bytes, at + PAYLOAD_LENGTH);
  if (length !== 0) c.claim(HEADER + length, IPV6_BEYOND_FRAME);
  segment.v6 = 1;
  segment.src0 = i32(bytes, at + SOURCE);
  segment.src1 = i32(bytes, at + SOURCE + 4);
  segment.src2 = i32(bytes, at + SOURCE + 8);
  segment.src3 = i32(bytes, at + SOURCE + 12);
  segment.dst0 = i32(bytes, at + DESTINATION);
  segment.dst1 = i32(bytes, at + DESTINATION + 4);
  segment.dst2 = i32(bytes, at + DESTINATION + 8);
  segment.dst3 = i32(bytes, at + DESTINATION + 12);
  segment.ttl = bytes[at + HOP_LIMIT];
  c.at += HEADER;
  let protocol = bytes[at + NEXT_HEADER];
  if (protocol !== PROTOCOL_TCP) protocol = upperProtocol(c, protocol, IPV6_EXTENSION_TRUNCATED);
  if (protocol === PROTOCOL_FRAGMENT) {
    c.count(IPV6_FRAGMENT);
    return DONE;
  }
  return layerOfIpProtocol(c, protocol, 1);
}
