import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../src/wire/segment.ts';
import type { Agenda } from './agenda.ts';
import type { Evidence, Packet } from './attempt.ts';
import { frame, LINK_TYPE } from './frames.ts';
import { icmpPacket, tcpPacket, type TcpFields } from './packets.ts';
import { CaptureWriter } from './pcap-writer.ts';
import type { Random } from './random.ts';
import type { CaptureSpec } from './scenario.ts';

/** The capture: writes what passes, and notes on each attempt what it holds of it. */
export class Tap {
  readonly #spec: CaptureSpec;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #start: number;
  readonly #writer: CaptureWriter;
  /** Time of the last captured packet, microseconds since the start. */
  end = 0;

  constructor(spec: CaptureSpec, agenda: Agenda, random: Random, start: number) {
    this.#spec = spec;
    this.#agenda = agenda;
    this.#random = random;
    this.#start = start;
    this.#writer = new CaptureWriter({
      format: spec.format,
      linkType: LINK_TYPE[spec.link],
      snapLength: spec.snapLength,
      ...(spec.filter === undefined ? {} : { filter: spec.filter }),
    });
  }

  get packets(): number {
    return this.#writer.packets;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  captured(packet: Packet, hops: number): void {
    const { from, until, direction, hidesIcmp, loss, doubling } = this.#spec;
    const { attempt } = packet;
    const seconds = this.#agenda.now / 1e6;
    if (seconds < from || seconds >= until) return;
    if (direction === (packet.toServer ? 'to-client' : 'to-server')) return;
    if (hidesIcmp && packet.body.kind === 'icmp') {
      attempt.filtered = true;
      return;
    }
    if (this.#random.chance(loss)) {
      attempt.uncaptured++;
      return;
    }
    this.#write(packet, hops);
    if (!this.#random.chance(doubling)) return;
    this.#agenda.after(this.#random.between(10, 500), () => {
      if (this.#agenda.now / 1e6 < until) this.#write(packet, hops);
    });
  }

  #write(packet: Packet, hops: number): void {
    const { link, point } = this.#spec;
    const ip = { ...packet.ip, ttl: packet.ip.ttl - hops };
    const { body, attempt } = packet;
    const bytes =
      body.kind === 'tcp'
        ? tcpPacket(ip, body.tcp)
        : icmpPacket(ip, body.type, body.code, body.quote);
    const onLink = frame(bytes, ip.src, ip.dst, {
      link,
      vlans: attempt.vlans,
      outgoing: packet.toServer ? point === 0 : point === 1,
    });
    this.#writer.write(this.#start + this.#agenda.now, onLink);
    this.end = this.#agenda.now;
    this.#note(packet);
  }

  #note(packet: Packet): void {
    const { attempt, body } = packet;
    const time = this.#agenda.now;
    if (body.kind === 'icmp') {
      const icmp = { type: body.type, code: body.code, from: packet.ip.src };
      attempt.evidence.push({ time, what: 'icmp', acknowledgesCaptured: false, icmp });
      return;
    }
    const { tcp } = body;
    const what = packet.toServer ? clientShows(tcp) : serverShows(tcp, attempt.isn);
    if (!packet.toServer) {
      const length = tcp.payload + Number((tcp.flags & (TCP_SYN | TCP_FIN)) !== 0);
      const end = (tcp.seq + length) >>> 0;
      if (attempt.capturedEnd < 0 || ((end - attempt.capturedEnd) | 0) > 0) {
        attempt.capturedEnd = end;
      }
    }
    if (what === null) return;
    const acknowledgesCaptured =
      attempt.capturedEnd >= 0 && ((tcp.ack - attempt.capturedEnd) | 0) <= 0;
    attempt.evidence.push({ time, what, acknowledgesCaptured, icmp: null });
  }
}

function clientShows(tcp: TcpFields): Evidence['what'] {
  if ((tcp.flags & TCP_SYN) !== 0) return 'syn';
  return (tcp.flags & TCP_RST) !== 0 ? 'client-reset' : 'client';
}

function serverShows(tcp: TcpFields, isn: number): Evidence['what'] | null {
  if ((tcp.flags & TCP_SYN) !== 0) return 'syn-ack';
  if ((tcp.flags & TCP_RST) === 0) return 'server';
  return (tcp.flags & TCP_ACK) !== 0 && tcp.ack === (isn + 1) >>> 0 ? 'reset' : null;
}
