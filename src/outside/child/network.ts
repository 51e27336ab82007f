/** `host.connect` and `host.fetch` on the plugin's own side: asked of the daemon, which has the sockets. */
import { PermissionError } from '../../plugin/network.ts';
import type { Connection, ConnectTo, FetchInit, Network, TlsWish } from '../../plugin/network.ts';
import { LIMITS } from '../net/limits.ts';
import { readNetPart } from '../net/wire.ts';
import type { NetAsked, NetTold } from '../net/wire.ts';
import { Pipe } from './pipe.ts';

/** The way to the daemon. */
export interface DaemonLine {
  ask(message: NetAsked): void;
  send(id: number, bytes: Uint8Array): void;
}

type Told<What extends NetTold['what']> = NetTold & { readonly what: What };

/** Statuses whose answers have no body (Fetch, 2.2.3). */
const BODILESS = new Set([101, 103, 204, 205, 304]);

function errorOf({ text, code, grant }: Told<'failed'>): Error {
  if (grant !== null) return new PermissionError(text, grant);
  const error = new Error(text);
  return code === null ? error : Object.assign(error, { code });
}

/** Said here, where the stack still leads to the plugin. */
function stringOf(given: unknown, name: string): string {
  if (typeof given === 'string') return given;
  throw new TypeError(`'${name}' is to be a text`);
}

function wishOf(tls: ConnectTo['tls']): TlsWish | null {
  if (tls === undefined || tls === false) return null;
  if (tls === true) return {};
  const { ca, cert, key, alpn } = tls;
  return {
    ...(ca === undefined ? {} : { ca: stringOf(ca, 'ca') }),
    ...(cert === undefined ? {} : { cert: stringOf(cert, 'cert') }),
    ...(key === undefined ? {} : { key: stringOf(key, 'key') }),
    ...(alpn === undefined ? {} : { alpn: alpn.map((one) => stringOf(one, 'alpn')) }),
  };
}

function responseOf(
  { status, text, headers, url, redirected }: Told<'answered'>,
  body: ReadableStream<Uint8Array>,
): Response {
  const bodiless = BODILESS.has(status);
  const response = new Response(bodiless ? null : body, {
    status,
    // What is no reason phrase would be an error here, and says nothing.
    statusText: /^[\t\u0020-\u007e\u0080-\u00ff]*$/u.test(text) ? text : '',
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
  // Of an answer that was made here, they would say nothing.
  Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
  return response;
}

export class PluginNetwork implements Network {
  readonly #line: DaemonLine;
  readonly #window: number;
  readonly #pipes = new Map<number, Pipe>();
  readonly #answers = new Map<number, PromiseWithResolvers<NetTold>>();
  #last = 0;

  /** @param window of a connection: the daemon's */
  constructor(line: DaemonLine, window = LIMITS.window) {
    this.#line = line;
    this.#window = window;
  }

  /** What the daemon says. */
  message(told: NetTold): void {
    const { id } = told;
    const pipe = this.#pipes.get(id);
    switch (told.what) {
      case 'opened':
      case 'answered':
        this.#answers.get(id)?.resolve(told);
        break;
      case 'end':
        pipe?.ended();
        break;
      case 'sent':
        pipe?.sent();
        break;
      case 'room':
        pipe?.widen(told.bytes);
        break;
      case 'failed': {
        const error = errorOf(told);
        this.#answers.get(id)?.reject(error);
        pipe?.fail(error);
        this.#pipes.delete(id);
        break;
      }
    }
  }

  /** Bytes of a connection, with its number. */
  part(payload: Buffer): void {
    const part = readNetPart(payload);
    if (part !== null) this.bytes(part.id, part.bytes);
  }

  bytes(id: number, bytes: Uint8Array): void {
    this.#pipes.get(id)?.take(bytes);
  }

  async connect({ host, port, tls, signal }: ConnectTo): Promise<Connection> {
    signal?.throwIfAborted();
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new RangeError(`port is from 1 to 65535, not ${String(port)}`);
    }
    const wish = { host: stringOf(host, 'host'), port, tls: wishOf(tls) };
    const pipe = this.#pipe(false);
    this.#follow(signal, pipe);
    let opened: Told<'opened'>;
    try {
      const asked = { is: 'net', what: 'connect', id: pipe.id, ...wish } as const;
      opened = (await this.#ask(asked)) as Told<'opened'>;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    const { ip, port: there, alpn } = opened;
    const close = (): void => pipe.close();
    return {
      readable: pipe.readable,
      writable: pipe.writable,
      remote: { ip, port: there, alpn },
      close,
    };
  }

  async fetch(input: string | URL | Request, init: FetchInit = {}): Promise<Response> {
    const { tls, ...rest } = init;
    const wish = wishOf(tls);
    const request = new Request(input, rest);
    const { signal, body } = request;
    signal.throwIfAborted();
    // Of a stream nobody knows how long it is; all else is there as it is given.
    const streams = input instanceof Request || rest.body instanceof ReadableStream;
    const whole =
      body === null
        ? new Uint8Array()
        : streams
          ? null
          : new Uint8Array(await request.arrayBuffer());
    signal.throwIfAborted();
    const pipe = this.#pipe(true);
    this.#follow(signal, pipe);
    const answer = this.#ask({
      is: 'net',
      what: 'fetch',
      id: pipe.id,
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      redirect: request.redirect,
      length: whole?.length ?? null,
      tls: wish,
    });
    const sends = whole === null || body === null ? body : ReadableStream.from([whole]);
    if (whole === null || whole.length > 0) {
      // What is wrong with it ends the request, which tells it.
      sends?.pipeTo(pipe.writable).catch((error: unknown) => pipe.close(error));
    }
    try {
      return responseOf((await answer) as Told<'answered'>, pipe.readable);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PermissionError) throw error;
      throw new TypeError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  #pipe(asks: boolean): Pipe {
    const id = ++this.#last;
    const pipe = new Pipe(id, this.#window, asks, {
      ask: (message) => this.#line.ask(message),
      send: (bytes) => this.#line.send(id, bytes),
      over: (error) => {
        this.#answers.get(id)?.reject(error);
        this.#pipes.delete(id);
      },
    });
    this.#pipes.set(id, pipe);
    return pipe;
  }

  async #ask(asked: NetAsked): Promise<NetTold> {
    const { id } = asked;
    const answer = Promise.withResolvers<NetTold>();
    this.#answers.set(id, answer);
    this.#line.ask(asked);
    try {
      return await answer.promise;
    } finally {
      this.#answers.delete(id);
    }
  }

  /** Once the signal is aborted, the pipe is closed for its reason. */
  #follow(signal: AbortSignal | undefined, pipe: Pipe): void {
    const abort = (): void => pipe.close(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    pipe.whenOver(() => signal?.removeEventListener('abort', abort));
  }
}
