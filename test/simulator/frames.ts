/** Puts IP packets on a link. */
import { isV6 } from './addresses.ts';

export const LINKS = ['ethernet', 'sll', 'sll2', 'raw'] as const;
export type Link = (typeof LINKS)[number];

/** LINKTYPE_ values of the tcpdump group's registry. */
export const LINK_TYPE: Readonly<Record<Link, number>> = {
  ethernet: 1,
  raw: 101,
  sll: 113,
  sll2: 276,
};

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_VLAN = 0x8100;
/** IEEE 802.1ad: the outer tag of two. */
const ETHERTYPE_SERVICE_VLAN = 0x88a8;
const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;

export interface FrameOptions {
  readonly link: Link;
  /** VLAN ids from the outside in; Ethernet only. */
  readonly vlans?: readonly number[];
  /** Cooked links: on the loopback interface. */
  readonly loopback?: boolean;
  /** Cooked links: the packet leaves this host. */
  readonly outgoing?: boolean;
}

/** `src` and `dst` are the addresses by which the link's own are made up. */
export function frame(
  packet: Uint8Array,
  src: string,
  dst: string,
  options: FrameOptions,
): Uint8Array {
  const etherType = isV6(src) ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
  switch (options.link) {
    case 'raw':
      return packet;
    case 'sll':
      return behind(cooked(etherType, src, options), packet);
    case 'sll2':
      return behind(cooked2(etherType, src, options), packet);
    case 'ethernet': {
      const vlans = options.vlans ?? [];
      const header = new Uint8Array(14 + 4 * vlans.length);
      const view = new DataView(header.buffer);
      header.set(hardwareAddress(dst), 0);
      header.set(hardwareAddress(src), 6);
      let at = 12;
      vlans.forEach((vlan, depth) => {
        const outer = depth === 0 && vlans.length > 1;
        view.setUint16(at, outer ? ETHERTYPE_SERVICE_VLAN : ETHERTYPE_VLAN);
        view.setUint16(at + 2, vlan);
        at += 4;
      });
      view.setUint16(at, etherType);
      return behind(header, packet);
    }
  }
}

/** LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address (8), protocol. */
function cooked(etherType: number, src: string, options: FrameOptions): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint16(0, options.outgoing === true ? 4 : 0);
  view.setUint16(2, options.loopback === true ? ARPHRD_LOOPBACK : ARPHRD_ETHER);
  view.setUint16(4, 6);
  if (options.loopback !== true) header.set(hardwareAddress(src), 6);
  view.setUint16(14, etherType);
  return header;
}

/** LINKTYPE_LINUX_SLL2: protocol, 2 reserved, interface, ARPHRD, packet type, address length, address (8). */
function cooked2(etherType: number, src: string, options: FrameOptions): Uint8Array {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  view.setUint16(0, etherType);
  view.setUint32(4, options.loopback === true ? 1 : 2);
  view.setUint16(8, options.loopback === true ? ARPHRD_LOOPBACK : ARPHRD_ETHER);
  header[10] = options.outgoing === true ? 4 : 0;
  header[11] = 6;
  if (options.loopback !== true) header.set(hardwareAddress(src), 12);
  return header;
}

/** Locally administered, made from the address's text. */
function hardwareAddress(ip: string): Uint8Array {
  let hash = 7;
  for (let i = 0; i < ip.length; i++) hash = (Math.imul(hash, 31) + ip.charCodeAt(i)) >>> 0;
  return Uint8Array.of(2, 0, hash >>> 24, (hash >>> 16) & 0xff, (hash >>> 8) & 0xff, hash & 0xff);
}

function behind(header: Uint8Array, packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header.length + packet.length);
  bytes.set(header);
  bytes.set(packet, header.length);
  return bytes;
}
