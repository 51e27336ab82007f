import type { Cursor } from './cursor.ts';
import { CISCO_HDLC_TRUNCATED, PPP_COMPRESSED, PPP_TRUNCATED } from './events.ts';
import { layerOfEthertype } from './ethertype.ts';
import { CISCO_HDLC, DONE, IPV4, IPV6, MPLS, PPP } from './layers.ts';
import { u16 } from './octets.ts';

/** RFC 1662: address (all stations) and control (unnumbered information), if not left out. */
const ALL_STATIONS = 0xff;
const UNNUMBERED_INFORMATION = 0x03;
/** Cisco HDLC's addresses. */
const CISCO_UNICAST = 0x0f;
const CISCO_MULTICAST = 0x8f;
const CISCO_HEADER = 4;
const DIRECTION = 1;

/** RFC 1661, section 2: a protocol of two octets, or of one (odd) where that was negotiated. */
export function ppp(c: Cursor): number {
  if (c.lacks(1, PPP_TRUNCATED)) return DONE;
  const { bytes } = c;
  if (bytes[c.at] === ALL_STATIONS) {
    if (c.lacks(3, PPP_TRUNCATED)) return DONE;
    if (bytes[c.at + 1] !== UNNUMBERED_INFORMATION) return DONE;
    c.at += 2;
  }
  let protocol = bytes[c.at];
  if ((protocol & 1) === 0) {
    if (c.lacks(2, PPP_TRUNCATED)) return DONE;
    protocol = u16(bytes, c.at);
    c.at += 1;
  }
  c.at += 1;
  return layerOfPppProtocol(c, protocol);
}

/** IANA's PPP numbers. */
function layerOfPppProtocol(c: Cursor, protocol: number): number {
  switch (protocol) {
    case 0x0021:
      return IPV4;
    case 0x0057:
      return IPV6;
    case 0x0281:
    case 0x0283:
      return MPLS;
    case 0x002d: // Van Jacobson, RFC 1144
    case 0x002f:
    case 0x0053: // ECP, RFC 1968
    case 0x0055:
    case 0x00fb: // CCP, RFC 1962
    case 0x00fd:
      c.count(PPP_COMPRESSED);
      return DONE;
    default:
      return DONE;
  }
}

/** LINKTYPE_PPP_PPPD: a direction in the place of the address, then the control. */
export function pppPppd(c: Cursor): number {
  if (c.lacks(2, PPP_TRUNCATED)) return DONE;
  if (c.bytes[c.at + 1] !== UNNUMBERED_INFORMATION) return DONE;
  c.at += 2;
  return PPP;
}

/** LINKTYPE_PPP_WITH_DIR: an octet for the direction, then PPP. */
export function pppWithDirection(c: Cursor): number {
  if (c.lacks(DIRECTION, PPP_TRUNCATED)) return DONE;
  c.at += DIRECTION;
  return PPP;
}

/** LINKTYPE_C_HDLC_WITH_DIR: likewise. */
export function ciscoHdlcWithDirection(c: Cursor): number {
  if (c.lacks(DIRECTION, CISCO_HDLC_TRUNCATED)) return DONE;
  c.at += DIRECTION;
  return CISCO_HDLC;
}

/** LINKTYPE_PPP_HDLC: the first octet tells PPP from Cisco HDLC. */
export function pppOrCiscoHdlc(c: Cursor): number {
  if (c.lacks(1, PPP_TRUNCATED)) return DONE;
  const address = c.bytes[c.at];
  return address === CISCO_UNICAST || address === CISCO_MULTICAST ? CISCO_HDLC : PPP;
}

/** Cisco HDLC (RFC 1547, section 4.3.1): address, control, and an EtherType. */
export function ciscoHdlc(c: Cursor): number {
  if (c.lacks(CISCO_HEADER, CISCO_HDLC_TRUNCATED)) return DONE;
  const type = u16(c.bytes, c.at + 2);
  c.at += CISCO_HEADER;
  return layerOfEthertype(type);
}
