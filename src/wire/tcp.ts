import type { Cursor } from './cursor.ts';
import { CUT_BY_SNAP_LENGTH, TCP_DATA_OFFSET, TCP_TRUNCATED } from './events.ts';
import { DONE } from './layers.ts';
import { i32, u16 } from './octets.ts';
import { KIND_TCP, TCP_SYN } from './segment.ts';
import { clearTcpOptions, tcpOptions } from './tcp-options.ts';

// RFC 9293, section 3.1.
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGEMENT = 8;
const DATA_OFFSET = 12;
const FLAGS = 13;
const WINDOW = 14;
const HEADER = 20;

/**
 * Fills the segment. A header that the capture cut short, or that goes on in the
 * next fragment, is good as long as its flags are there: ports, numbers and flags
 * come before them. Its window is 0 when that was cut.
 */
export function tcp(c: Cursor): number {
  const { bytes, at, segment } = c;
  const length = c.wireEnd - at;
  const captured = c.end - at;
  const least = c.fragment === 0 ? HEADER : FLAGS + 1;
  if (length < least || captured <= FLAGS) {
    c.count(length < least ? TCP_TRUNCATED : CUT_BY_SNAP_LENGTH);
    return DONE;
  }
  const header = (bytes[at + DATA_OFFSET] >> 4) << 2;
  if (header < HEADER || (header > length && c.fragment === 0)) {
    c.count(TCP_DATA_OFFSET);
    return DONE;
  }
  const flags = bytes[at + FLAGS];
  segment.kind = KIND_TCP;
  segment.srcPort = u16(bytes, at);
  segment.dstPort = u16(bytes, at + DESTINATION_PORT);
  segment.flags = flags;
  segment.payload = length > header ? length - header : 0;
  segment.seq = i32(bytes, at + SEQUENCE);
  segment.ack = i32(bytes, at + ACKNOWLEDGEMENT);
  segment.window = captured >= WINDOW + 2 ? u16(bytes, at + WINDOW) : 0;
  if (c.optionsSet === 1) clearTcpOptions(c);
  if ((flags & TCP_SYN) !== 0 && header > HEADER) tcpOptions(c, at + HEADER, at + header);
  return DONE;
}
