import type { Cursor } from './cursor.ts';
import { layerOfEthertype } from './ethertype.ts';
import { MPLS_TRUNCATED } from './events.ts';
import { DONE, ETHERNET, IPV4, IPV6 } from './layers.ts';
import { u16 } from './octets.ts';

const ENTRY = 4;
const CONTROL_WORD = 4;
const ETHERTYPE = 12;
const ETHERNET_HEADER = 14;
/** RFC 3032: the S bit, in the third octet of an entry. */
const BOTTOM_OF_STACK = 0x01;

/**
 * RFC 3032. Nothing in the stack says what follows it. The first nibble tells
 * (RFC 4928): 4 and 6 are IP, 0 is a pseudowire's control word (RFC 4385) or an
 * Ethernet address, anything else an Ethernet address.
 */
export function mpls(c: Cursor): number {
  let bottom = 0;
  while (bottom === 0) {
    if (c.lacks(ENTRY, MPLS_TRUNCATED)) return DONE;
    bottom = c.bytes[c.at + 2] & BOTTOM_OF_STACK;
    c.at += ENTRY;
  }
  if (c.lacks(1, MPLS_TRUNCATED)) return DONE;
  const nibble = c.bytes[c.at] >> 4;
  if (nibble === 4) return IPV4;
  if (nibble === 6) return IPV6;
  if (nibble === 0 && !isEthernet(c)) c.at += CONTROL_WORD;
  return ETHERNET;
}

/** Most vendors' addresses begin with nibble 0 too: a type that is known where Ethernet has it decides. */
function isEthernet(c: Cursor): boolean {
  const { bytes, at, end } = c;
  if (at + ETHERNET_HEADER > end || layerOfEthertype(u16(bytes, at + ETHERTYPE)) === DONE) {
    return false;
  }
  const behind = at + CONTROL_WORD;
  return (
    behind + ETHERNET_HEADER > end || layerOfEthertype(u16(bytes, behind + ETHERTYPE)) === DONE
  );
}
