import type { Cursor } from './cursor.ts';
import { layerOfEthertype } from './ethertype.ts';
import { GRE_ROUTING, GRE_TRUNCATED, GRE_VERSION } from './events.ts';
import { DONE, ERSPAN_1_2, ETHERNET, PPP } from './layers.ts';
import { u16 } from './octets.ts';

// RFC 2784, RFC 2890 and, for routing, RFC 1701.
const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const VERSION = 0x0007;
/** RFC 2637, section 4.1: enhanced GRE of PPTP carries PPP; A says that an acknowledgement is there. */
const ENHANCED = 1;
const ACKNOWLEDGEMENT = 0x0080;
const HEADER = 4;
/** Length of each optional field. */
const FIELD = 4;
/** A stack of source routes longer than this is not seen outside of attacks. */
const MOST_ROUTES = 8;

/** Generic routing encapsulation, versions 0 and 1. */
export function gre(c: Cursor): number {
  if (c.lacks(HEADER, GRE_TRUNCATED)) return DONE;
  const flags = u16(c.bytes, c.at);
  const type = u16(c.bytes, c.at + 2);
  const version = flags & VERSION;
  if (version > ENHANCED) {
    c.count(GRE_VERSION);
    return DONE;
  }
  let length = HEADER;
  // Checksum and routing offset come together, whichever of them is used.
  if ((flags & (CHECKSUM | ROUTING)) !== 0) length += FIELD;
  if ((flags & KEY) !== 0) length += FIELD;
  if ((flags & SEQUENCE) !== 0) length += FIELD;
  if (version === ENHANCED && (flags & ACKNOWLEDGEMENT) !== 0) length += FIELD;
  if (c.lacks(length, GRE_TRUNCATED)) return DONE;
  c.at += length;
  if ((flags & ROUTING) !== 0 && !skipRoutes(c)) return DONE;
  if (version === ENHANCED) {
    // Without a sequence number it is a mere acknowledgement.
    return (flags & SEQUENCE) === 0 ? DONE : PPP;
  }
  const layer = layerOfEthertype(type);
  // ERSPAN type I has no sequence number, and no header of its own.
  if (layer === ERSPAN_1_2 && (flags & SEQUENCE) === 0) return ETHERNET;
  return layer;
}

/** RFC 1701: source route entries (family, offset, length, route), up to one of family 0 and length 0. */
function skipRoutes(c: Cursor): boolean {
  for (let i = 0; i < MOST_ROUTES; i++) {
    if (c.lacks(FIELD, GRE_TRUNCATED)) return false;
    const family = u16(c.bytes, c.at);
    const length = c.bytes[c.at + 3];
    c.at += FIELD;
    if (length === 0) {
      if (family === 0) return true;
      break;
    }
    c.at += length;
  }
  c.count(GRE_ROUTING);
  return false;
}
