/** Requests over HTTP for a plugin: undici's fetch, over connections that are opened as all others are. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import { Agent, fetch } from 'undici';
import type { buildConnector, Response } from 'undici';
import { PermissionError } from '../../plugin/network.ts';
import type { TlsWish } from '../../plugin/network.ts';
import { DialError } from './dial.ts';
import type { Dialer } from './dial.ts';
import type { Limits } from './limits.ts';
import type { NetAsked } from './wire.ts';

type Wanted = NetAsked & { readonly what: 'fetch' };

/** Of the connection, not of the request: fetch makes its own (RFC 9110, 7.6.1). */
const OF_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const USER_AGENT: [string, string] = ['user-agent', 'unackd'];

/** Kept-alive and busy connections of one agent; a plugin that goes to more hosts gets a new agent. */
const SOCKETS_MOST = 64;
/** Wishes for TLS that a plugin has connections of at a time. */
const AGENTS_MOST = 4;

interface Pool {
  readonly agent: Agent;
  sockets: number;
}

function headersOf(given: Wanted['headers'], length: number | null): [string, string][] {
  const headers = given
    .filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()))
    .map(([name, value]): [string, string] => [name, value]);
  if (!headers.some(([name]) => name.toLowerCase() === 'user-agent')) headers.push(USER_AGENT);
  if (length !== null && length > 0) headers.push(['content-length', String(length)]);
  return headers;
}

/** What is at the bottom of undici's `fetch failed`. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) ({ cause } = cause);
  return cause;
}

export class Fetcher {
  readonly #dialer: Dialer;
  readonly #limits: Limits;
  readonly #pools = new Map<string, Pool>();
  readonly #closed = new AbortController();

  constructor(dialer: Dialer, limits: Limits) {
    this.#dialer = dialer;
    this.#limits = limits;
  }

  /**
   * @param body `null` for none
   * @throws PermissionError, DialError, the signal's reason
   */
  async fetch(
    { url, method, headers, redirect, length, tls }: Wanted,
    body: Readable | Uint8Array | null,
    signal: AbortSignal,
  ): Promise<Response> {
    if (!/^https?:/iu.test(url)) throw new DialError(`${url}: not of http: or https:`, null);
    const pool = this.#pool(tls);
    try {
      return await fetch(url, {
        method,
        headers: headersOf(headers, length),
        redirect,
        body,
        ...(body === null ? {} : { duplex: 'half' as const }),
        signal,
        dispatcher: pool.agent,
      });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const cause = causeOf(error);
      if (cause instanceof PermissionError || cause instanceof DialError) throw cause;
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new DialError(`${method} ${url}: ${text}`, code);
    }
  }

  close(): void {
    this.#closed.abort(new Error('closed'));
    for (const { agent } of this.#pools.values()) void agent.destroy().catch(() => {});
    this.#pools.clear();
  }

  #pool(tls: TlsWish | null): Pool {
    const key = JSON.stringify(tls);
    const known = this.#pools.get(key);
    if (known !== undefined && known.sockets < SOCKETS_MOST) return known;
    this.#retire(key);
    for (const [oldest] of this.#pools) if (this.#pools.size >= AGENTS_MOST) this.#retire(oldest);
    const wish = { ...tls, alpn: ['http/1.1'] };
    const open = callbackify(async (to: buildConnector.Options) => this.#connect(to, wish, pool));
    const pool: Pool = {
      sockets: 0,
      agent: new Agent({
        headersTimeout: this.#limits.answerMs,
        // The link's own idle time counts, which knows whether the plugin reads at all.
        bodyTimeout: 0,
        connect: (to, callback) =>
          open(to, (error, socket) => {
            if (error === null) callback(null, socket);
            else callback(error, null);
          }),
      }),
    };
    this.#pools.set(key, pool);
    return pool;
  }

  async #connect(
    { protocol, hostname, port }: buildConnector.Options,
    wish: TlsWish,
    pool: Pool,
  ): Promise<Socket> {
    const secure = protocol === 'https:';
    const place = { host: hostname, port: Number(port || (secure ? 443 : 80)) };
    pool.sockets++;
    try {
      const socket = await this.#dialer.dial(place, secure ? wish : null, this.#closed.signal);
      socket.once('close', () => pool.sockets--);
      return socket;
    } catch (error) {
      pool.sockets--;
      throw error;
    }
  }

  /** It gets no more requests, and goes when it has ended those it has. */
  #retire(key: string): void {
    const pool = this.#pools.get(key);
    this.#pools.delete(key);
    void pool?.agent.close().catch(() => {});
  }
}
