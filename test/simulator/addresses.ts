import ipaddr from 'ipaddr.js';
import type { Address } from '../../src/model/attempt.ts';

const bytesOf = new Map<string, Uint8Array>();

/** 4 or 16 bytes in network order. The text must be RFC 5952's for IPv6: it is what truth lines say. */
export function addressBytes(ip: string): Uint8Array {
  const known = bytesOf.get(ip);
  if (known !== undefined) return known;
  const parsed = ipaddr.parse(ip);
  if (parsed instanceof ipaddr.IPv6 && parsed.toRFC5952String() !== ip) {
    throw new Error(`${ip} is not in the form of RFC 5952`);
  }
  const bytes = Uint8Array.from(parsed.toByteArray());
  // A spoofed flood has an address a packet; the cache is for real hosts.
  if (bytesOf.size < 4096) bytesOf.set(ip, bytes);
  return bytes;
}

export function isV6(ip: string): boolean {
  return ip.includes(':');
}

/** `10.1.0.1:8000`, `[2001:db8::1]:8000`. */
export function endpointText({ ip, port }: Address): string {
  return isV6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`;
}

export function parseEndpoint(text: string): Address {
  const colon = text.lastIndexOf(':');
  const ip = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { ip, port: Number(text.slice(colon + 1)) };
}
