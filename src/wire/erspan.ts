import type { Cursor } from './cursor.ts';
import { ERSPAN_TRUNCATED, ERSPAN_VERSION } from './events.ts';
import { DONE, ETHERNET, RAW_IP } from './layers.ts';

// draft-foschiano-erspan-03, sections 4.2 and 4.3.
const TYPE_2_VERSION = 1;
const TYPE_2_HEADER = 8;
const TYPE_3_VERSION = 2;
const TYPE_3_HEADER = 12;
const TYPE_3_SUBHEADER = 8;
/** The O bit, in the header's last octet. */
const HAS_SUBHEADER = 0x01;
/** FT, five bits of the eleventh octet. */
const FRAME_ETHERNET = 0;
const FRAME_IP = 2;

/** A mirrored frame, type II (type I has no header: see gre.ts). */
export function erspan2(c: Cursor): number {
  if (c.lacks(TYPE_2_HEADER, ERSPAN_TRUNCATED)) return DONE;
  if (c.bytes[c.at] >> 4 !== TYPE_2_VERSION) {
    c.count(ERSPAN_VERSION);
    return DONE;
  }
  c.at += TYPE_2_HEADER;
  return ETHERNET;
}

/** A mirrored frame, type III. */
export function erspan3(c: Cursor): number {
  if (c.lacks(TYPE_3_HEADER, ERSPAN_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  if (bytes[at] >> 4 !== TYPE_3_VERSION) {
    c.count(ERSPAN_VERSION);
    return DONE;
  }
  const frame = (bytes[at + 10] >> 2) & 0x1f;
  let length = TYPE_3_HEADER;
  if ((bytes[at + 11] & HAS_SUBHEADER) !== 0) length += TYPE_3_SUBHEADER;
  if (c.lacks(length, ERSPAN_TRUNCATED)) return DONE;
  c.at += length;
  if (frame === FRAME_ETHERNET) return ETHERNET;
  return frame === FRAME_IP ? RAW_IP : DONE;
}
