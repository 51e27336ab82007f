import type { Cursor } from './cursor.ts';
import { layerOfEthertype } from './ethertype.ts';
import { LLC_TRUNCATED } from './events.ts';
import { DONE, IPV4 } from './layers.ts';
import { u16 } from './octets.ts';

const SNAP = 0xaa;
const IP = 0x06;
const UNNUMBERED_INFORMATION = 0x03;
const LLC_HEADER = 3;
const SNAP_HEADER = 8;
// RFC 1042: the protocol id is an EtherType; 802.1H: likewise, tunnelled by a bridge.
const OUI_ETHERTYPE = 0x000000;
const OUI_BRIDGE_TUNNEL = 0x0000f8;

/** IEEE 802.2, with SNAP (RFC 1042) or with IP's own service access point. */
export function llc(c: Cursor): number {
  if (c.lacks(LLC_HEADER, LLC_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  const sap = bytes[at];
  if (bytes[at + 1] !== sap || bytes[at + 2] !== UNNUMBERED_INFORMATION) return DONE;
  if (sap === IP) {
    c.at += LLC_HEADER;
    return IPV4;
  }
  if (sap !== SNAP || c.lacks(SNAP_HEADER, LLC_TRUNCATED)) return DONE;
  const oui = (bytes[at + 3] << 16) | u16(bytes, at + 4);
  if (oui !== OUI_ETHERTYPE && oui !== OUI_BRIDGE_TUNNEL) return DONE;
  c.at += SNAP_HEADER;
  return layerOfEthertype(u16(bytes, at + 6));
}
