/**
 * Most traffic is data of connections that stand. These look at a frame without
 * decoding it: Ethernet, IPv4 without options, TCP, not fragmented, and sound;
 * whatever is not just that answers -1 or false and is decoded in full.
 */
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from './segment.ts';

// Offsets within such a frame.
const ETHERTYPE = 12;
const IP = 14;
const TOTAL_LENGTH = IP + 2;
const FRAGMENT = IP + 6;
const PROTOCOL = IP + 9;
const SOURCE = IP + 12;
const TCP = IP + 20;
const DATA_OFFSET = TCP + 12;
const FLAGS = TCP + 13;
const SHORTEST = TCP + 20;

/** The frame's TCP flags, or -1 where it is not as plain as above. */
export function plainTcpFlags(b: Uint8Array, at: number, captured: number, wire: number): number {
  if (
    captured < SHORTEST ||
    b[at + ETHERTYPE] !== 0x08 ||
    b[at + ETHERTYPE + 1] !== 0 ||
    b[at + IP] !== 0x45 ||
    b[at + PROTOCOL] !== 6 ||
    (b[at + FRAGMENT] & 0x3f) !== 0 || // more fragments, and the offset's high bits
    b[at + FRAGMENT + 1] !== 0
  ) {
    return -1;
  }
  const total = (b[at + TOTAL_LENGTH] << 8) | b[at + TOTAL_LENGTH + 1];
  const header = (b[at + DATA_OFFSET] >>> 4) << 2;
  if (header < 20 || total < 20 + header || total + IP > wire) return -1;
  return b[at + FLAGS];
}

/** Neither opens, refuses nor closes. */
export function isBulk(flags: number): boolean {
  return (flags & (TCP_SYN | TCP_RST | TCP_FIN)) === 0;
}

/** Opens: a SYN that acknowledges nothing. */
export function isOpening(flags: number): boolean {
  return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
}

/** Sum of the ports of a frame that `plainTcpFlags` took. */
export function portSum(b: Uint8Array, at: number): number {
  const p = at + TCP;
  return (((b[p] + b[p + 2]) << 8) + b[p + 1] + b[p + 3]) & 0xffff;
}

/** 32 bits in network order. */
function word(b: Uint8Array, at: number): number {
  return (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
}

/** Source address of a frame that `plainTcpFlags` took. */
export function plainSource(b: Uint8Array, at: number): number {
  return word(b, at + SOURCE);
}

export function plainDestination(b: Uint8Array, at: number): number {
  return word(b, at + SOURCE + 4);
}

/** Source and destination port in the high and the low half. */
export function plainPorts(b: Uint8Array, at: number): number {
  return word(b, at + TCP);
}
