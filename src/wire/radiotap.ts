import type { Cursor } from './cursor.ts';
import { RADIOTAP_BAD_FCS, RADIOTAP_LENGTH, RADIOTAP_TRUNCATED } from './events.ts';
import { DONE, IEEE80211 } from './layers.ts';
import { i32le, u16le } from './octets.ts';

const HEADER = 8;
// Bits of the presence words (radiotap.org).
const PRESENT_TSFT = 1 << 0;
const PRESENT_FLAGS = 1 << 1;
const PRESENT_MORE = 1 << 31;
// The flags field.
const FLAG_FCS_AT_END = 0x10;
const FLAG_DATA_PAD = 0x20;
const FLAG_BAD_FCS = 0x40;
const FCS = 4;

/** Radiotap: version, pad, length, presence words, then the fields that are present, each aligned. */
export function radiotap(c: Cursor): number {
  if (c.lacks(HEADER, RADIOTAP_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  const length = u16le(bytes, at + 2);
  if (bytes[at] !== 0 || length < HEADER) {
    c.count(RADIOTAP_LENGTH);
    return DONE;
  }
  if (c.lacks(length, RADIOTAP_LENGTH)) return DONE;
  const flags = flagsField(bytes, at, length);
  c.at += length;
  if ((flags & FLAG_BAD_FCS) !== 0) {
    c.count(RADIOTAP_BAD_FCS);
    return DONE;
  }
  if ((flags & FLAG_FCS_AT_END) !== 0) c.dropTrailer(FCS);
  c.padded = (flags & FLAG_DATA_PAD) === 0 ? 0 : 1;
  return IEEE80211;
}

/** The flags field of the first presence word, or 0 where absent. */
function flagsField(bytes: Uint8Array, at: number, length: number): number {
  const present = i32le(bytes, at + 4);
  if ((present & PRESENT_FLAGS) === 0) return 0;
  // Fields begin behind the last presence word.
  let field = HEADER;
  let word = present;
  while ((word & PRESENT_MORE) !== 0) {
    if (field + 4 > length) return 0;
    word = i32le(bytes, at + field);
    field += 4;
  }
  // The 64-bit timestamp comes first, aligned from the start of the header.
  if ((present & PRESENT_TSFT) !== 0) field = ((field + 7) & ~7) + 8;
  return field < length ? bytes[at + field] : 0;
}
