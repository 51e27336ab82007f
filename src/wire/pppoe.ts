import type { Cursor } from './cursor.ts';
import { PPPOE_BEYOND_FRAME, PPPOE_TRUNCATED, PPPOE_VERSION } from './events.ts';
import { DONE, PPP } from './layers.ts';
import { u16 } from './octets.ts';

const HEADER = 6;
const VERSION_1_TYPE_1 = 0x11;
const SESSION_DATA = 0;

/** RFC 2516, section 4: version and type, code, session id, length. */
export function pppoe(c: Cursor): number {
  if (c.lacks(HEADER, PPPOE_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  if (bytes[at] !== VERSION_1_TYPE_1) {
    c.count(PPPOE_VERSION);
    return DONE;
  }
  if (bytes[at + 1] !== SESSION_DATA) return DONE;
  c.at += HEADER;
  c.claim(u16(bytes, at + 4), PPPOE_BEYOND_FRAME);
  return PPP;
}
