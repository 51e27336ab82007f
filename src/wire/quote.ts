/**
 * The datagram inside an ICMP error. Routers quote as little as the IP header
 * and 8 bytes (RFC 792), and rewrite what they please before that: lengths and
 * checksums in it are not looked at, only where the ports are.
 */
import type { Cursor } from './cursor.ts';
import { ICMP_QUOTE_FRAGMENT, ICMP_QUOTE_MALFORMED, ICMP_QUOTE_TRUNCATED } from './events.ts';
import { PROTOCOL_AH, PROTOCOL_FRAGMENT, PROTOCOL_TCP } from './ip-protocol.ts';
import { upperProtocol } from './ipv6-extensions.ts';
import { i32, u16 } from './octets.ts';
import type { Segment } from './segment.ts';

const IPV4_HEADER = 20;
const IPV4_FRAGMENT_OFFSET = 0x1fff;
/** "Don't fragment" in the wrong byte order: some stacks quote the header as it stands in their memory. */
const SWAPPED_DONT_FRAGMENT = 0x0040;
const IPV6_HEADER = 40;
const PORTS = 4;
const SEQUENCE = 4;
const PORTS_AND_SEQUENCE = 8;

/** Reads what `at` quotes into the segment's quote fields; sets `quotesTcp` and `quotesSeq`. */
export function quoteIpv4(c: Cursor): void {
  const { bytes, at, segment } = c;
  clear(segment);
  if (c.lacks(IPV4_HEADER, ICMP_QUOTE_TRUNCATED)) return;
  const header = (bytes[at] & 0x0f) << 2;
  if (bytes[at] >> 4 !== 4 || header < IPV4_HEADER) {
    c.count(ICMP_QUOTE_MALFORMED);
    return;
  }
  segment.quoteSrc0 = i32(bytes, at + 12);
  segment.quoteDst0 = i32(bytes, at + 16);
  const fragment = u16(bytes, at + 6);
  if ((fragment & IPV4_FRAGMENT_OFFSET) !== 0 && fragment !== SWAPPED_DONT_FRAGMENT) {
    c.count(ICMP_QUOTE_FRAGMENT);
    return;
  }
  if (c.lacks(header, ICMP_QUOTE_TRUNCATED)) return;
  c.at += header;
  let protocol = bytes[at + 9];
  if (protocol === PROTOCOL_AH) protocol = upperProtocol(c, protocol, ICMP_QUOTE_TRUNCATED);
  quoteTcp(c, protocol);
}

/** The same for IPv6, behind any extension headers. */
export function quoteIpv6(c: Cursor): void {
  const { bytes, at, segment } = c;
  clear(segment);
  if (c.lacks(IPV6_HEADER, ICMP_QUOTE_TRUNCATED)) return;
  if (bytes[at] >> 4 !== 6) {
    c.count(ICMP_QUOTE_MALFORMED);
    return;
  }
  segment.quoteSrc0 = i32(bytes, at + 8);
  segment.quoteSrc1 = i32(bytes, at + 12);
  segment.quoteSrc2 = i32(bytes, at + 16);
  segment.quoteSrc3 = i32(bytes, at + 20);
  segment.quoteDst0 = i32(bytes, at + 24);
  segment.quoteDst1 = i32(bytes, at + 28);
  segment.quoteDst2 = i32(bytes, at + 32);
  segment.quoteDst3 = i32(bytes, at + 36);
  c.at += IPV6_HEADER;
  const protocol = upperProtocol(c, bytes[at + 6], ICMP_QUOTE_TRUNCATED);
  if (protocol === PROTOCOL_FRAGMENT) {
    c.count(ICMP_QUOTE_FRAGMENT);
    return;
  }
  quoteTcp(c, protocol);
}

function quoteTcp(c: Cursor, protocol: number): void {
  if (protocol !== PROTOCOL_TCP || c.lacks(PORTS, ICMP_QUOTE_TRUNCATED)) return;
  const { bytes, at, segment } = c;
  segment.quotesTcp = 1;
  segment.quoteSrcPort = u16(bytes, at);
  segment.quoteDstPort = u16(bytes, at + 2);
  if (c.lacks(PORTS_AND_SEQUENCE, ICMP_QUOTE_TRUNCATED)) return;
  segment.quotesSeq = 1;
  segment.quoteSeq = i32(bytes, at + SEQUENCE);
}

function clear(segment: Segment): void {
  segment.quotesTcp = 0;
  segment.quotesSeq = 0;
  segment.quoteSrc0 = 0;
  segment.quoteSrc1 = 0;
  segment.quoteSrc2 = 0;
  segment.quoteSrc3 = 0;
  segment.quoteDst0 = 0;
  segment.quoteDst1 = 0;
  segment.quoteDst2 = 0;
  segment.quoteDst3 = 0;
  segment.quoteSrcPort = 0;
  segment.quoteDstPort = 0;
  segment.quoteSeq = 0;
}
