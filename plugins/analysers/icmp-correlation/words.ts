import type { Address } from 'unackd';

/** `10.1.0.1:8000`, `[2001:db8::1]:8000` */
export function endpointName({ ip, port }: Address): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The capture filter that shows an endpoint's handshakes and what refuses them. */
export function filterThatShows({ ip, port }: Address): string {
  return `host ${ip} and (tcp port ${port} or ${ip.includes(':') ? 'icmp6' : 'icmp'})`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A filter as a file names it may hold anything: one line of printable text, cut where it is long. */
export function printable(filter: string): string {
  const text = filter.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
