import type { Cursor } from './cursor.ts';
import { ESP } from './events.ts';
import { DONE, GRE, ICMP, ICMPV6, IPV4, IPV6, MPLS, TCP, UDP } from './layers.ts';

export const PROTOCOL_TCP = 6;
export const PROTOCOL_FRAGMENT = 44;
export const PROTOCOL_AH = 51;

/** The layer that an IP protocol number (IANA) announces, in IPv4 (`v6` 0) or IPv6 (1). */
export function layerOfIpProtocol(c: Cursor, protocol: number, v6: number): number {
  switch (protocol) {
    case PROTOCOL_TCP:
      return TCP;
    case 1:
      return v6 === 0 ? ICMP : DONE;
    case 58:
      return v6 === 1 ? ICMPV6 : DONE;
    case 17:
      return UDP;
    case 4: // IP in IP, RFC 2003
      return IPV4;
    case 41: // 6in4, RFC 4213
      return IPV6;
    case 47:
      return GRE;
    case 137: // MPLS in IP, RFC 4023
      return MPLS;
    case 50:
      c.count(ESP);
      return DONE;
    default:
      return DONE;
  }
}
