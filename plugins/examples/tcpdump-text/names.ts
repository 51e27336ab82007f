/** Names that tcpdump prints without -n, as numbers. */
import { isIP } from 'node:net';

/** IANA's names of ports that are seen most; what else there is can be given as an option. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  imap2: 143,
  imap: 143,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  mysql: 3306,
  'ms-wbt-server': 3389,
  postgresql: 5432,
  'http-alt': 8080,
};

export function portNumber(text: string): number | null {
  const port = /^\d+$/u.test(text) ? Number(text) : SERVICES[text];
  return port === undefined || port > 65_535 ? null : port;
}

/** Finds addresses for names: those that are given, localhost, and made-up ones. */
export class Hosts {
  /** Names for which an address was made up, in the order that they came. */
  readonly invented: string[] = [];
  private readonly given: ReadonlyMap<string, string>;

  /** @param given `db.example=10.1.0.5` each */
  constructor(given: readonly string[]) {
    this.given = new Map(
      given.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
  }

  /** Octets of the address; made up ones are of 192.0.2.0/24 and 2001:db8::/32, which are for documentation (RFC 5737, RFC 3849). */
  octets(host: string, v6: boolean): readonly number[] {
    const given = this.given.get(host) ?? host;
    const version = isIP(given.split('%', 1)[0]);
    if (version === 4 && !v6) return given.split('.').map(Number);
    if (version === 6 && v6) return octetsOfV6(given.split('%', 1)[0]);
    if (/^(?:localhost|ip6-localhost|ip6-loopback)$/u.test(host)) {
      return v6 ? octetsOfV6('::1') : [127, 0, 0, 1];
    }
    let at = this.invented.indexOf(host);
    if (at < 0) at = this.invented.push(host) - 1;
    return v6 ? octetsOfV6(`2001:db8::${(at + 1).toString(16)}`) : [192, 0, 2, (at % 254) + 1];
  }
}

/** RFC 4291, 2.2: groups of four digits, one run of zeros left out, IPv4 at the end. */
function octetsOfV6(text: string): readonly number[] {
  const dotted = /(?<=:)\d+\.\d+\.\d+\.\d+$/u.exec(text)?.[0];
  const plain = dotted === undefined ? text : text.slice(0, -dotted.length) + groupsOf(dotted);
  const [front, back] = plain.split('::').map((part) => part.split(':').filter(Boolean));
  const missing = back === undefined ? 0 : 8 - front.length - back.length;
  const zeros = Array.from({ length: Math.max(0, missing) }, () => '0');
  return [...front, ...zeros, ...(back ?? [])].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function groupsOf(dotted: string): string {
  const [a, b, c, d] = dotted.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
