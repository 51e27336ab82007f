import type { Cursor } from './cursor.ts';
import { layerOfEthertype } from './ethertype.ts';
import { SLL_TRUNCATED } from './events.ts';
import { DONE, LLC, RADIOTAP } from './layers.ts';
import { u16 } from './octets.ts';

const SLL_HEADER = 16;
const SLL_HARDWARE = 2;
const SLL_PROTOCOL = 14;
const SLL2_HEADER = 20;
const SLL2_HARDWARE = 8;
const SLL2_PROTOCOL = 0;
/** Linux's ETH_P_802_2: an LLC header follows (if_ether.h). */
const PROTOCOL_802_2 = 0x0004;
/** ARPHRD_IEEE80211_RADIOTAP, of interfaces in monitor mode: the protocol says nothing (tcpdump.org). */
const HARDWARE_RADIOTAP = 803;

/** LINKTYPE_LINUX_SLL: packet type, ARPHRD_ type, address length, address, protocol. */
export function linuxSll(c: Cursor): number {
  return cooked(c, SLL_HEADER, SLL_HARDWARE, SLL_PROTOCOL);
}

/** LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD_ type, packet type, address. */
export function linuxSll2(c: Cursor): number {
  return cooked(c, SLL2_HEADER, SLL2_HARDWARE, SLL2_PROTOCOL);
}

function cooked(c: Cursor, header: number, hardwareAt: number, protocolAt: number): number {
  if (c.lacks(header, SLL_TRUNCATED)) return DONE;
  const hardware = u16(c.bytes, c.at + hardwareAt);
  const protocol = u16(c.bytes, c.at + protocolAt);
  c.at += header;
  if (hardware === HARDWARE_RADIOTAP) return RADIOTAP;
  return protocol === PROTOCOL_802_2 ? LLC : layerOfEthertype(protocol);
}
