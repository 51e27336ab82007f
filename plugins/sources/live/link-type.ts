import { readFileSync } from 'node:fs';

const ETHERNET = 1;
const RAW = 12;
const LINUX_SLL2 = 276;

/** ARPHRD_NONE (tun, WireGuard), ARPHRD_TUNNEL, TUNNEL6, SIT, IPGRE: bare IP packets. */
const BARE = new Set([65534, 768, 769, 776, 778]);

/** Which link type libpcap will say once the interface is open; Ethernet where it can't be known. */
export function expectedLinkType(name: string): number {
  if (name === 'any') return LINUX_SLL2;
  try {
    const hardware = Number(readFileSync(`/sys/class/net/${name}/type`, 'latin1'));
    return BARE.has(hardware) ? RAW : ETHERNET;
  } catch {
    return ETHERNET;
  }
}
