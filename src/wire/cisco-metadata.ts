import type { Cursor } from './cursor.ts';
import { layerOfTypeOrLength } from './ethertype.ts';
import { CISCO_METADATA_TRUNCATED } from './events.ts';
import { DONE } from './layers.ts';
import { u16 } from './octets.ts';

const TYPE = 6;
const HEADER = 8;

/** Cisco MetaData: version, length, option, security group tag, and the next EtherType. */
export function ciscoMetadata(c: Cursor): number {
  if (c.lacks(HEADER, CISCO_METADATA_TRUNCATED)) return DONE;
  const type = u16(c.bytes, c.at + TYPE);
  c.at += HEADER;
  return layerOfTypeOrLength(c, type);
}
