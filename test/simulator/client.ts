import { TCP_ACK, TCP_CWR, TCP_ECE, TCP_FIN, TCP_RST, TCP_SYN } from '../../src/wire/segment.ts';
import { isV6 } from './addresses.ts';
import type { Attempt, Packet } from './attempt.ts';
import { timestampOf, timestampOptions, type TcpFields } from './packets.ts';
import type { Conversation } from './scenario.ts';
import { lateness, synOptions } from './stacks.ts';
import { Stream } from './stream.ts';
import type { World } from './world.ts';

/** Windows sends its SYN again this long after a RST. */
const AFTER_RESET_US = 500_000;

export interface ClientOptions {
  readonly attempt: Attempt;
  readonly conversation: Conversation;
  /** Seconds until the application closes its socket; infinite if it leaves that to the stack. */
  readonly timeout: number;
  readonly blocking: boolean;
  readonly deaf: boolean;
  readonly ecn: boolean;
}

/** The side that opens: SYNs by its stack's schedule, then the conversation. */
export class Client {
  readonly #world: World;
  readonly #options: ClientOptions;
  readonly #clock: number;
  #state: 'syn-sent' | 'established' | 'closed' = 'syn-sent';
  #sent = 0;
  #gapsUsed = 0;
  #resets = 0;
  #unreachables = 0;
  /** Counts timers: an older one finds another number and does nothing. */
  #timer = 0;
  #stream: Stream | null = null;
  #requestsLeft: number;
  /** The server's latest TSval, `null` while timestamps are not in use. */
  #echo: number | null = null;

  constructor(world: World, options: ClientOptions) {
    this.#world = world;
    this.#options = options;
    this.#clock = world.random.uint32();
    this.#requestsLeft = options.conversation.requests;
  }

  get attempt(): Attempt {
    return this.#options.attempt;
  }

