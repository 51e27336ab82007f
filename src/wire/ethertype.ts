import {
  CISCO_METADATA,
  DONE,
  ERSPAN_1_2,
  ERSPAN_3,
  ETHERNET,
  FABRIC_PATH,
  IPV4,
  IPV6,
  LLC,
  MPLS,
  PPP,
  PPPOE,
  VLAN,
} from './layers.ts';
import type { Cursor } from './cursor.ts';
import { IEEE8023_BEYOND_FRAME } from './events.ts';

/** The layer that an EtherType (IEEE 802 numbers; also GRE's and SLL's protocol field) announces. */
export function layerOfEthertype(type: number): number {
  switch (type) {
    case 0x0800:
      return IPV4;
    case 0x86dd:
      return IPV6;
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // QinQ before 802.1ad
    case 0x9200:
      return VLAN;
    case 0x8847: // RFC 5332: unicast, or any with a downstream label
    case 0x8848:
      return MPLS;
    case 0x8864:
      return PPPOE;
    case 0x880b:
      return PPP;
    case 0x6558:
      return ETHERNET;
    case 0x88be:
      return ERSPAN_1_2;
    case 0x22eb:
      return ERSPAN_3;
    case 0x8903:
      return FABRIC_PATH;
    case 0x8909:
      return CISCO_METADATA;
    default:
      return DONE;
  }
}

/** IEEE 802.3, clause 3.2.6: up to 1500 it is a length and LLC follows, from 1536 on a type. */
export function layerOfTypeOrLength(c: Cursor, value: number): number {
  if (value >= 0x600) return layerOfEthertype(value);
  if (value > 1500) return DONE;
  c.claim(value, IEEE8023_BEYOND_FRAME);
  return LLC;
}
