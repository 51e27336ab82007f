/** Checks what a plugin's process asks of the network, and makes it anew of what is known. */
import type { TlsWish } from '../../plugin/network.ts';
import type { Heard } from '../messages.ts';
import { ALPN_MOST, HEADER_BYTES_MOST, HEADERS_MOST, PEM_MOST, URL_MOST } from './limits.ts';
import { ID_MOST } from './wire.ts';
import type { NetAsked } from './wire.ts';

/** What is asked makes no sense: only a plugin that goes round the API gets here. */
export class NonsenseError extends Error {}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/u;
const REDIRECTS = ['follow', 'manual', 'error'] as const;

function own(given: object, key: string): unknown {
  return Object.hasOwn(given, key) ? (given as Heard)[key] : undefined;
}

function text(value: unknown, most: number, name: string): string {
  if (typeof value === 'string' && value.length <= most) return value;
  throw new NonsenseError(`${name} is no text of at most ${most} characters`);
}

function whole(value: unknown, least: number, most: number, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  throw new NonsenseError(`${name} is no whole number from ${least} to ${most}`);
}

function list(value: unknown, most: number, name: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw new NonsenseError(`${name} is no list of at most ${most}`);
}

function tls(value: unknown): TlsWish | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') throw new NonsenseError('tls is no object');
  const wish: Record<string, string | string[]> = {};
  let length = 0;
  for (const name of ['ca', 'cert', 'key']) {
    const given = own(value, name);
    if (given === undefined) continue;
    wish[name] = text(given, PEM_MOST, name);
    length += wish[name].length;
  }
  if (length > PEM_MOST) throw new NonsenseError(`certificates are over ${PEM_MOST} characters`);
  const alpn = own(value, 'alpn');
  if (alpn !== undefined) {
    wish['alpn'] = list(alpn, ALPN_MOST, 'alpn').map((one) => text(one, 255, 'alpn'));
    if (wish['alpn'].includes('')) throw new NonsenseError('alpn has an empty name');
  }
  return wish;
}

function headers(value: unknown): readonly (readonly [string, string])[] {
  let bytes = 0;
  return list(value, HEADERS_MOST, 'headers').map((one) => {
    const [name, content] = list(one, 2, 'a header');
    const pair = [
      text(name, HEADER_BYTES_MOST, 'a header'),
      text(content, HEADER_BYTES_MOST, 'a header'),
    ] as const;
    bytes += pair[0].length + pair[1].length;
    if (bytes > HEADER_BYTES_MOST) {
      throw new NonsenseError(`headers are over ${HEADER_BYTES_MOST} bytes`);
    }
    return pair;
  });
}

/** @throws NonsenseError */
export function netAsked(given: Heard): NetAsked {
  const what = own(given, 'what');
  const id = whole(own(given, 'id'), 1, ID_MOST, 'id');
  switch (what) {
    case 'connect':
      return {
        is: 'net',
        what,
        id,
        host: text(own(given, 'host'), URL_MOST, 'host'),
        port: whole(own(given, 'port'), 1, 65_535, 'port'),
        tls: tls(own(given, 'tls')),
      };
    case 'fetch': {
      const method = text(own(given, 'method'), 64, 'method');
      if (!TOKEN.test(method)) throw new NonsenseError('method is no token');
      const redirect = REDIRECTS.find((one) => one === own(given, 'redirect'));
      if (redirect === undefined) throw new NonsenseError('redirect is none of what there is');
      const length = own(given, 'length');
      return {
        is: 'net',
        what,
        id,
        url: text(own(given, 'url'), URL_MOST, 'url'),
        method,
        headers: headers(own(given, 'headers')),
        redirect,
        length: length === null ? null : whole(length, 0, Number.MAX_SAFE_INTEGER, 'length'),
        tls: tls(own(given, 'tls')),
      };
    }
    case 'end':
    case 'close':
      return { is: 'net', what, id };
    case 'room':
      return { is: 'net', what, id, bytes: whole(own(given, 'bytes'), 1, ID_MOST, 'bytes') };
    default:
      throw new NonsenseError('it asks for what there is not');
  }
}
