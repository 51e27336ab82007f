import type { Address, Micros } from '../model/attempt.ts';
import type { IcmpError, Segment, SegmentKind, Timestamps } from '../model/segment.ts';
import { TCP_FLAGS } from '../model/segment.ts';
import { formatAddress } from '../wire/address.ts';
import { icmpName } from '../wire/icmp-names.ts';
import * as R from './segment-rows.ts';

/** The sources that rows name by index, each with its interfaces. */
export interface Places {
  readonly sources: readonly { readonly id: string; readonly interfaces: readonly string[] }[];
}

/** One reused window on rows of segments. */
export class SegmentView implements Segment {
  readonly type = 'segment';
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly places: Places;
  /** Of its first row. */
  private at = 0;

  constructor({ words, doubles }: Pick<R.RowBlock, 'words' | 'doubles'>, places: Places) {
    this.words = words;
    this.doubles = doubles;
    this.places = places;
  }

  /** Moves to a segment's first row. */
  look(row: number): void {
    this.at = row * R.ROW_WORDS;
  }

  /** How many rows this one takes. */
  get rows(): number {
    return (this.meta & R.IS_V6) === 0 ? 1 : R.ROWS_OF_SEGMENT;
  }

  /** Its time moves no clock: see IS_ASIDE. */
  get aside(): boolean {
    return (this.meta & R.IS_ASIDE) !== 0;
  }

  get time(): Micros {
    return this.doubles[this.at >> 1];
  }

  get kind(): SegmentKind {
    if (this.isIcmp) return 'icmp';
    const { flags } = this;
    if ((flags & TCP_FLAGS.rst) !== 0) return 'rst';
    if ((flags & TCP_FLAGS.syn) !== 0) return (flags & TCP_FLAGS.ack) === 0 ? 'syn' : 'syn-ack';
    if ((flags & TCP_FLAGS.fin) !== 0) return 'fin';
    return this.payload > 0 ? 'data' : 'ack';
  }

  get source(): string {
    return this.places.sources[this.words[this.at + R.PLACE] >>> 16].id;
  }

  get interface(): string {
    const place = this.words[this.at + R.PLACE];
    return this.places.sources[place >>> 16].interfaces[place & 0xffff];
  }

  get from(): Address {
    return { ip: this.ip(R.FROM, R.FROM_REST), port: this.from_port };
  }

  get to(): Address {
    return { ip: this.ip(R.TO, R.TO_REST), port: this.to_port };
  }

  get from_port(): number {
    return this.ofTcp(R.PORTS) >>> 16;
  }

  get to_port(): number {
    return this.ofTcp(R.PORTS) & 0xffff;
  }

  get from_key(): number | string {
    return this.key(R.FROM, R.FROM_REST, this.from_port);
  }

  get to_key(): number | string {
    return this.key(R.TO, R.TO_REST, this.to_port);
  }

  get from_ip_key(): number | string {
    return this.ipKey(R.FROM, R.FROM_REST);
  }

  get to_ip_key(): number | string {
    return this.ipKey(R.TO, R.TO_REST);
  }

  get ttl(): number {
    return this.meta >>> 16;
  }

  get flags(): number {
    return (this.meta >>> 8) & 0xff;
  }

  get seq(): number {
    return this.ofTcp(R.SEQ) >>> 0;
  }

  get ack(): number {
    return this.ofTcp(R.ACK) >>> 0;
  }

  get window(): number {
    return this.ofTcp(R.WINDOW_MSS) & 0xffff;
  }

  get payload(): number {
    return this.ofTcp(R.PAYLOAD);
  }

  get mss(): number | null {
    const mss = this.ofTcp(R.WINDOW_MSS) >>> 16;
    return mss === 0 ? null : mss;
  }

  get window_scale(): number | null {
    if (this.isIcmp) return null;
    const scale = this.words[this.at + R.SCALE];
    return scale < 0 ? null : scale;
  }

  get sack_permitted(): boolean {
    return (this.meta & R.HAS_SACK) !== 0;
  }

  get timestamps(): Timestamps | null {
    if ((this.meta & R.HAS_TIMESTAMPS) === 0) return null;
    const { words, at } = this;
    return { value: words[at + R.TS_VALUE] >>> 0, echo: words[at + R.TS_ECHO] >>> 0 };
  }

  get fast_open(): boolean {
    return (this.meta & R.HAS_FAST_OPEN) !== 0;
  }

  get syn_layout(): number {
    return this.ofTcp(R.LAYOUT);
  }

  get icmp(): IcmpError | null {
    if (!this.isIcmp) return null;
    const { words, at, meta } = this;
    const type = (words[at + R.ICMP] >>> 8) & 0xff;
    const code = words[at + R.ICMP] & 0xff;
    const ports = words[at + R.QUOTE_PORTS];
    const quote = {
      from: { ip: this.ip(R.QUOTE_FROM, R.QUOTE_FROM_REST), port: ports >>> 16 },
      to: { ip: this.ip(R.QUOTE_TO, R.QUOTE_TO_REST), port: ports & 0xffff },
      seq: (meta & R.QUOTES_SEQ) === 0 ? null : words[at + R.QUOTE_SEQ] >>> 0,
    };
    return {
      type,
      code,
      name: icmpName(meta & R.IS_V6, type, code),
      quote: (meta & R.QUOTES_TCP) === 0 ? null : quote,
    };
  }

  private get meta(): number {
    return this.words[this.at + R.META];
  }

  private get isIcmp(): boolean {
    return (this.meta & R.IS_ICMP) !== 0;
  }

  /** A word that has another meaning in the row of an ICMP error. */
  private ofTcp(word: number): number {
    return this.isIcmp ? 0 : this.words[this.at + word];
  }

  private ip(first: number, rest: number): string {
    const { words, at, meta } = this;
    const v6 = meta & R.IS_V6;
    if (v6 === 0) return formatAddress(0, words[at + first], 0, 0, 0);
    const [w1, w2, w3] = words.subarray(at + rest, at + rest + 3);
    return formatAddress(v6, words[at + first], w1, w2, w3);
  }

  /** As AttemptView makes `server_key`. */
  private key(first: number, rest: number, port: number): number | string {
    const key = this.ipKey(first, rest);
    return typeof key === 'number' ? key * 65_536 + port : `${key},${port}`;
  }

  private ipKey(first: number, rest: number): number | string {
    const { words, at } = this;
    const word = words[at + first];
    if ((this.meta & R.IS_V6) === 0) return word >>> 0;
    return `${word},${words.subarray(at + rest, at + rest + 3).join(',')}`;
  }
}
