/** What `permissions: { net: [...] }` grants: places, and the addresses that a name may lead to. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import { PermissionError } from '../../plugin/network.ts';
import { NAME_MOST } from './limits.ts';

type Parsed = ReturnType<typeof ipaddr.parse>;

/** A host and a port, in the one way of writing them: `canonicalHost`. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

type Grant = { readonly port: number } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'network'; readonly base: Parsed; readonly bits: number }
  | { readonly kind: 'any' }
);

const NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/u;
const PORT = /^[1-9]\d{0,4}$/u;
/** A host in brackets or without colons, and its port. */
const GRANT = /^(?:\[(?<six>[^\]]*)\]|(?<host>[^:[\]]*))(?::(?<port>[^:]*))?$/u;

/** IPv4 in IPv6 as IPv4: for the kernel it is the same host. */
function addressOf(text: string): Parsed | null {
  return isIP(text) === 0 || text.includes('%') ? null : ipaddr.process(text);
}

function written(address: Parsed): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

/** The one way to write a host, so that what is checked is what is connected to; `null` of what is none. */
export function canonicalHost(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const address = addressOf(bare);
  if (address !== null) return written(address);
  if (bare.length > NAME_MOST || /[\s/:@?#[\]\\%]/u.test(bare)) return null;
  // Turns 127.1 and 0x7f.1 into the address that they are, too.
  const name = domainToASCII(bare).replace(/\.$/u, '');
  if (isIP(name) !== 0) return name;
  return NAME.test(name) && !name.includes('..') ? name : null;
}

/** `example.org:443`, `[2001:db8::1]:443` */
export function placeText({ host, port }: Place): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function networkOf(text: string): Pick<Grant & { kind: 'network' }, 'base' | 'bits'> | null {
  if (!text.includes('/')) {
    const base = addressOf(text);
    return base === null ? null : { base, bits: base.toByteArray().length * 8 };
  }
  if (isIP(text.split('/', 1)[0]) === 0 || !ipaddr.isValidCIDR(text)) return null;
  const [base, bits] = ipaddr.parseCIDR(text);
  return { base, bits };
}

/** @returns the grant, or what is wrong with it and, after a semicolon, what to write */
export function parseGrant(text: string): Grant | string {
  if (text.includes('://')) {
    const url = URL.parse(text);
    const port = url?.port || (url?.protocol === 'http:' ? '80' : '443');
    return `is an address of a page; write host and port: '${url?.hostname ?? 'example.org'}:${port}'`;
  }
  if (isIP(text) === 6) return `has no port; write '[${text}]:443'`;
  const { six, host, port } = GRANT.exec(text)?.groups ?? {};
  if ((six ?? host ?? '') === '') {
    return "is no host and port; write such as 'example.org:443', '10.1.0.0/16:8086' or '[2001:db8::1]:443'";
  }
  const bare = six ?? host;
  if (port === undefined) return `has no port; write '${text}:443'`;
  const number = PORT.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) return `has no port from 1 to 65535: '${port}'`;
  if (host === '*') return { kind: 'any', port: number };
  if (bare.includes('*')) return "has a '*' within a name; name each host, or '*' alone for all";
  const network = networkOf(bare);
  if (network !== null) return { kind: 'network', ...network, port: number };
  if (six !== undefined || bare.includes('/')) return `has no address or network: '${bare}'`;
  const name = canonicalHost(bare);
  if (name === null) return `has no host's name: '${bare}'`;
  if (isIP(name) !== 0) return `is another way to write '${name}:${number}'; write that`;
  return { kind: 'name', name, port: number };
}

/** NAT64's own prefix (RFC 6052) carries an IPv4 address, which is what counts. */
function embedded(address: Parsed): Parsed {
  const bytes = address.toByteArray();
  const prefix = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
  return bytes.length === 16 && prefix.every((byte, i) => bytes[i] === byte)
    ? ipaddr.fromByteArray(bytes.slice(12))
    : address;
}

function isPublic(address: Parsed): boolean {
  return embedded(address).range() === 'unicast';
}

const PRIVATE = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

/** Whom only the own network's DNS can answer for: no stranger can point it at an inner address. */
function isInner(name: string): boolean {
  return !name.includes('.') || /\.(?:internal|local|home\.arpa)$/u.test(name);
}

function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Grants of one plugin. */
export class HostGrants {
  readonly #all: boolean;
  readonly #grants: readonly Grant[];

  /**
   * @param all everything is granted: `net: true`
   * @param texts sound ones: see `parseGrant`
   */
  constructor(all: boolean, texts: readonly string[]) {
    this.#all = all;
    this.#grants = texts
      .map((text) => parseGrant(text))
      .filter((grant) => typeof grant === 'object');
  }

  /**
   * Before anything is looked up.
   * @throws PermissionError
   */
  admit(place: Place): void {
    const { host, port } = place;
    if (this.#all) return;
    const address = addressOf(host);
    const granted =
      address === null ? this.#names(place) || this.#any(port) : this.#addressed(address, port);
    if (granted) return;
    const text = placeText(place);
    throw new PermissionError(
      `no permission to connect to ${text}; to grant it: permissions: { net: ['${text}'] }`,
      text,
    );
  }

  /**
   * Those addresses that a name which was admitted may lead to: what its owner
   * answers is no grant for the machine's own services, or the networks around it.
   * @param addresses what was looked up
   * @throws PermissionError where there is none
   */
  reachable(place: Place, addresses: readonly string[]): readonly string[] {
    const parsed = addresses.map((text) => addressOf(text)).filter((one) => one !== null);
    const passed = parsed.filter((one) => this.#all || this.#leadsTo(place, one)).map(written);
    if (passed.length > 0) return passed;
    const inner = placeText({ host: written(parsed[0]), port: place.port });
    throw new PermissionError(
      `${place.host} is ${written(parsed[0])}, which is no public address: no permission to connect to it by a name; to grant it: permissions: { net: ['${placeText(place)}', '${inner}'] }`,
      inner,
    );
  }

  #leadsTo({ host, port }: Place, address: Parsed): boolean {
    if (this.#addressed(address, port) || isPublic(address)) return true;
    if (!this.#names({ host, port })) return false;
    const range = address.range();
    return isLocalhost(host) ? range === 'loopback' : isInner(host) && PRIVATE.has(range);
  }

  #names({ host, port }: Place): boolean {
    return this.#grants.some(
      (grant) => grant.kind === 'name' && grant.port === port && grant.name === host,
    );
  }

  #any(port: number): boolean {
    return this.#grants.some((grant) => grant.kind === 'any' && grant.port === port);
  }

  #addressed(address: Parsed, port: number): boolean {
    return this.#grants.some((grant) => {
      if (grant.port !== port) return false;
      if (grant.kind === 'any') return isPublic(address);
      return (
        grant.kind === 'network' &&
        grant.base.kind() === address.kind() &&
        address.match([grant.base, grant.bits] as never)
      );
    });
  }
}
