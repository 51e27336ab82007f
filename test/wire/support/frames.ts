import assert from 'node:assert/strict';
import { formatAddress } from '../../../src/wire/address.ts';
import { Decoder } from '../../../src/wire/decoder.ts';
import { KIND_ICMP, KIND_NONE, KIND_TCP } from '../../../src/wire/segment.ts';
import type { Segment } from '../../../src/wire/segment.ts';

/** Octets from hexadecimal digits; blanks and comments from `#` to the end of the line do not count. */
export function octets(text: string): Uint8Array {
  const digits = text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
  assert.match(digits, /^(?:[\da-f]{2})*$/);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** What decoding one frame gave. */
export interface Decoded {
  readonly kind: number;
  readonly segment: Segment;
  /** Names and counts of what was met. */
  readonly events: Record<string, number>;
  readonly icmpPackets: number;
}

/** Decodes one frame with a fresh decoder; all of it was captured unless said otherwise. */
export function decode(
  frame: Uint8Array | string,
  linkType: number,
  { captured = Infinity, wire = -1 } = {},
): Decoded {
  const bytes = typeof frame === 'string' ? octets(frame) : frame;
  const decoder = new Decoder();
  const kept = Math.min(captured, bytes.length);
  const kind = decoder.decode(bytes, 0, kept, wire < 0 ? bytes.length : wire, linkType);
  return {
    kind,
    segment: decoder.segment,
    events: decoder.counters.seen(),
    icmpPackets: decoder.icmpPackets,
  };
}

/** The frame carries TCP; returns `10.0.0.1:40000 > 10.0.0.2:443`. Nothing odd may have been counted. */
export function flowOf(frame: Uint8Array | string, linkType: number): string {
  const { kind, segment, events } = decode(frame, linkType);
  assert.deepEqual(events, {});
  assert.equal(kind, KIND_TCP);
  return flow(segment);
}

/** The frame gives nothing, and counts just this (nothing at all where left out). */
export function assertNothing(
  frame: Uint8Array | string,
  linkType: number,
  event?: string,
  lengths: { captured?: number; wire?: number } = {},
): void {
  const { kind, events } = decode(frame, linkType, lengths);
  assert.deepEqual(events, event === undefined ? {} : { [event]: 1 });
  assert.equal(kind, KIND_NONE);
}

export function flow(s: Segment): string {
  const source = formatAddress(s.v6, s.src0, s.src1, s.src2, s.src3);
  const destination = formatAddress(s.v6, s.dst0, s.dst1, s.dst2, s.dst3);
  if (s.v6 === 0) return `${source}:${s.srcPort} > ${destination}:${s.dstPort}`;
  return `[${source}]:${s.srcPort} > [${destination}]:${s.dstPort}`;
}

export function quotedFlow(s: Segment): string {
  assert.equal(s.kind, KIND_ICMP);
  const source = formatAddress(s.v6, s.quoteSrc0, s.quoteSrc1, s.quoteSrc2, s.quoteSrc3);
  const destination = formatAddress(s.v6, s.quoteDst0, s.quoteDst1, s.quoteDst2, s.quoteDst3);
  if (s.v6 === 0) return `${source}:${s.quoteSrcPort} > ${destination}:${s.quoteDstPort}`;
  return `[${source}]:${s.quoteSrcPort} > [${destination}]:${s.quoteDstPort}`;
}

export const ETHERNET = 1;
export const RAW = 101;

/** A SYN from port 40000 to 443 without options: 20 octets. */
export const TCP = `
  9c40 01bb           # ports
  01020304            # sequence
  00000000            # acknowledgement
  5002 faf0           # data offset 5, SYN; window 64240
  0000 0000           # checksum, urgent pointer
`;

/** That SYN from 10.0.0.1 to 10.0.0.2: 40 octets. */
export const IPV4 = `
  45 00 0028          # version 4, 5 words; total length 40
  1234 4000           # identification; don't fragment
  40 06 0000          # TTL 64, TCP
  0a000001 0a000002
  ${TCP}`;
export const FLOW4 = '10.0.0.1:40000 > 10.0.0.2:443';

/** That SYN from 2001:db8::1 to 2001:db8::2: 60 octets. */
export const IPV6 = `
  60000000 0014       # version 6; payload length 20
  06 40               # TCP, hop limit 64
  20010db8000000000000000000000001
  20010db8000000000000000000000002
  ${TCP}`;
export const FLOW6 = '[2001:db8::1]:40000 > [2001:db8::2]:443';

/** Two addresses, without a type. */
export const MACS = '0200000000a2 0200000000a1';
/** The IPv4 packet in Ethernet: 54 octets. */
export const FRAME = `${MACS} 0800 ${IPV4}`;
