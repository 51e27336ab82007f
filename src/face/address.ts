import ipaddr from 'ipaddr.js';
import type { Address } from '../model/attempt.ts';
import { clean } from './clean.ts';

const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** `10.1.0.1:443`, `[2001:db8::1]:443` (RFC 3986, section 3.2.2). */
export function formatAddress({ ip, port }: Address): string {
  const safe = clean(ip, false);
  return safe.includes(':') ? `[${safe}]:${port}` : `${safe}:${port}`;
}

/** Text whose order is that of addresses: IPv4 first, then by value, then by port. */
export function addressSortKey({ ip, port }: Address): string {
  const portKey = String(port).padStart(5, '0');
  // A flood makes a million of these; going through ipaddr.js takes twice the time.
  if (DOTTED_QUAD.test(ip)) {
    const [a, b, c, d] = ip.split('.').map(Number);
    return `4${((a * 256 + b) * 256 + c) * 256 + d + 2 ** 32} ${portKey}`;
  }
  if (!ipaddr.isValid(ip)) return `9${ip} ${portKey}`;
  const bytes = ipaddr.parse(ip).toByteArray();
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `6${hex} ${portKey}`;
}
