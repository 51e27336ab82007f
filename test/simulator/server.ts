import { TCP_ACK, TCP_CWR, TCP_ECE, TCP_RST, TCP_SYN } from '../../src/wire/segment.ts';
import { isV6 } from './addresses.ts';
import type { Attempt, Packet } from './attempt.ts';
import {
  optionBytes,
  tcpPacket,
  timestampOf,
  timestampOptions,
  type TcpFields,
  type TcpOption,
} from './packets.ts';
import type { Conversation } from './scenario.ts';
import type { Behaviour, Endpoint, IcmpLimiter, Rejection } from './servers.ts';
import { lateness } from './stacks.ts';
import { Stream } from './stream.ts';
import type { World } from './world.ts';

/** Linux, tcp_synack_retries 5: seconds from each SYN-ACK to the next, then to giving up. */
const SYN_ACK_GAPS = [1, 2, 4, 8, 16, 32];
const LINUX_TTL = 64;
const ROUTER_TTL = 255;
/** Linux: IPTOS_PREC_INTERNETCONTROL on errors of its own. */
const ICMP_TRAFFIC_CLASS = 0xc0;
/** Hops between a rejecting router and its server. */
const ROUTER_HOPS = 2;
const NO_OPTIONS = new Uint8Array(0);

/** One attempt as the endpoint sees it (a Linux server). */
export class Server {
  readonly #world: World;
  readonly #endpoint: Endpoint;
  readonly #limiter: IcmpLimiter;
  readonly #attempt: Attempt;
  readonly #conversation: Conversation;
  readonly #iss: number;
  readonly #clock: number;
  #state: 'listen' | 'syn-received' | 'established' | 'closed' = 'listen';
  #timer = 0;
  #stream: Stream | null = null;
  #syn: TcpFields | null = null;
  #requests = 0;
  /** The client's latest TSval, `null` while timestamps are not in use. */
  #echo: number | null = null;

  constructor(
    world: World,
    endpoint: Endpoint,
    limiter: IcmpLimiter,
    attempt: Attempt,
    conversation: Conversation,
  ) {
    this.#world = world;
    this.#endpoint = endpoint;
    this.#limiter = limiter;
    this.#attempt = attempt;
    this.#conversation = conversation;
    this.#iss = world.random.uint32();
    this.#clock = world.random.uint32();
  }

  receive(packet: Packet): void {
    if (packet.body.kind !== 'tcp') return;
    const { tcp } = packet.body;
    const now = this.#world.agenda.now;
    if (this.#endpoint.swallows(packet, now)) {
      this.#attempt.fates.add('dropped-at-server');
      return;
    }
    this.#echo = timestampOf(tcp.options) ?? this.#echo;
    const behaviour = this.#endpoint.behaviourAt(now);
    if ((tcp.flags & TCP_SYN) !== 0) this.#open(packet, tcp, behaviour);
    else if ((tcp.flags & TCP_RST) !== 0) this.#close();
    else this.#goOn(packet, tcp, behaviour);
  }

