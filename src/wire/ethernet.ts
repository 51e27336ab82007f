import type { Cursor } from './cursor.ts';
import { layerOfTypeOrLength } from './ethertype.ts';
import { ETHERNET_TRUNCATED } from './events.ts';
import { DONE } from './layers.ts';
import { u16 } from './octets.ts';

const TYPE = 12;
const HEADER = 14;

/** IEEE 802.3: two addresses and a type or length. */
export function ethernet(c: Cursor): number {
  if (c.lacks(HEADER, ETHERNET_TRUNCATED)) return DONE;
  const type = u16(c.bytes, c.at + TYPE);
  c.at += HEADER;
  return layerOfTypeOrLength(c, type);
}
