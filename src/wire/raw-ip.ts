import type { Cursor } from './cursor.ts';
import { RAW_IP_TRUNCATED, RAW_IP_VERSION } from './events.ts';
import { DONE, IPV4, IPV6 } from './layers.ts';

/** LINKTYPE_RAW: the packet begins with its IP header. */
export function rawIp(c: Cursor): number {
  if (c.lacks(1, RAW_IP_TRUNCATED)) return DONE;
  const version = c.bytes[c.at] >> 4;
  if (version === 4) return IPV4;
  if (version === 6) return IPV6;
  c.count(RAW_IP_VERSION);
  return DONE;
}
