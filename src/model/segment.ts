/**
 * A packet that may matter to a handshake, as an analyser reads it: a TCP
 * segment, or an ICMP error. Property names as in attempts and their records.
 */
import type { Address, Micros } from './attempt.ts';

/** What a segment is, judged by itself: of several control bits RST counts first, then SYN, then FIN. */
export type SegmentKind = 'syn' | 'syn-ack' | 'rst' | 'fin' | 'data' | 'ack' | 'icmp';

/** Control bits of `flags`: RFC 9293, section 3.1. */
export const TCP_FLAGS = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

/** What an ICMP error quotes of the TCP segment that it is about. */
export interface Quote {
  /** Who sent the segment that is quoted. */
  readonly from: Address;
  readonly to: Address;
  /** Its sequence number: the ISN, of a SYN; `null` where the quote ends before it. */
  readonly seq: number | null;
}

/** An ICMP or ICMPv6 error: destination unreachable, time exceeded, parameter problem. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** As IANA's registry names the code, in kebab case: `port-unreachable`. */
  readonly name: string;
  /** `null` where it is about something else than TCP. */
  readonly quote: Quote | null;
}

/** The timestamps option: RFC 7323. */
export interface Timestamps {
  readonly value: number;
  readonly echo: number;
}

/**
 * What `segment()` of an analyser gets. One view for all segments, valid until
 * the call returns: nothing of it may be kept but what was read out of it, or a
 * copy made with `keepSegment`. Everything is computed when it is asked for, so
 * that who only counts pays for no texts.
 */
export interface Segment {
  readonly type: 'segment';
  readonly kind: SegmentKind;
  /** The packet's own capture time; it may lie before that of the packet before it. */
  readonly time: Micros;
  /** Id of the source. */
  readonly source: string;
  /** Where it was captured: `eth0`, or the file's name where the file names none. */
  readonly interface: string;
  /** The sender; of an ICMP error the port is 0. */
  readonly from: Address;
  readonly to: Address;
  /** The ports alone, for who counts: `from` and `to` make texts. */
  readonly from_port: number;
  readonly to_port: number;
  /** The sender's address and port as one key, equal to `server_key` of an attempt at them. */
  readonly from_key: number | string;
  readonly to_key: number | string;
  /** The sender's address without its port, equal to `client_key` of its attempts. */
  readonly from_ip_key: number | string;
  readonly to_ip_key: number | string;
  /** TTL or hop limit of the innermost IP header. */
  readonly ttl: number;
  /** Control bits: see TCP_FLAGS. 0 of an ICMP error, as all up to `syn_layout`. */
  readonly flags: number;
  /** 0 to 2^32 - 1. */
  readonly seq: number;
  readonly ack: number;
  /** As it stands in the header: not scaled. */
  readonly window: number;
  /** Bytes of data by the IP header's own length, captured or not. */
  readonly payload: number;
  /** Options of a SYN or SYN-ACK; `null` or false elsewhere, and where they are absent. */
  readonly mss: number | null;
  /** Shift count. */
  readonly window_scale: number | null;
  readonly sack_permitted: boolean;
  readonly timestamps: Timestamps | null;
  /** A Fast Open cookie, or the request for one. */
  readonly fast_open: boolean;
  /** Kinds of its options in their order, four bits each; 0 without any. */
  readonly syn_layout: number;
  /** `null` of TCP. */
  readonly icmp: IcmpError | null;
}
