/**
 * Most traffic is data of connections that stand. These look at a frame without
 * decoding it: Ethernet or what Linux puts in its place on `any`, IPv4 without
 * options, TCP, not fragmented, and sound; whatever is not just that answers -1
 * and is decoded in full. They read whole words.
 *
 * `at` is where an Ethernet header would begin: `plainAt` tells it of each frame.
 */
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2 } from './link-types.ts';
import {
  DATA_OFFSET,
  DESTINATION,
  ETHERNET,
  ETHERTYPE,
  FRAGMENT,
  FRAGMENT_AND_PROTOCOL,
  IPV4,
  PLAIN_IPV4,
  PORTS,
  SEQUENCE,
  SHORTEST,
  SOURCE,
  TCP,
  TOTAL_LENGTH,
  TTL,
  TYPE_IPV4,
  VERSION_4_IHL_5,
  WHOLE_TCP,
} from './plain-frame.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from './segment.ts';

/** So much longer than Ethernet's is a header of LINKTYPE_LINUX_SLL2, which begins with the EtherType. */
const SLL2_MORE = 6;

/** Where the Ethernet header begins, or one that ends where this frame's does; of frames whose flags were told. */
export function plainAt(linkType: number, offset: number): number {
  return linkType === LINKTYPE_ETHERNET ? offset : offset + SLL2_MORE;
}

/** The other way about: such a frame's link type. */
export function plainLinkType(at: number, offset: number): number {
  return at === offset ? LINKTYPE_ETHERNET : LINKTYPE_LINUX_SLL2;
}

/** TCP flags of an Ethernet frame, or -1 where it is not as plain as above. */
function plainTcpFlags(v: DataView, at: number, captured: number, wire: number): number {
  // Any type of service.
  if (captured < SHORTEST || v.getInt32(at + ETHERTYPE) >>> 8 !== PLAIN_IPV4) return -1;
  return ipv4TcpFlags(v, at, wire);
}

/** The same of a frame of any link type. */
export function plainTcpFlagsOf(
  linkType: number,
  v: DataView,
  offset: number,
  captured: number,
  wire: number,
): number {
  if (linkType === LINKTYPE_ETHERNET) return plainTcpFlags(v, offset, captured, wire);
  if (linkType !== LINKTYPE_LINUX_SLL2 || captured < SLL2_MORE + SHORTEST) return -1;
  if (v.getUint16(offset) !== TYPE_IPV4) return -1;
  const at = offset + SLL2_MORE;
  if (v.getUint8(at + ETHERNET) !== VERSION_4_IHL_5) return -1;
  return ipv4TcpFlags(v, at, wire - SLL2_MORE);
}

function ipv4TcpFlags(v: DataView, at: number, wire: number): number {
  // Neither more fragments nor an offset; any time to live; protocol 6.
  if ((v.getInt32(at + FRAGMENT) & FRAGMENT_AND_PROTOCOL) !== WHOLE_TCP) return -1;
  const total = v.getUint16(at + TOTAL_LENGTH);
  const control = v.getUint16(at + DATA_OFFSET);
  const header = (control >>> 12) << 2;
  if (header < TCP || total < IPV4 + header || total > wire - ETHERNET) return -1;
  return control & 0xff;
}

/** Opens: a SYN that acknowledges nothing, nor ends at once. */
export function isOpening(flags: number): boolean {
  return (flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) === TCP_SYN;
}

/** Source address of a frame that `plainTcpFlags` took. */
export function plainSource(v: DataView, at: number): number {
  return v.getInt32(at + SOURCE);
}

export function plainDestination(v: DataView, at: number): number {
  return v.getInt32(at + DESTINATION);
}

/** Source and destination port in the high and the low half. */
export function plainPorts(v: DataView, at: number): number {
  return v.getInt32(at + PORTS);
}

/** Of a frame that `plainTcpFlags` took. */
export function hasTcpOptions(v: DataView, at: number): boolean {
  return v.getUint8(at + DATA_OFFSET) >>> 4 !== 5;
}

export function plainTtl(v: DataView, at: number): number {
  return v.getUint8(at + TTL);
}

export function plainIsn(v: DataView, at: number): number {
  return v.getInt32(at + SEQUENCE);
}

/** Bytes of data behind the TCP header, on the wire. */
export function plainPayload(v: DataView, at: number): number {
  const header = (v.getUint8(at + DATA_OFFSET) >>> 4) << 2;
  return v.getUint16(at + TOTAL_LENGTH) - IPV4 - header;
}
