/** Packets made of what tcpdump said of them: RFC 791, RFC 8200, RFC 9293, RFC 792, RFC 4443. */

export type Octets = readonly number[];

export interface End {
  readonly address: Octets;
  readonly port: number;
}

export interface Segment {
  readonly from: End;
  readonly to: End;
  readonly seq: number;
  readonly ack: number;
  /** As tcpdump writes them. */
  readonly flags: string;
  /** Octets of data: claimed in the IP header, and not captured. */
  readonly length: number;
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  F: 0x01,
  S: 0x02,
  R: 0x04,
  P: 0x08,
  '.': 0x10,
  U: 0x20,
  E: 0x40,
  W: 0x80,
};

const TCP = 6;
const ICMP = 1;
const ICMPV6 = 58;

function ip(from: Octets, to: Octets, protocol: number, payload: Uint8Array, more = 0): Uint8Array {
  const v6 = from.length === 16;
  const header = v6 ? 40 : 20;
  const packet = new Uint8Array(header + payload.length);
  const view = new DataView(packet.buffer);
  const length = Math.min(payload.length + more, 0xffff - 40);
  packet[0] = v6 ? 0x60 : 0x45;
  view.setUint16(v6 ? 4 : 2, v6 ? length : header + length);
  packet[v6 ? 7 : 8] = 64;
  packet[v6 ? 6 : 9] = protocol;
  packet.set(from, v6 ? 8 : 12);
  packet.set(to, v6 ? 24 : 16);
  packet.set(payload, header);
  return packet;
}

/** The headers of a segment. */
export function tcpPacket({ from, to, seq, ack, flags, length }: Segment): Uint8Array {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint32(4, seq);
  view.setUint32(8, ack);
  header[12] = 5 << 4;
  for (const flag of flags) header[13] |= FLAG_BITS[flag] ?? 0;
  return ip(from.address, to.address, TCP, header, length);
}

/** An ICMP error from one host to another about a packet, which it quotes. */
export function icmpPacket(
  from: Octets,
  to: Octets,
  type: number,
  code: number,
  about: Uint8Array,
): Uint8Array {
  const error = new Uint8Array(8 + about.length);
  error[0] = type;
  error[1] = code;
  error.set(about, 8);
  return ip(from, to, from.length === 16 ? ICMPV6 : ICMP, error);
}
