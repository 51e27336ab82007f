/** Connections of plugins. Those from outside have no sockets: the daemon opens, checks and carries them. */

/** What a plugin asked for is not among what the configuration grants it. Nothing was sent. */
export class PermissionError extends Error {
  /** What `permissions: { net: [...] }` lacks: `example.org:443`. */
  readonly grant: string;
  /** @param message one line: what, and what to grant */
  constructor(message: string, grant: string) {
    super(message);
    this.name = 'PermissionError';
    this.grant = grant;
  }
}

/** How TLS is spoken. The host's certificate is verified, always. */
export interface TlsWish {
  /** PEM: authorities to trust in place of the usual ones. */
  readonly ca?: string;
  /** PEM: the plugin's own certificate, with `key`, for a host that asks for one. */
  readonly cert?: string;
  readonly key?: string;
  /** Protocols to offer, the liked ones first: `['mqtt']`. */
  readonly alpn?: readonly string[];
}

export interface ConnectTo {
  /** A name, or an address (IPv6 with or without brackets), as it is granted. */
  readonly host: string;
  readonly port: number;
  /** Left out: bytes as they are. */
  readonly tls?: boolean | TlsWish;
  /** Aborted before there is a connection, the promise rejects; afterwards the connection is closed. */
  readonly signal?: AbortSignal;
}

/**
 * A TCP connection, as streams of the Web platform: both are slowed down by
 * whichever side is slow. `Duplex.fromWeb(connection)` of node:stream makes a
 * Node stream of it.
 */
export interface Connection {
  /**
   * What the host sends. Ends when the host has sent all; errors when the
   * connection breaks. At most 256 KiB wait for who does not read.
   */
  readonly readable: ReadableStream<Uint8Array>;
  /**
   * Takes bytes. `write` resolves when they are on their way, `close` when the
   * host's kernel was told that no more come; reading goes on after that.
   */
  readonly writable: WritableStream<Uint8Array>;
  /** Where it leads: the address that was chosen, and the protocol agreed on with TLS, `null` where none was. */
  readonly remote: { readonly ip: string; readonly port: number; readonly alpn: string | null };
  /** Ends both directions at once. What was written and not sent is lost: close `writable` first. Twice is once. */
  close(): void;
}

/** As of the Web's fetch; of its other members, those for caches, cookies and referrers have no meaning here. */
export interface FetchInit extends Pick<
  RequestInit,
  'method' | 'headers' | 'body' | 'redirect' | 'signal' | 'duplex'
> {
  readonly tls?: TlsWish;
}

/**
 * The network as far as it is granted: `permissions: { net: ['example.org:443'] }`.
 * May be used from `create` to the end of `close`, by sources, analysers and
 * sinks; what is open then is ended, as it is when the plugin fails. At most 64
 * connections and requests at a time are under way, more are refused with an
 * error; and so is what is not granted, with a `PermissionError`.
 */
export interface Network {
  /**
   * Opens a connection: name looked up, TCP, and TLS where wanted, in 10 s
   * together. One over which nothing moves for 5 minutes is closed.
   * @throws PermissionError, or Error with Node's `code` (`ECONNREFUSED`)
   */
  connect(to: ConnectTo): Promise<Connection>;
  /**
   * The Web's fetch, over `http:` and `https:`. Each redirect needs its own
   * grant. Resolves with the answer's head; the body comes as it is read, and
   * one that is of no interest is to be cancelled. The answer's head has 60 s.
   * @throws PermissionError, TypeError where no answer comes, the signal's reason
   */
  fetch(input: string | URL | Request, init?: FetchInit): Promise<Response>;
}

/** The two calls by themselves, bound: for what is put together of several parts. */
export function callsOf(network: Network): Network {
  return {
    connect: async (to) => network.connect(to),
    fetch: async (input, init) => network.fetch(input, init),
  };
}
