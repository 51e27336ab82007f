import { ciscoMetadata } from './cisco-metadata.ts';
import type { Counters } from './counters.ts';
import { Cursor } from './cursor.ts';
import { erspan2, erspan3 } from './erspan.ts';
import { ethernet } from './ethernet.ts';
import { NESTED_TOO_DEEP, UNKNOWN_LINK_TYPE } from './events.ts';
import { fabricPath } from './fabric-path.ts';
import { geneve } from './geneve.ts';
import { gre } from './gre.ts';
import { icmp } from './icmp.ts';
import { icmpv6 } from './icmpv6.ts';
import { ieee80211 } from './ieee80211.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import * as layers from './layers.ts';
import { layerOfLinkType, LINKTYPE_ETHERNET } from './link-types.ts';
import { llc } from './llc.ts';
import { loopback } from './loopback.ts';
import { mpls } from './mpls.ts';
import { i32, u16 } from './octets.ts';
import {
  ciscoHdlc,
  ciscoHdlcWithDirection,
  ppp,
  pppOrCiscoHdlc,
  pppPppd,
  pppWithDirection,
} from './ppp.ts';
import { pppoe } from './pppoe.ts';
import { prism } from './prism.ts';
import { radiotap } from './radiotap.ts';
import { rawIp } from './raw-ip.ts';
import { KIND_NONE } from './segment.ts';
import type { Segment } from './segment.ts';
import { linuxSll, linuxSll2 } from './sll.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';
import { vlan } from './vlan.ts';
import { vxlan, vxlanGpe } from './vxlan.ts';

export { isKnownLinkType } from './link-types.ts';

/** Who reads which layer: moves the cursor behind the header and returns the layer that follows. */
const READERS: ((c: Cursor) => number)[] = [];
for (const [layer, reader] of [
  [layers.DONE, () => layers.DONE],
  [layers.ETHERNET, ethernet],
  [layers.LLC, llc],
  [layers.VLAN, vlan],
  [layers.MPLS, mpls],
  [layers.PPPOE, pppoe],
  [layers.PPP, ppp],
  [layers.PPP_OR_CISCO_HDLC, pppOrCiscoHdlc],
  [layers.CISCO_HDLC, ciscoHdlc],
  [layers.PPP_PPPD, pppPppd],
  [layers.PPP_WITH_DIRECTION, pppWithDirection],
  [layers.CISCO_HDLC_WITH_DIRECTION, ciscoHdlcWithDirection],
  [layers.FABRIC_PATH, fabricPath],
  [layers.CISCO_METADATA, ciscoMetadata],
  [layers.LINUX_SLL, linuxSll],
  [layers.LINUX_SLL2, linuxSll2],
  [layers.LOOPBACK, loopback],
  [layers.RAW_IP, rawIp],
  [layers.RADIOTAP, radiotap],
  [layers.PRISM, prism],
  [layers.IEEE80211, ieee80211],
  [layers.IPV4, ipv4],
  [layers.IPV6, ipv6],
  [layers.GRE, gre],
  [layers.ERSPAN_1_2, erspan2],
  [layers.ERSPAN_3, erspan3],
  [layers.UDP, udp],
  [layers.VXLAN, vxlan],
  [layers.VXLAN_GPE, vxlanGpe],
  [layers.GENEVE, geneve],
  [layers.TCP, tcp],
  [layers.ICMP, icmp],
  [layers.ICMPV6, icmpv6],
] as const) {
  READERS[layer] = reader;
}

/**
 * Headers in one frame, each VLAN tag counted. A VXLAN overlay in QinQ, PPPoE
 * and ERSPAN comes to 15; Suricata stops at 16. More is a loop or an attack.
 */
const MOST_LAYERS = 24;

/** No frame on any wire is longer; keeps all offsets within int32. */
const LONGEST_FRAME = 0x1000000;

/**
 * Decodes frames, one at a time, into one reused {@link Segment}. Allocates
 * nothing per packet, never throws and never reads outside of what was
 * captured; what is malformed is counted.
 */
export class Decoder {
  /** What the last {@link decode} found: valid until the next. */
  readonly segment: Segment;
  /** What was met on the way: events.ts has the names. */
  readonly counters: Counters;
  private readonly cursor = new Cursor();

  constructor() {
    this.segment = this.cursor.segment;
    this.counters = this.cursor.counters;
  }

  /** ICMP and ICMPv6 packets of any type seen so far, errors or not. */
  get icmpPackets(): number {
    return this.cursor.icmpPackets;
  }

  /**
   * @param bytes buffer that holds the frame
   * @param offset where the frame begins in it
   * @param captured bytes of the frame that are there
   * @param wire bytes that the frame had on the wire; at least `captured`
   * @param linkType LINKTYPE_ value of tcpdump.org
   * @returns KIND_NONE, KIND_TCP or KIND_ICMP
   */
  decode(
    bytes: Uint8Array,
    offset: number,
    captured: number,
    wire: number,
    linkType: number,
  ): number {
    const c = this.cursor;
    const { segment } = this;
    const end = Math.min(offset + captured, bytes.length);
    // A file may claim any length on the wire, down to less than it holds.
    const wireEnd = Math.max(end, offset + Math.min(wire, LONGEST_FRAME));
    // Storing a reference costs a write barrier: most frames come from the same buffer.
    if (c.bytes !== bytes) c.bytes = bytes;
    segment.kind = KIND_NONE;
    c.fragment = 0;

    if (linkType === LINKTYPE_ETHERNET && isPlainTcp(bytes, offset, end)) {
      const total = u16(bytes, offset + 16);
      const to = offset + 14 + total;
      if (total >= 40 && to <= wireEnd) {
        if (segment.v6 !== 0) clearAddresses(segment);
        segment.ttl = bytes[offset + 22];
        segment.src0 = i32(bytes, offset + 26);
        segment.dst0 = i32(bytes, offset + 30);
        c.at = offset + 34;
        c.end = Math.min(end, to);
        c.wireEnd = to;
        tcp(c);
        return segment.kind;
      }
    }

    c.at = offset;
    c.end = end;
    c.wireEnd = wireEnd;
    c.padded = 0;
    const first = layerOfLinkType(linkType);
    if (first === layers.DONE) c.count(UNKNOWN_LINK_TYPE);
    else descend(c, first);
    return segment.kind;
  }
}

/**
 * The common case, told in five comparisons: an Ethernet frame of IPv4 without
 * options, with TCP, not a fragment, captured to the end of TCP's 20 bytes.
 */
function isPlainTcp(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    end - at >= 54 &&
    u16(bytes, at + 12) === 0x0800 &&
    bytes[at + 14] === 0x45 &&
    bytes[at + 23] === 6 &&
    (u16(bytes, at + 20) & 0x3fff) === 0
  );
}

/** Only the first word is used by IPv4; the others must be 0. */
function clearAddresses(segment: Segment): void {
  segment.v6 = 0;
  segment.src1 = 0;
  segment.src2 = 0;
  segment.src3 = 0;
  segment.dst1 = 0;
  segment.dst2 = 0;
  segment.dst3 = 0;
}

/** From layer to layer, down to what the frame carries. */
function descend(c: Cursor, first: number): void {
  let layer = first;
  for (let i = 0; i < MOST_LAYERS; i++) {
    layer = READERS[layer](c);
    if (layer === layers.DONE) return;
  }
  c.count(NESTED_TOO_DEEP);
}
