/** Networks and ranges of ports as people write them. */
import ipaddr from 'ipaddr.js';

/** An address, and how many of its bits count. */
export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

export type PortRange = readonly [low: number, high: number];

/** `10.1.0.0/24`, `2001:db8::/64`, or an address alone, also in brackets; `null` where it is neither. */
export function parseNetwork(text: string): Network | null {
  const bare = text.replace(/^\[(.*)\]$/u, '$1');
  if (ipaddr.isValidCIDR(bare)) return ipaddr.parseCIDR(bare);
  // isValid takes `10.1` for 10.0.0.1, as inet_aton does: hardly what is meant.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.parse(bare);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Whether all of one network lies in another. */
export function isWithin([address, bits]: Network, [wide, wideBits]: Network): boolean {
  return bits >= wideBits && address.kind() === wide.kind() && address.match(wide, wideBits);
}

/** `443`, or `8000-8100`; `null` where it is neither. */
export function parsePorts(text: string): PortRange | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/u.exec(text);
  const low = Number(match?.[1]);
  const high = Number(match?.[2] ?? match?.[1]);
  return match === null || low > high || high > 65_535 ? null : [low, high];
}

/** The network of an address as incidents have it: /24, or /64, in CIDR. */
export function networkOf(ip: string): string {
  const network = parseNetwork(ip);
  if (network === null) return ip;
  const [address] = network;
  if (address.kind() === 'ipv4') {
    return `${ipaddr.IPv4.networkAddressFromCIDR(`${ip}/24`).toString()}/24`;
  }
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${ip}/64`).toRFC5952String()}/64`;
}
