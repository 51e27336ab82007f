import type { Cursor } from './cursor.ts';
import { VXLAN_FLAGS, VXLAN_TRUNCATED } from './events.ts';
import { DONE, ETHERNET, IPV4, IPV6, MPLS } from './layers.ts';

const HEADER = 8;
const VNI_VALID = 0x08;
/** The P bit of VXLAN-GPE: the fourth octet names the next protocol. */
const NEXT_PROTOCOL = 0x04;

/** RFC 7348, section 5: flags, reserved, network identifier, then an Ethernet frame. */
export function vxlan(c: Cursor): number {
  if (c.lacks(HEADER, VXLAN_TRUNCATED)) return DONE;
  if ((c.bytes[c.at] & VNI_VALID) === 0) {
    c.count(VXLAN_FLAGS);
    return DONE;
  }
  c.at += HEADER;
  return ETHERNET;
}

/** draft-ietf-nvo3-vxlan-gpe, section 3. */
export function vxlanGpe(c: Cursor): number {
  if (c.lacks(HEADER, VXLAN_TRUNCATED)) return DONE;
  const flags = c.bytes[c.at];
  const next = c.bytes[c.at + 3];
  c.at += HEADER;
  if ((flags & NEXT_PROTOCOL) === 0) return ETHERNET;
  switch (next) {
    case 1:
      return IPV4;
    case 2:
      return IPV6;
    case 3:
      return ETHERNET;
    case 5:
      return MPLS;
    default:
      return DONE;
  }
}
