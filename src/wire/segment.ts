/**
 * The decoder's one reused view of a packet that matters. Every field is an
 * int32 (so that V8 keeps it unboxed): read ports and lengths as they are,
 * sequence numbers and address words with `>>> 0` where sign matters.
 *
 * Addresses are four 32-bit words in network order; IPv4 uses the first word
 * only, the others are 0.
 */
export class Segment {
  /** {@link KIND_NONE}, {@link KIND_TCP} or {@link KIND_ICMP}: which of the fields below are set. */
  kind = 0;
  /** 1 when the addresses are IPv6. */
  v6 = 0;

  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** TTL or hop limit of the innermost IP header. */
  ttl = 0;

  // --- KIND_TCP (RFC 9293, section 3.1)
  srcPort = 0;
  dstPort = 0;
  seq = 0;
  ack = 0;
  /** The header's low eight control bits: {@link TCP_FIN} and so on. */
  flags = 0;
  window = 0;
  /** Bytes of data by the IP header's own length: what was on the wire, not what was captured. */
  payload = 0;

  // --- Options of a segment with SYN set; 0 elsewhere and where absent
  mss = 0;
  /** Shift count, or -1 without the option. */
  windowScale = -1;
  sackPermitted = 0;
  /** 1 when the timestamps option is there. */
  timestamps = 0;
  tsVal = 0;
  tsEcr = 0;
  /** 1 when a Fast Open cookie, or the request for one, is there (RFC 7413; also experimental kind 254). */
  fastOpen = 0;
  /** Kinds in their order, four bits each from the low end (NOP as 1, the end not kept): tells stacks apart. */
  optionLayout = 0;

  // --- KIND_ICMP: an error message; src and dst above are its own header's
  icmpType = 0;
  icmpCode = 0;
  /** 1 when the quoted datagram is TCP and its ports could be read. */
  quotesTcp = 0;
  /** 1 when the quote reaches the sequence number (8 bytes of TCP, RFC 792). */
  quotesSeq = 0;
  quoteSrc0 = 0;
  quoteSrc1 = 0;
  quoteSrc2 = 0;
  quoteSrc3 = 0;
  quoteDst0 = 0;
  quoteDst1 = 0;
  quoteDst2 = 0;
  quoteDst3 = 0;
  quoteSrcPort = 0;
  quoteDstPort = 0;
  quoteSeq = 0;
}

/** Nothing that matters to handshakes, or malformed (then counted). */
export const KIND_NONE = 0;
/** A whole TCP header. */
export const KIND_TCP = 1;
/** An ICMP or ICMPv6 error: destination unreachable, time exceeded, parameter problem. */
export const KIND_ICMP = 2;

// RFC 9293, section 3.1: control bits.
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;
export const TCP_URG = 0x20;
export const TCP_ECE = 0x40;
export const TCP_CWR = 0x80;

/** Sequence numbers that a TCP segment takes up, its SYN aside: its data, and one for a FIN (RFC 9293, section 3.4). */
export function spanOf(s: Segment): number {
  return s.payload + ((s.flags & TCP_FIN) !== 0 ? 1 : 0);
}
