/** LINKTYPE_ values: https://www.tcpdump.org/linktypes.html. */
import {
  CISCO_HDLC,
  CISCO_HDLC_WITH_DIRECTION,
  DONE,
  ETHERNET,
  IEEE80211,
  IPV4,
  IPV6,
  LINUX_SLL,
  LINUX_SLL2,
  LOOPBACK,
  PPP,
  PPP_OR_CISCO_HDLC,
  PPP_PPPD,
  PPP_WITH_DIRECTION,
  PPPOE,
  PRISM,
  RADIOTAP,
  RAW_IP,
} from './layers.ts';

export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_LINUX_SLL2 = 276;

/** The first layer of a frame of this link type; {@link DONE} where the decoder does not know it. */
export function layerOfLinkType(linkType: number): number {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return ETHERNET;
    case 0:
    case 108:
      return LOOPBACK;
    case 9:
      return PPP;
    case 12: // DLT_RAW of most systems, written to files by old tools
    case 14: // and OpenBSD's
    case 101:
      return RAW_IP;
    case 50:
      return PPP_OR_CISCO_HDLC;
    case 51:
      return PPPOE;
    case 104:
      return CISCO_HDLC;
    case 105:
      return IEEE80211;
    case 113:
      return LINUX_SLL;
    case 119:
    case 163:
      return PRISM;
    case 127:
      return RADIOTAP;
    case 166:
      return PPP_PPPD;
    case 204:
      return PPP_WITH_DIRECTION;
    case 205:
      return CISCO_HDLC_WITH_DIRECTION;
    case 228:
      return IPV4;
    case 229:
      return IPV6;
    case LINKTYPE_LINUX_SLL2:
      return LINUX_SLL2;
    default:
      return DONE;
  }
}

/** True when frames of this link type can be decoded. */
export function isKnownLinkType(linkType: number): boolean {
  return layerOfLinkType(linkType) !== DONE;
}
