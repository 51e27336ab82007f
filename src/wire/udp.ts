import type { Cursor } from './cursor.ts';
import { UDP_BEYOND_FRAME, UDP_LENGTH, UDP_TRUNCATED } from './events.ts';
import { DONE, GENEVE, VXLAN, VXLAN_GPE } from './layers.ts';
import { u16 } from './octets.ts';

const DESTINATION = 2;
const LENGTH = 4;
const HEADER = 8;

/** RFC 768, as far as tunnels go: which one it is, the destination port says. */
export function udp(c: Cursor): number {
  if (c.lacks(HEADER, UDP_TRUNCATED)) return DONE;
  const layer = layerOfUdpPort(u16(c.bytes, c.at + DESTINATION));
  if (layer === DONE) return DONE;
  const length = u16(c.bytes, c.at + LENGTH);
  // 0: a jumbogram (RFC 2675), or captured before the network card split it.
  if (length !== 0) {
    if (length < HEADER) {
      c.count(UDP_LENGTH);
      return DONE;
    }
    c.claim(length, UDP_BEYOND_FRAME);
  }
  c.at += HEADER;
  return layer;
}

function layerOfUdpPort(port: number): number {
  switch (port) {
    case 4789: // IANA
    case 8472: // Linux's own default, from before the assignment
      return VXLAN;
    case 4790:
      return VXLAN_GPE;
    case 6081:
      return GENEVE;
    default:
      return DONE;
  }
}
