import ipaddr from 'ipaddr.js';
import type { OptionFault } from 'unackd';

/** The /24 or /64 of an address, in CIDR. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
  const parts = ipaddr.IPv6.parse(ip).parts.slice(0, 4);
  return `${new ipaddr.IPv6([...parts, 0, 0, 0, 0]).toRFC5952String()}/64`;
}

/** `10.1.0.1:443`, `[2001:db8::1]:443`. */
export function endpointName(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The address and port of such a name; `null` for what is none. */
export function endpointOf(name: string): { readonly ip: string; readonly port: number } | null {
  const { six, four, port } = ENDPOINT.exec(name)?.groups ?? {};
  const ip = six ?? four;
  if (ip === undefined || !isAddress(ip) || Number(port) > 65_535) return null;
  return { ip, port: Number(port) };
}

const ENDPOINT = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+)):(?<port>\d+)$/u;

interface Entry {
  readonly range: [ipaddr.IPv4 | ipaddr.IPv6, number];
  readonly port: number | null;
}

/** Networks, addresses and `ip:port`s of an option. */
export class PlaceList {
  readonly #entries: readonly Entry[];

  /** @param texts of which {@link placeFaults} finds nothing wrong */
  constructor(texts: readonly string[]) {
    this.#entries = texts.flatMap((text) => parse(text) ?? []);
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  has(ip: string, port: number): boolean {
    if (this.empty) return false;
    const address = ipaddr.parse(ip);
    return this.#entries.some(
      (entry) =>
        (entry.port === null || entry.port === port) &&
        entry.range[0].kind() === address.kind() &&
        address.match(entry.range),
    );
  }
}

/** What can't be a place in an option. */
export function placeFaults(option: string, texts: readonly string[]): OptionFault[] {
  return texts.flatMap((text, item) => {
    if (parse(text) !== null) return [];
    const message = `'${option}': '${text}' is no network, address or endpoint`;
    const hint = 'such as 10.1.0.0/24, 10.1.0.1, 10.1.0.1:443 or [2001:db8::1]:443';
    return [{ option, item, severity: 'error', message, hint } as const];
  });
}

function parse(text: string): Entry | null {
  const match = ENDPOINT.exec(text);
  const place = match?.groups?.['six'] ?? match?.groups?.['four'] ?? text;
  const port = match?.groups?.['port'];
  const valid = place.includes('/') ? ipaddr.isValidCIDR(place) : isAddress(place);
  if (!valid || Number(port ?? 1) > 65_535) return null;
  const range = place.includes('/') ? ipaddr.parseCIDR(place) : whole(place);
  return { range, port: port === undefined ? null : Number(port) };
}

export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function whole(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
