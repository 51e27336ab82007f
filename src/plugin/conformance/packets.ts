/**
 * Packets without a link layer (LINKTYPE_RAW), as octets: RFC 791, RFC 8200,
 * RFC 9293, RFC 792. Checksums are 0, as on a host that leaves them to its card.
 */

/** LINKTYPE_RAW, as registered at tcpdump.org. */
export const LINKTYPE_RAW = 101;

export const SYN = 0x02;
export const SYN_ACK = 0x12;
export const RST_ACK = 0x14;
export const ACK = 0x10;

/** Octets of an address: 4 or 16. */
export type Octets = readonly number[];

export interface TcpEnd {
  readonly address: Octets;
  readonly port: number;
}

export interface TcpHeader {
  readonly from: TcpEnd;
  readonly to: TcpEnd;
  /** 0 to 2^32 - 1. */
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
}

const PROTOCOL = { icmp: 1, tcp: 6 };

function ip(from: Octets, to: Octets, protocol: number, payload: Uint8Array): Uint8Array {
  const v6 = from.length === 16;
  const length = v6 ? 40 : 20;
  const packet = new Uint8Array(length + payload.length);
  const view = new DataView(packet.buffer);
  if (v6) {
    packet[0] = 0x60;
    view.setUint16(4, payload.length);
    packet[6] = protocol;
    packet[7] = 64;
    packet.set(from, 8);
    packet.set(to, 24);
  } else {
    packet[0] = 0x45;
    view.setUint16(2, packet.length);
    packet[8] = 64;
    packet[9] = protocol;
    packet.set(from, 12);
    packet.set(to, 16);
  }
  packet.set(payload, length);
  return packet;
}

/** A segment without options or data. */
export function tcp({ from, to, seq, ack, flags }: TcpHeader): Uint8Array {
  const segment = new Uint8Array(20);
  const view = new DataView(segment.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint32(4, seq);
  view.setUint32(8, ack);
  segment[12] = 5 << 4;
  segment[13] = flags;
  view.setUint16(14, 64240);
  return ip(from.address, to.address, PROTOCOL.tcp, segment);
}

/** ICMP destination unreachable, port unreachable, about an IPv4 packet, of which 8 octets of payload come back. */
export function portUnreachable(about: Uint8Array): Uint8Array {
  const quote = about.subarray(0, 28);
  const error = new Uint8Array(8 + quote.length);
  error[0] = 3;
  error[1] = 3;
  error.set(quote, 8);
  return ip([...about.subarray(16, 20)], [...about.subarray(12, 16)], PROTOCOL.icmp, error);
}
