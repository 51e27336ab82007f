/** Writes IP packets: IPv4 and IPv6 with TCP, and ICMP errors that quote one; checksums as on the wire. */
import { addressBytes, isV6 } from './addresses.ts';

export interface IpFields {
  readonly src: string;
  readonly dst: string;
  /** TTL or hop limit as it stands at this place. */
  readonly ttl: number;
  /** Identification, IPv4 only. */
  readonly id: number;
  readonly dontFragment: boolean;
  /** The whole octet: DSCP and ECN. */
  readonly trafficClass: number;
}

export interface TcpFields {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  /** Already padded to a multiple of four: see {@link optionBytes}. */
  readonly options: Uint8Array;
  /** Bytes of data; what they say does not matter. */
  readonly payload: number;
}

export type TcpOption =
  | 'eol'
  | 'nop'
  | 'sackOK'
  | readonly ['mss' | 'wscale', number]
  | readonly ['ts', number, number];

const PROTOCOL_ICMP = 1;
const PROTOCOL_TCP = 6;
const PROTOCOL_ICMPV6 = 58;

/** TCP options in the order given, padded with zeros (RFC 9293, section 3.1; RFC 7323; RFC 2018). */
export function optionBytes(options: readonly TcpOption[]): Uint8Array {
  const bytes: number[] = [];
  for (const option of options) {
    if (option === 'eol') bytes.push(0);
    else if (option === 'nop') bytes.push(1);
    else if (option === 'sackOK') bytes.push(4, 2);
    else if (option[0] === 'mss') bytes.push(2, 4, option[1] >> 8, option[1] & 0xff);
    else if (option[0] === 'wscale') bytes.push(3, 3, option[1]);
    else bytes.push(8, 10, ...word(option[1]), ...word(option[2] ?? 0));
  }
  while (bytes.length % 4 !== 0) bytes.push(0);
  return Uint8Array.from(bytes);
}

/** On every segment once both sides have offered timestamps (RFC 7323, section 3.2). */
export function timestampOptions(value: number, echo: number): Uint8Array {
  return optionBytes(['nop', 'nop', ['ts', value, echo]]);
}

/** TSval of a segment's options, or `null` without the option. */
export function timestampOf(options: Uint8Array): number | null {
  for (let at = 0; at < options.length;) {
    if (options[at] === 8) {
      return new DataView(options.buffer, options.byteOffset).getUint32(at + 2);
    }
    at += options[at] <= 1 ? 1 : options[at + 1];
  }
  return null;
}

export function tcpPacket(ip: IpFields, tcp: TcpFields): Uint8Array {
  const headerLength = 20 + tcp.options.length;
  const { packet, view, start } = ipPacket(ip, PROTOCOL_TCP, headerLength + tcp.payload);
  view.setUint16(start, tcp.srcPort);
  view.setUint16(start + 2, tcp.dstPort);
  view.setUint32(start + 4, tcp.seq);
  view.setUint32(start + 8, tcp.ack);
  view.setUint16(start + 12, ((headerLength / 4) << 12) | tcp.flags);
  view.setUint16(start + 14, tcp.window);
  packet.set(tcp.options, start + 20);
  for (let i = 0; i < tcp.payload; i++) packet[start + headerLength + i] = 0x61 + (i % 26);
  const sum = pseudoHeaderSum(ip, PROTOCOL_TCP, packet.length - start);
  view.setUint16(start + 16, checksum(packet, start, packet.length, sum));
  return packet;
}

/** An ICMP or ICMPv6 error: type, code, four unused bytes, the quote (RFC 792, RFC 4443). */
export function icmpPacket(
  ip: IpFields,
  type: number,
  code: number,
  quote: Uint8Array,
): Uint8Array {
  const v6 = isV6(ip.src);
  const protocol = v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
  const { packet, view, start } = ipPacket(ip, protocol, 8 + quote.length);
  packet[start] = type;
  packet[start + 1] = code;
  packet.set(quote, start + 8);
  const sum = v6 ? pseudoHeaderSum(ip, protocol, packet.length - start) : 0;
  view.setUint16(start + 2, checksum(packet, start, packet.length, sum));
  return packet;
}

interface Started {
  readonly packet: Uint8Array;
  readonly view: DataView;
  /** Where the IP header ends. */
  readonly start: number;
}

function ipPacket(ip: IpFields, protocol: number, length: number): Started {
  const v6 = isV6(ip.src);
  const start = v6 ? 40 : 20;
  const packet = new Uint8Array(start + length);
  const view = new DataView(packet.buffer);
  if (v6) {
    view.setUint32(0, (6 << 28) | (ip.trafficClass << 20));
    view.setUint16(4, length);
    packet[6] = protocol;
    packet[7] = ip.ttl;
    packet.set(addressBytes(ip.src), 8);
    packet.set(addressBytes(ip.dst), 24);
    return { packet, view, start };
  }
  packet[0] = 0x45;
  packet[1] = ip.trafficClass;
  view.setUint16(2, start + length);
  view.setUint16(4, ip.id);
  view.setUint16(6, ip.dontFragment ? 0x4000 : 0);
  packet[8] = ip.ttl;
  packet[9] = protocol;
  packet.set(addressBytes(ip.src), 12);
  packet.set(addressBytes(ip.dst), 16);
  view.setUint16(10, checksum(packet, 0, start, 0));
  return { packet, view, start };
}

function pseudoHeaderSum(ip: IpFields, protocol: number, length: number): number {
  return wordSum(addressBytes(ip.src)) + wordSum(addressBytes(ip.dst)) + protocol + length;
}

function wordSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  return sum;
}

/** RFC 1071, on top of `sum`. */
function checksum(bytes: Uint8Array, from: number, to: number, sum: number): number {
  let total = sum;
  for (let i = from; i < to; i += 2) total += (bytes[i] << 8) | (i + 1 < to ? bytes[i + 1] : 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

function word(value: number): [number, number, number, number] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
