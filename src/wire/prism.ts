import type { Cursor } from './cursor.ts';
import { PRISM_LENGTH, PRISM_TRUNCATED } from './events.ts';
import { DONE, IEEE80211 } from './layers.ts';
import { i32, i32le } from './octets.ts';

const HEADER = 8;
/** AVS headers begin with this where a Prism header has its message code; its last octet is the version. */
const AVS_MAGIC = 0x80211000 | 0;
/** Room for either header; both are about 150 octets. */
const LONGEST = 1024;

/** LINKTYPE_IEEE802_11_PRISM and LINKTYPE_IEEE802_11_AVS: message code or magic, length, measurements. */
export function prism(c: Cursor): number {
  if (c.lacks(HEADER, PRISM_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  const avs = (i32(bytes, at) & ~0xff) === AVS_MAGIC;
  let length = i32(bytes, at + 4);
  // Prism is written in the capturing host's order: a length that is small in one of them.
  if (!avs && (length < HEADER || length > LONGEST)) length = i32le(bytes, at + 4);
  if (length < HEADER || length > LONGEST) {
    c.count(PRISM_LENGTH);
    return DONE;
  }
  if (c.lacks(length, PRISM_LENGTH)) return DONE;
  c.at += length;
  return IEEE80211;
}