  #open(packet: Packet, tcp: TcpFields, behaviour: Behaviour): void {
    if (this.#state === 'established') {
      // RFC 5961, section 4: a challenge ACK.
      this.#stream?.acknowledge();
      return;
    }
    if (this.#state === 'closed') return;
    switch (behaviour.kind) {
      case 'closed':
        this.#refuse(tcp, LINUX_TTL, 0);
        return;
      case 'middlebox-reset':
        this.#refuse(tcp, behaviour.ttl, behaviour.hopsSpared);
        return;
      case 'reject':
        this.#reject(packet, behaviour);
        return;
      case 'queue-full':
        if (behaviour.swallows === 'syn' && this.#world.random.chance(behaviour.share)) {
          this.#attempt.fates.add('queue-full');
          return;
        }
        break;
      default:
    }
    this.#syn = tcp;
    const wait = behaviour.kind === 'open' ? (behaviour.answerAfter ?? 0) : 0;
    const cookies = behaviour.kind === 'open' && behaviour.cookies === true;
    const first = this.#state === 'listen';
    if (!cookies) this.#state = 'syn-received';
    if (wait === 0) {
      this.#answer(first && !cookies);
      return;
    }
    this.#world.agenda.after(1e6 * this.#world.random.exponential(wait), () =>
      this.#answer(first && !cookies),
    );
  }

  #answer(startTimers: boolean): void {
    if (this.#state === 'established' || this.#state === 'closed') return;
    this.#sendSynAck();
    if (startTimers) this.#armSynAck(0);
  }

  #armSynAck(index: number): void {
    const timer = ++this.#timer;
    const wait = SYN_ACK_GAPS[index] * 1e6 * (1 + lateness(this.#world.random));
    this.#world.agenda.after(wait, () => {
      if (timer !== this.#timer || this.#state !== 'syn-received') return;
      if (index + 1 >= SYN_ACK_GAPS.length) {
        this.#close();
        return;
      }
      this.#sendSynAck();
      this.#armSynAck(index + 1);
    });
  }

  #goOn(packet: Packet, tcp: TcpFields, behaviour: Behaviour): void {
    if (this.#stream === null) {
      if (tcp.ack !== (this.#iss + 1) >>> 0) return;
      if (behaviour.kind === 'queue-full' && behaviour.swallows === 'ack') {
        if (this.#world.random.chance(behaviour.share)) {
          this.#attempt.fates.add('queue-full');
          return;
        }
      }
      if (this.#state === 'closed') {
        this.#send({ flags: TCP_RST, seq: tcp.ack, ack: 0, window: 0 });
        return;
      }
      this.#establish(packet);
    }
    this.#stream?.receive(tcp);
  }

  #establish(packet: Packet): void {
    this.#state = 'established';
    this.#timer++;
    this.#stream = new Stream({
      agenda: this.#world.agenda,
      roundTrip: this.#attempt.path.roundTrip(packet) * 1e6,
      sendNext: (this.#iss + 1) >>> 0,
      receiveNext: (this.#attempt.isn + 1) >>> 0,
      send: (flags, seq, ack, payload) => this.#send({ flags, seq, ack, payload, window: 509 }),
      heard: (bytes, fin) => this.#heard(bytes, fin),
    });
  }

  #heard(bytes: number, fin: boolean): void {
    const { requests, responseBytes, service, close } = this.#conversation;
    const stream = this.#stream;
    if (stream === null) return;
    if (fin) stream.push(0, true);
    if (bytes === 0) return;
    const last = ++this.#requests >= requests;
    const respond = (): void => stream.push(responseBytes, last && close === 'server');
    if (service === 0) respond();
    else this.#world.agenda.after(1e6 * this.#world.random.exponential(service), respond);
  }

  #close(): void {
    this.#timer++;
    this.#state = 'closed';
    this.#stream?.abandon();
  }

  #refuse(tcp: TcpFields, ttl: number, hopsSpared: number): void {
    this.#attempt.refusal ??= 'refused';
    this.#attempt.fates.add('reset');
    const ack = (tcp.seq + 1) >>> 0;
    this.#send({ flags: TCP_RST | TCP_ACK, seq: 0, ack, window: 0, ttl, hopsSpared });
  }

  #reject(packet: Packet, rejection: Rejection): void {
    const { client, server } = this.#attempt;
    if (packet.body.kind !== 'tcp') return;
    const from = rejection.from ?? server.ip;
    if (
      rejection.limited !== false &&
      !this.#limiter.allows(from, client.ip, this.#world.agenda.now)
    ) {
      this.#attempt.fates.add('rate-limited');
      return;
    }
    this.#attempt.refusal ??= 'rejected';
    this.#attempt.fates.add('rejected');
    const byRouter = from !== server.ip;
    const hopsSpared = byRouter ? ROUTER_HOPS : 0;
    const hops = Math.max(0, this.#attempt.path.spec.hops - hopsSpared);
    const syn = tcpPacket({ ...packet.ip, ttl: packet.ip.ttl - hops }, packet.body.tcp);
    const quoted = (isV6(server.ip) ? 40 : 20) + (rejection.quoted ?? syn.length);
    this.#world.send({
      attempt: this.#attempt,
      toServer: false,
      hopsSpared,
      ip: {
        src: from,
        dst: client.ip,
        ttl: byRouter ? ROUTER_TTL : LINUX_TTL,
        id: this.#world.random.below(0x10000),
        dontFragment: false,
        trafficClass: ICMP_TRAFFIC_CLASS,
      },
      body: {
        kind: 'icmp',
        type: rejection.type,
        code: rejection.code,
        quote: syn.subarray(0, quoted),
      },
    });
  }

  #sendSynAck(): void {
    const syn = this.#syn;
    if (syn === null) return;
    this.#attempt.answered = true;
    const wantsEcn = (syn.flags & TCP_ECE) !== 0;
    this.#send({
      flags: TCP_SYN | TCP_ACK | (wantsEcn ? TCP_ECE : 0),
      seq: this.#iss,
      ack: (syn.seq + 1) >>> 0,
      window: 65160,
      options: this.#synAckOptions(syn),
    });
  }

  /** As Linux orders them, and only what the SYN offered. */
  #synAckOptions(syn: TcpFields): Uint8Array {
    const offered = this.#attempt.stack.options;
    const options: TcpOption[] = [['mss', isV6(this.#attempt.server.ip) ? 1440 : 1460]];
    const sack = offered.includes('sackOK') && syn.options.length > 0;
    if (offered.includes('ts')) {
      options.push(sack ? 'sackOK' : 'nop', ...(sack ? [] : (['nop'] as const)));
      options.push(['ts', this.#timestamp(), timestampOf(syn.options) ?? 0]);
    } else if (sack) {
      options.push('nop', 'nop', 'sackOK');
    }
    if (offered.includes('wscale')) options.push('nop', ['wscale', 7]);
    return optionBytes(options);
  }

  #plainOptions(flags: number): Uint8Array {
    if (this.#echo === null || (flags & TCP_RST) !== 0) return NO_OPTIONS;
    return timestampOptions(this.#timestamp(), this.#echo);
  }

  #timestamp(): number {
    return (this.#clock + Math.round(this.#world.agenda.now / 1000)) >>> 0;
  }

  #send(fields: {
    flags: number;
    seq: number;
    ack: number;
    window: number;
    options?: Uint8Array;
    payload?: number;
    ttl?: number;
    hopsSpared?: number;
  }): void {
    const { client, server } = this.#attempt;
    const behaviour = this.#endpoint.behaviourAt(this.#world.agenda.now);
    const packet: Packet = {
      attempt: this.#attempt,
      toServer: false,
      hopsSpared: fields.hopsSpared ?? 0,
      ip: {
        src: server.ip,
        dst: client.ip,
        ttl: fields.ttl ?? LINUX_TTL,
        id: (fields.flags & (TCP_SYN | TCP_RST)) === 0 ? this.#world.random.below(0x10000) : 0,
        dontFragment: true,
        trafficClass: 0,
      },
      body: {
        kind: 'tcp',
        tcp: {
          srcPort: server.port,
          dstPort: client.port,
          seq: fields.seq,
          ack: fields.ack,
          flags: fields.flags & ~TCP_CWR,
          window: fields.window,
          options: fields.options ?? this.#plainOptions(fields.flags),
          payload: fields.payload ?? 0,
        },
      },
    };
    this.#world.send(packet, behaviour.kind === 'reply-loss');
  }
}
