/** Opens a connection for a plugin: checked, looked up once, and to an address that was checked. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { LookupFunction, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { TlsWish } from '../../plugin/network.ts';
import { canonicalHost, placeText } from './grant.ts';
import type { HostGrants, Place } from './grant.ts';

/** Something that failed on the way, in words for people. */
export class DialError extends Error {
  readonly code: string | null;
  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** Of several addresses each failed: the first one's failure says it. */
function failure(place: Place, error: unknown): DialError {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const text = first instanceof Error ? first.message : String(first);
  return new DialError(`${placeText(place)}: ${text}`, codeOf(first) ?? codeOf(error));
}

/** Waits for an event of a socket, unless it fails or the signal comes first; then it is destroyed. */
async function until(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  const closed = (): void => reject(new Error('the connection was closed'));
  socket.once(event, resolve).once('error', reject).once('close', closed);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    await promise;
  } catch (error) {
    // What it says after that is of no interest.
    socket.on('error', () => {}).destroy();
    throw error;
  } finally {
    socket.off(event, resolve).off('error', reject).off('close', closed);
    signal.removeEventListener('abort', abort);
  }
}

async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Gives the addresses that were checked, whatever it is asked. */
function alwaysThese(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    if (options.all === true) callback(null, all);
    else callback(null, all[0].address, all[0].family);
  };
}

/** @returns a socket that is connected; half-open, so that either side may end first */
async function tcp(
  place: Place,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connect({
    ...place,
    lookup: alwaysThese(addresses),
    allowHalfOpen: true,
    noDelay: true,
  });
  await until(socket, 'connect', signal);
  return socket;
}

async function withTls(
  socket: Socket,
  host: string,
  { ca, cert, key, alpn }: TlsWish,
  signal: AbortSignal,
): Promise<TLSSocket> {
  try {
    const secure = connectTls({
      socket,
      host,
      // Names only (RFC 6066): an address is verified as one.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      rejectUnauthorized: true,
    });
    socket.on('error', (error) => secure.destroy(error));
    await until(secure, 'secureConnect', signal);
    return secure;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Opens connections of one plugin. */
export class Dialer {
  readonly #grants: HostGrants;
  readonly #timeoutMs: number;
  /**
   * Names are looked up one at a time: getaddrinfo(3) takes a thread of the few
   * that the capture also works with, for as long as a DNS server pleases.
   */
  #lookups: Promise<unknown> = Promise.resolve();

  constructor(grants: HostGrants, timeoutMs: number) {
    this.#grants = grants;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param given as the plugin wrote it
   * @throws PermissionError, DialError, the signal's reason
   */
  async dial(given: Place, tls: TlsWish | null, signal: AbortSignal): Promise<Socket> {
    const host = canonicalHost(given.host);
    if (host === null) throw new DialError(`'${given.host}' is no host`, 'EINVAL');
    const place = { host, port: given.port };
    this.#grants.admit(place);
    const late = AbortSignal.timeout(this.#timeoutMs);
    const either = AbortSignal.any([signal, late]);
    try {
      const addresses = isIP(host) === 0 ? await this.#lookUp(place, either) : [host];
      const socket = await tcp(place, addresses, either);
      return tls === null ? socket : await withTls(socket, host, tls, either);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (late.aborted) {
        const text = `${placeText(place)}: no connection in ${this.#timeoutMs / 1000} s`;
        throw new DialError(text, 'ETIMEDOUT');
      }
      if (error instanceof Error && error.name === 'PermissionError') throw error;
      throw failure(place, error);
    }
  }

  async #lookUp(place: Place, signal: AbortSignal): Promise<readonly string[]> {
    const turn = this.#lookups.then(async () =>
      signal.aborted ? [] : lookup(place.host, { all: true }),
    );
    this.#lookups = turn.catch(() => {});
    const found = await unless(signal, turn);
    return this.#grants.reachable(
      place,
      found.map(({ address }) => address),
    );
  }
}
