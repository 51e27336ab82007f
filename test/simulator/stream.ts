import { TCP_ACK, TCP_FIN, TCP_PSH } from '../../src/wire/segment.ts';
import type { Agenda } from './agenda.ts';
import type { TcpFields } from './packets.ts';

/** Sends again after the round trip and this much (Linux's TCP_RTO_MIN), doubling, so often. */
const RETRANSMIT_FLOOR_US = 200_000;
const RETRANSMISSIONS = 8;

export interface StreamOptions {
  readonly agenda: Agenda;
  /** Microseconds. */
  readonly roundTrip: number;
  /** The next sequence number to send, and to receive. */
  readonly sendNext: number;
  readonly receiveNext: number;
  send(flags: number, seq: number, ack: number, payload: number): void;
  /** New data, or the other side's FIN. */
  heard(bytes: number, fin: boolean): void;
}

/** One end of an established connection: one segment in flight, sent again until acknowledged. */
export class Stream {
  readonly #options: StreamOptions;
  readonly #queue: Array<{ readonly bytes: number; readonly fin: boolean }> = [];
  #unacknowledged: number;
  #receiveNext: number;
  #tries = 0;
  #generation = 0;
  #owesAck = false;
  #sentFin = false;
  #gotFin = false;
  #dead = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#unacknowledged = options.sendNext;
    this.#receiveNext = options.receiveNext;
  }

  /** Both sides are done, or this one has given up. */
  get over(): boolean {
    return this.#dead || (this.#sentFin && this.#gotFin && this.#queue.length === 0);
  }

  get nextSeq(): number {
    return this.#unacknowledged;
  }

  get expects(): number {
    return this.#receiveNext;
  }

  /** Hands over a segment's worth; after a FIN nothing more. */
  push(bytes: number, fin: boolean): void {
    if (this.#sentFin || this.#dead) return;
    this.#sentFin = fin;
    this.#queue.push({ bytes, fin });
    if (this.#queue.length === 1) this.#transmit();
  }

  acknowledge(): void {
    this.#owesAck = false;
    this.#options.send(TCP_ACK, this.#nextToSend(), this.#receiveNext, 0);
  }

  receive(tcp: TcpFields): void {
    if (this.#dead) return;
    const head = this.#queue[0];
    if (head !== undefined) {
      const end = (this.#unacknowledged + head.bytes + Number(head.fin)) >>> 0;
      if (((tcp.ack - end) | 0) >= 0) {
        this.#unacknowledged = end;
        this.#queue.shift();
        this.#tries = 0;
        this.#generation++;
        if (this.#queue.length > 0) this.#transmit();
      }
    }
    const fin = (tcp.flags & TCP_FIN) !== 0;
    const length = tcp.payload + Number(fin);
    if (length === 0) return;
    this.#owesAck = true;
    if (tcp.seq === this.#receiveNext) {
      this.#receiveNext = (this.#receiveNext + length) >>> 0;
      if (fin) this.#gotFin = true;
      this.#options.heard(tcp.payload, fin);
    }
    if (this.#owesAck) this.acknowledge();
  }

  abandon(): void {
    this.#dead = true;
    this.#generation++;
  }

  #nextToSend(): number {
    const head = this.#queue[0];
    const inFlight = head === undefined ? 0 : head.bytes + Number(head.fin);
    return (this.#unacknowledged + inFlight) >>> 0;
  }

  #transmit(): void {
    const head = this.#queue[0];
    const flags = TCP_ACK | (head.bytes > 0 ? TCP_PSH : 0) | (head.fin ? TCP_FIN : 0);
    this.#owesAck = false;
    this.#options.send(flags, this.#unacknowledged, this.#receiveNext, head.bytes);
    const generation = ++this.#generation;
    const wait = (2 * this.#options.roundTrip + RETRANSMIT_FLOOR_US) * 2 ** this.#tries;
    this.#options.agenda.after(wait, () => {
      if (generation !== this.#generation || this.#dead) return;
      if (++this.#tries > RETRANSMISSIONS) this.abandon();
      else this.#transmit();
    });
  }
}
