import type { Cursor } from './cursor.ts';
import { layerOfTypeOrLength } from './ethertype.ts';
import { VLAN_TRUNCATED } from './events.ts';
import { DONE } from './layers.ts';
import { u16 } from './octets.ts';

const TYPE = 2;
const HEADER = 4;

/** One tag of IEEE 802.1Q (the tag's own type is read already): control information, then the next type. */
export function vlan(c: Cursor): number {
  if (c.lacks(HEADER, VLAN_TRUNCATED)) return DONE;
  const type = u16(c.bytes, c.at + TYPE);
  c.at += HEADER;
  return layerOfTypeOrLength(c, type);
}