  open(): void {
    this.#sendSyn();
    this.#armSchedule();
    if (!Number.isFinite(this.#options.timeout)) return;
    this.#world.agenda.after(this.#options.timeout * 1e6, () => {
      if (this.#state === 'syn-sent') this.#close('application-gave-up');
    });
  }

  receive(packet: Packet): void {
    const { attempt } = this;
    if (this.#options.deaf) {
      attempt.fates.add('dropped-at-client');
      return;
    }
    if (packet.body.kind === 'icmp') {
      this.#unreachable();
      return;
    }
    const { tcp } = packet.body;
    this.#echo = timestampOf(tcp.options) ?? this.#echo;
    if ((tcp.flags & TCP_RST) !== 0) this.#reset();
    else if ((tcp.flags & TCP_SYN) !== 0) this.#answered(packet, tcp);
    else if (this.#stream !== null) this.#stream.receive(tcp);
    this.#settle();
  }

  #answered(packet: Packet, tcp: TcpFields): void {
    const { attempt } = this;
    const { onSynAck } = attempt.stack;
    if (this.#stream !== null) {
      this.#stream.acknowledge();
      return;
    }
    if (onSynAck === 'ignore') return;
    if (onSynAck === 'reset' || this.#state === 'closed') {
      // RFC 9293, section 3.10.7.1: no connection, so a RST at the sequence number asked for.
      this.#send(TCP_RST, tcp.ack, 0, 0);
      this.#close(null);
      return;
    }
    attempt.connected = true;
    this.#state = 'established';
    this.#timer++;
    this.#stream = new Stream({
      agenda: this.#world.agenda,
      roundTrip: attempt.path.roundTrip(packet) * 1e6,
      sendNext: (attempt.isn + 1) >>> 0,
      receiveNext: (tcp.seq + 1) >>> 0,
      send: (flags, seq, ack, payload) => this.#send(flags, seq, ack, payload),
      heard: (bytes, fin) => this.#heard(bytes, fin),
    });
    this.#stream.acknowledge();
    this.#world.agenda.after(this.#world.random.between(100, 2000), () => this.#ask());
  }

  #ask(): void {
    this.#stream?.push(this.#options.conversation.requestBytes, false);
  }

  #heard(bytes: number, fin: boolean): void {
    const { conversation } = this.#options;
    const stream = this.#stream;
    if (stream === null) return;
    if (bytes > 0) this.#requestsLeft--;
    if (fin) {
      stream.push(0, true);
    } else if (this.#requestsLeft > 0) {
      const pause = this.#world.random.exponential(conversation.think);
      this.#world.agenda.after(1e6 * pause, () => this.#ask());
    } else if (conversation.close === 'client') {
      stream.push(0, true);
    } else if (conversation.close === 'reset') {
      stream.acknowledge();
      this.#send(TCP_RST | TCP_ACK, stream.nextSeq, stream.expects, 0);
      stream.abandon();
      this.#state = 'closed';
    }
  }

  #reset(): void {
    if (this.#state === 'established') {
      this.#stream?.abandon();
      this.#state = 'closed';
    }
    if (this.#state !== 'syn-sent') return;
    if (this.#resets >= this.attempt.stack.triesAfterReset) {
      this.#close(null);
      return;
    }
    this.#resets++;
    this.#arm(AFTER_RESET_US, () => {
      this.#sendSyn();
      this.#armSchedule();
    });
  }

  #unreachable(): void {
    const { stack } = this.attempt;
    if (this.#state !== 'syn-sent' || !stack.heedsIcmp) return;
    this.#unreachables++;
    // The user holds the socket only while connect() sends the first SYN.
    const remembered =
      stack.remembersIcmp && this.#options.blocking && this.#unreachables === 1 && this.#sent === 1;
    if (!remembered) this.#close(null);
  }

  #armSchedule(): void {
    const { gaps, patience } = this.attempt.stack;
    const gap = gaps[this.#gapsUsed];
    if (gap === undefined) {
      if (gaps.length > 0) this.#arm(patience * 1e6, () => this.#close('stack-gave-up'));
      return;
    }
    this.#arm(gap * 1e6, () => {
      this.#gapsUsed++;
      this.#sendSyn();
      this.#armSchedule();
    });
  }

  #arm(microseconds: number, act: () => void): void {
    const timer = ++this.#timer;
    const late = 1 + lateness(this.#world.random);
    this.#world.agenda.after(microseconds * late, () => {
      if (timer === this.#timer && this.#state === 'syn-sent') act();
    });
  }

  #close(fate: 'application-gave-up' | 'stack-gave-up' | null): void {
    if (fate !== null) this.attempt.fates.add(fate);
    this.#state = 'closed';
    this.#timer++;
    this.#settle();
  }

  #settle(): void {
    if (this.#stream === null ? this.#state === 'closed' : this.#stream.over) {
      this.attempt.over = true;
    }
  }

  #sendSyn(): void {
    const { attempt } = this;
    const mss = isV6(attempt.client.ip) ? 1440 : 1460;
    const ecn = this.#options.ecn && this.#sent === 0 ? TCP_ECE | TCP_CWR : 0;
    this.#sent++;
    this.#world.send({
      attempt,
      toServer: true,
      hopsSpared: 0,
      ip: this.#ip(),
      body: {
        kind: 'tcp',
        tcp: {
          srcPort: attempt.client.port,
          dstPort: attempt.server.port,
          seq: attempt.isn,
          ack: 0,
          flags: TCP_SYN | ecn,
          window: attempt.stack.window,
          options: synOptions(attempt.stack, mss, this.#timestamp()),
          payload: 0,
        },
      },
    });
  }

  #send(flags: number, seq: number, ack: number, payload: number): void {
    const { attempt } = this;
    this.#world.send({
      attempt,
      toServer: true,
      hopsSpared: 0,
      ip: this.#ip(),
      body: {
        kind: 'tcp',
        tcp: {
          srcPort: attempt.client.port,
          dstPort: attempt.server.port,
          seq,
          ack,
          flags,
          window: (flags & TCP_RST) === 0 ? 502 : 0,
          options: this.#plainOptions(flags),
          payload,
        },
      },
    });
    if ((flags & (TCP_FIN | TCP_RST)) !== 0) this.#settle();
  }

  #plainOptions(flags: number): Uint8Array {
    if (this.#echo === null || (flags & TCP_RST) !== 0) return NO_OPTIONS;
    return timestampOptions(this.#timestamp(), this.#echo);
  }

  #timestamp(): number {
    return (this.#clock + Math.round(this.#world.agenda.now / 1000)) >>> 0;
  }

  #ip(): Packet['ip'] {
    const { client, server, stack } = this.attempt;
    return {
      src: client.ip,
      dst: server.ip,
      ttl: stack.ttl,
      id: this.#world.random.below(0x10000),
      dontFragment: stack.dontFragment,
      trafficClass: 0,
    };
  }
}

const NO_OPTIONS = new Uint8Array(0);
