import type { Cursor } from './cursor.ts';
import { FABRIC_PATH_TRUNCATED } from './events.ts';
import { DONE, ETHERNET } from './layers.ts';

/** Forwarding tag (10 bits) and TTL (6). */
const TAG = 2;

/** Cisco FabricPath: behind its EtherType a tag, then the whole inner Ethernet frame. */
export function fabricPath(c: Cursor): number {
  if (c.lacks(TAG, FABRIC_PATH_TRUNCATED)) return DONE;
  c.at += TAG;
  return ETHERNET;
}
