/** `names`: what people call an endpoint. */
import ipaddr from 'ipaddr.js';
import type { FaultLog } from './fault-log.ts';
import { shown } from './value.ts';
import type { Value } from './value.ts';

const WITH_PORT = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]{1,5})$/;

function canonicalAddress(text: string): string | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  // A zone (fe80::1%eth0) is the host's own affair, and is on no packet.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.IPv6.parse(text).toRFC5952String();
}

/**
 * `10.1.0.1:443`, `[2001:db8::1]:443` or an address alone, IPv6 in RFC 5952's
 * form; `null` where it is neither.
 */
export function canonicalEndpoint(text: string): string | null {
  const match = WITH_PORT.exec(text);
  if (match === null) return canonicalAddress(text);
  const [, bracketed, bare, digits] = match;
  const address = canonicalAddress(bracketed ?? bare);
  const port = Number(digits);
  if (address === null || port > 65_535) return null;
  if ((bracketed !== undefined) !== address.includes(':')) return null;
  return bracketed === undefined ? `${address}:${port}` : `[${address}]:${port}`;
}

/** What an endpoint is called, or its host where only that has a name; with `port` null, the host. */
export function nameIn(
  names: ReadonlyMap<string, string>,
  ip: string,
  port: number | null,
): string | undefined {
  const host = names.get(ip);
  if (port === null) return host;
  return names.get(ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`) ?? host;
}

export function readNames(value: Value | undefined, log: FaultLog): Map<string, string> {
  const names = new Map<string, string>();
  if (value === undefined || value.kind === 'broken') return names;
  if (value.kind !== 'map') {
    const hint = 'such as { "10.1.0.1:443": shop }';
    log.error('wrong-type', value.span, `'names' wants a map, not ${shown(value)}`, hint);
    return names;
  }
  for (const { key, keySpan, value: name } of value.entries.values()) {
    const endpoint = canonicalEndpoint(key);
    if (endpoint === null) {
      const hint = 'such as 10.1.0.1:443, "[2001:db8::1]:443", or an address alone';
      log.error('bad-endpoint', keySpan, `'${key}' is no endpoint`, hint);
    } else if (names.has(endpoint)) {
      log.error('duplicate-key', keySpan, `'${key}' has a name already`);
    }
    if (name.kind === 'broken') continue;
    if (name.kind !== 'scalar' || typeof name.value !== 'string' || name.value.trim() === '') {
      const message = `the name of '${key}' must be text, not ${shown(name)}`;
      log.error('wrong-type', name.span, message);
    } else if (endpoint !== null) {
      names.set(endpoint, name.value);
    }
  }
  return names;
}
