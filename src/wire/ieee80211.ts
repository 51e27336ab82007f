import type { Cursor } from './cursor.ts';
import {
  IEEE80211_AMSDU_REST,
  IEEE80211_BEYOND_FRAME,
  IEEE80211_FRAGMENT,
  IEEE80211_PROTECTED,
  IEEE80211_TRUNCATED,
  IEEE80211_VERSION,
} from './events.ts';
import { DONE, LLC } from './layers.ts';
import { u16 } from './octets.ts';

// IEEE 802.11-2020, 9.2.4.1: frame control, first octet.
const VERSION = 0x03;
const TYPE = 0x0c;
const TYPE_DATA = 0x08;
const SUBTYPE_NULL = 0x40;
const SUBTYPE_QOS = 0x80;
// Second octet.
const TO_AND_FROM_DS = 0x03;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDER = 0x80;

const HEADER = 24;
const FOURTH_ADDRESS = 6;
const QOS_CONTROL = 2;
const HT_CONTROL = 4;
const SEQUENCE_CONTROL = 22;
const AMSDU_PRESENT = 0x80;
const AMSDU_SUBFRAME = 14;

/** IEEE 802.11, 9.3.2: data frames in the clear; the header's length follows from its first octets. */
export function ieee80211(c: Cursor): number {
  if (c.lacks(2, IEEE80211_TRUNCATED)) return DONE;
  const { bytes, at } = c;
  const control = bytes[at];
  const flags = bytes[at + 1];
  if ((control & VERSION) !== 0) {
    c.count(IEEE80211_VERSION);
    return DONE;
  }
  if ((control & TYPE) !== TYPE_DATA || (control & SUBTYPE_NULL) !== 0) return DONE;
  if ((flags & PROTECTED) !== 0) {
    c.count(IEEE80211_PROTECTED);
    return DONE;
  }
  let length = HEADER;
  if ((flags & TO_AND_FROM_DS) === TO_AND_FROM_DS) length += FOURTH_ADDRESS;
  const qosAt = length;
  const qos = (control & SUBTYPE_QOS) !== 0;
  if (qos) {
    length += QOS_CONTROL;
    if ((flags & ORDER) !== 0) length += HT_CONTROL;
  }
  if (c.padded === 1) length = (length + 3) & ~3;
  if (c.lacks(length, IEEE80211_TRUNCATED)) return DONE;
  if ((bytes[at + SEQUENCE_CONTROL] & 0x0f) !== 0) {
    c.count(IEEE80211_FRAGMENT);
    return DONE;
  }
  if ((flags & MORE_FRAGMENTS) !== 0) c.fragment = 1;
  c.at += length;
  return qos && (bytes[at + qosAt] & AMSDU_PRESENT) !== 0 ? amsdu(c) : LLC;
}

/** 9.3.2.2: the first subframe of an aggregate: two addresses, a length, then LLC. */
function amsdu(c: Cursor): number {
  if (c.lacks(AMSDU_SUBFRAME, IEEE80211_TRUNCATED)) return DONE;
  const length = u16(c.bytes, c.at + AMSDU_SUBFRAME - 2);
  c.at += AMSDU_SUBFRAME;
  // Subframes but the last are padded to 32 bits: up to 3 octets more are no second one.
  if (c.wireEnd - c.at >= length + AMSDU_SUBFRAME) c.count(IEEE80211_AMSDU_REST);
  c.claim(length, IEEE80211_BEYOND_FRAME);
  return LLC;
}
