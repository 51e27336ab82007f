/** Makes a capture file of a case's lines. */
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from '../../../src/wire/segment.ts';
import { isV6, parseEndpoint } from '../../simulator/addresses.ts';
import { frame, LINK_TYPE } from '../../simulator/frames.ts';
import type { Link } from '../../simulator/frames.ts';
import { icmpPacket, optionBytes, tcpPacket } from '../../simulator/packets.ts';
import type { IpFields, TcpFields, TcpOption } from '../../simulator/packets.ts';
import { CaptureWriter } from '../../simulator/pcap-writer.ts';
import type { CaptureFormat } from '../../simulator/pcap-writer.ts';
import { START } from '../../simulator/scenario.ts';
import type { End, IcmpLine, PacketLine, TcpLine } from './capture-text.ts';

export interface BuildOptions {
  readonly link: Link;
  readonly format: CaptureFormat;
  /** pcapng: the filter that the file says it was captured with. */
  readonly filter?: string;
  /** Seconds after which each packet is there a second time; 0: once only. */
  readonly doubled: number;
  readonly snapLength: number;
}

const FLAGS: Readonly<Record<string, number>> = {
  S: TCP_SYN,
  F: TCP_FIN,
  R: TCP_RST,
  P: TCP_PSH,
  '.': TCP_ACK,
  E: 0x40,
  W: 0x80,
};

interface Packet {
  readonly at: number;
  readonly src: string;
  readonly dst: string;
  readonly bytes: Uint8Array;
}

export function buildCapture(lines: readonly PacketLine[], options: BuildOptions): Uint8Array {
  const { link, format, filter, snapLength, doubled } = options;
  const writer = new CaptureWriter({
    format,
    linkType: LINK_TYPE[link],
    snapLength,
    ...(filter === undefined ? {} : { filter }),
  });
  const write = ({ at, src, dst, bytes }: Packet): void => {
    writer.write(START + Math.round(at * 1e6), frame(bytes, src, dst, { link }));
  };
  for (const packet of packetsOf(lines)) {
    write(packet);
    if (doubled > 0) write({ ...packet, at: packet.at + doubled });
  }
  return writer.finish();
}

function* packetsOf(lines: readonly PacketLine[]): Generator<Packet> {
  for (const line of lines) {
    const repeat = number(line, 'repeat', 1);
    for (let n = 0; n < repeat; n++) {
      const at = line.at + n * number(line, 'every', 0);
      yield line.kind === 'icmp' ? icmpOf(line, lines, at) : tcpOf(stepped(line, n), at);
    }
  }
}

/** The nth repetition: of the next port, or the next address. */
function stepped(line: TcpLine, n: number): TcpLine {
  if (n === 0) return line;
  const { from, to } = line;
  const step = line.options.get('step');
  if (step === 'port') return { ...line, from: { ip: from.ip, port: from.port + n } };
  if (step === 'server-port') return { ...line, to: { ip: to.ip, port: to.port + n } };
  if (step !== 'address') return line;
  const [a, b, c, d] = from.ip.split('.').map(Number);
  const next = (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) + n;
  const ip = [24, 16, 8, 0].map((shift) => (next >>> shift) & 0xff).join('.');
  return { ...line, from: { ip, port: from.port } };
}

function tcpOf(line: TcpLine, at: number): Packet {
  const { from, to } = line;
  const ip = ipFields(from.ip, to.ip, number(line, 'ttl', 57));
  return { at, src: from.ip, dst: to.ip, bytes: tcpPacket(ip, tcpFields(line, from, to)) };
}

function icmpOf(line: IcmpLine, lines: readonly PacketLine[], at: number): Packet {
  const quoted = lines[line.quoting - 1];
  if (quoted?.kind !== 'tcp') throw new Error(`packet ${line.quoting} is not TCP`);
  const client = endOption(line, 'client') ?? quoted.from;
  const server = endOption(line, 'server') ?? quoted.to;
  const fields = tcpFields(quoted, client, server);
  const seq = number(line, 'seq', fields.seq);
  const inner = tcpPacket(ipFields(client.ip, server.ip, 1), { ...fields, seq });
  const header = isV6(client.ip) ? 40 : 20;
  const quote = inner.subarray(0, header + number(line, 'bytes', inner.length));
  const to = line.options.get('to') ?? quoted.from.ip;
  const ip = ipFields(line.from, to, number(line, 'ttl', 60));
  return { at, src: line.from, dst: to, bytes: icmpPacket(ip, line.type, line.code, quote) };
}

function ipFields(src: string, dst: string, ttl: number): IpFields {
  return { src, dst, ttl, id: 1, dontFragment: true, trafficClass: 0 };
}

function tcpFields(line: TcpLine, from: End, to: End): TcpFields {
  let flags = 0;
  for (const flag of line.flags) flags |= FLAGS[flag];
  return {
    srcPort: from.port,
    dstPort: to.port,
    seq: number(line, 'seq', 0) >>> 0,
    ack: number(line, 'ack', 0) >>> 0,
    flags,
    window: number(line, 'win', 64_240),
    options: optionBytes(tcpOptions(line)),
    payload: number(line, 'len', 0),
  };
}

function tcpOptions({ options, flags }: TcpLine): TcpOption[] {
  const list: TcpOption[] = [];
  if (options.has('mss')) list.push(['mss', Number(options.get('mss'))]);
  else if (flags.startsWith('S') && !options.has('bare')) list.push(['mss', 1460]);
  if (options.has('sackOK')) list.push('sackOK');
  if (options.has('ts')) list.push(['ts', Number(options.get('ts')), 0]);
  if (options.has('ws')) list.push('nop', ['wscale', Number(options.get('ws'))]);
  return list;
}

function number(line: PacketLine, key: string, otherwise: number): number {
  const value = line.options.get(key);
  return value === undefined ? otherwise : Number(value);
}

function endOption(line: PacketLine, key: string): End | undefined {
  const value = line.options.get(key);
  return value === undefined ? undefined : parseEndpoint(value);
}
