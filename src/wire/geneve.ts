import type { Cursor } from './cursor.ts';
import { layerOfEthertype } from './ethertype.ts';
import { GENEVE_TRUNCATED, GENEVE_VERSION } from './events.ts';
import { DONE } from './layers.ts';
import { u16 } from './octets.ts';

const HEADER = 8;
const PROTOCOL = 2;

/** RFC 8926, section 3.4: version and length of options, flags, protocol, identifier, options. */
export function geneve(c: Cursor): number {
  if (c.lacks(HEADER, GENEVE_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  if (bytes[at] >> 6 !== 0) {
    c.count(GENEVE_VERSION);
    return DONE;
  }
  const length = HEADER + ((bytes[at] & 0x3f) << 2);
  if (c.lacks(length, GENEVE_TRUNCATED)) return DONE;
  c.at += length;
  return layerOfEthertype(u16(bytes, at + PROTOCOL));
}
