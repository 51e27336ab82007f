/** Turns lines into packets: finds what tcpdump left out, from the lines before. */
import type { IcmpLine, PacketLine, TcpLine } from './lines.ts';
import { type Hosts, portNumber } from './names.ts';
import { icmpPacket, tcpPacket, type End } from './packets.ts';

export interface Packet {
  /** Microseconds since 1970. */
  readonly time: number;
  readonly octets: Uint8Array;
}

const DAY = 86_400_000_000;
/** A connection's SYNs that are remembered; a text that people paste has few. */
const SYNS_MOST = 10_000;

/** Distances at the beginning of a connection are shorter than this. */
const SHORT = 2 ** 24;

function keyOf(from: End, to: End): string {
  return `${from.address.join('.')} ${from.port} ${to.address.join('.')} ${to.port}`;
}

export class Transcript {
  private readonly hosts: Hosts;
  /** Midnight of the day that lines are of. */
  private day: number;
  private last = 0;
  /** Initial sequence numbers by direction. */
  private readonly isns = new Map<string, number>();
  /** SYNs by the server's address and, with it, its port; what an ICMP error quotes. */
  private readonly syns = new Map<string, Uint8Array>();

  /** @param day microseconds since 1970, for lines that say the time of day only */
  constructor(hosts: Hosts, day: number) {
    this.hosts = hosts;
    this.day = day;
  }

  /** `null` where a name or a SYN is not known. */
  packetOf(line: PacketLine): Packet | null {
    const octets = line.is === 'tcp' ? this.tcp(line) : this.icmp(line);
    return octets === null ? null : { time: this.timeOf(line), octets };
  }

  private timeOf({ date, time }: PacketLine): number {
    if (date === 'epoch') return time;
    if (date !== null) return Date.parse(`${date}T00:00:00Z`) * 1000 + time;
    // Midnight has passed; a clock that is set back by less is told by the engine.
    if (time < this.last - DAY / 2) this.day += DAY;
    this.last = time;
    return this.day + time;
  }

  private endOf({ host, port }: TcpLine['from'], v6: boolean): End | null {
    const number = portNumber(port);
    return number === null ? null : { address: this.hosts.octets(host, v6), port: number };
  }

  private tcp(line: TcpLine): Uint8Array | null {
    const from = this.endOf(line.from, line.v6);
    const to = this.endOf(line.to, line.v6);
    if (from === null || to === null) return null;
    const { flags, length } = line;
    const [ours, theirs] = [keyOf(from, to), keyOf(to, from)];
    const opens = flags.includes('S');
    if (opens && this.isns.size < SYNS_MOST) this.isns.set(ours, line.seq ?? 0);
    const base = this.isns.get(ours);
    const seq = opens ? (line.seq ?? 0) : absolute(line.seq ?? 1, base, 1);
    const ack = line.ack === null ? 0 : absolute(line.ack, this.isns.get(theirs), 1);
    const octets = tcpPacket({ from, to, seq, ack, flags, length });
    if (opens && !flags.includes('.') && this.syns.size < SYNS_MOST) {
      const client = from.address.join('.');
      this.syns.set(`${client} ${to.address.join('.')}`, octets);
      this.syns.set(`${client} ${to.address.join('.')} ${to.port}`, octets);
    }
    return octets;
  }

  private icmp({ from, to, about, type, code, v6 }: IcmpLine): Uint8Array | null {
    const [sender, client, server] = [from, to, about].map(({ host }) =>
      this.hosts.octets(host, v6),
    );
    const port = about.port === '' ? null : portNumber(about.port);
    const key = `${client.join('.')} ${server.join('.')}`;
    const quoted = this.syns.get(port === null ? key : `${key} ${port}`);
    return quoted === undefined ? null : icmpPacket(sender, client, type, code, quoted);
  }
}

/**
 * tcpdump prints numbers of a connection that it has seen begin as the distance
 * from there (print-tcp.c), unless it is the first with an ACK, or run with -S.
 */
function absolute(value: number, isn: number | undefined, next: number): number {
  if (isn === undefined || value === (isn + next) % 2 ** 32) return value;
  // Small after a large one: a distance, or one connection in 250 that has just wrapped around.
  if (value < SHORT && isn >= SHORT) return (isn + value) % 2 ** 32;
  const distance = (value - isn + 2 ** 32) % 2 ** 32;
  return distance < 2 ** 30 ? value : (isn + value) % 2 ** 32;
}
