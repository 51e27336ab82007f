/** The network of one plugin's process, on the daemon's side: what it asks for is checked, opened, carried and bounded. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { PermissionError } from '../../plugin/network.ts';
import { Allowance } from '../allowance.ts';
import type { Grants } from '../grants.ts';
import type { Heard } from '../messages.ts';
import { NonsenseError, netAsked } from './asked.ts';
import { DialError, Dialer } from './dial.ts';
import type { Fetcher } from './fetching.ts';
import { HostGrants } from './grant.ts';
import { Link } from './link.ts';
import { LIMITS } from './limits.ts';
import type { Limits } from './limits.ts';
import { readNetPart } from './wire.ts';
import type { NetAsked, NetTold } from './wire.ts';

/** The way to the plugin. */
export interface PluginLine {
  tell(message: NetTold): void;
  bring(id: number, bytes: Uint8Array): void;
  /** Bytes that wait for it to read them. */
  waiting(): number;
}

/** Whom the daemon tells. */
export interface BrokerWatch {
  /** It was refused something, in words for people. */
  refused(text: string): void;
  /** It broke the rules: it is to be ended. */
  broke(why: string): void;
}

/** Bytes that may wait for a plugin before its connections are read no further. */
const WAITING_MOST = 1024 * 1024;
/** How long the kernel has for what was written before the end. */
const LINGER_MS = 500;

/** What came of a plugin's connections. */
export interface NetCounts {
  opened: number;
  /** Not granted. */
  refused: number;
  /** Over the bounds. */
  tooMany: number;
  failed: number;
  bytesSent: number;
  bytesReceived: number;
}

export class Broker {
  readonly counts: NetCounts = {
    opened: 0,
    refused: 0,
    tooMany: 0,
    failed: 0,
    bytesSent: 0,
    bytesReceived: 0,
  };
  readonly #line: PluginLine;
  readonly #watch: BrokerWatch;
  readonly #limits: Limits;
  readonly #dialer: Dialer;
  #fetcher: Promise<Fetcher> | null = null;
  readonly #links = new Map<number, Link>();
  readonly #allowance: Allowance;
  /** The newest link's number. */
  #last = 0;
  /** Bytes that it may be given until the next look. */
  #aLook: number;
  #flooded = 0;
  #closed = false;

  constructor(
    { net, hosts }: Pick<Grants, 'net' | 'hosts'>,
    line: PluginLine,
    watch: BrokerWatch,
    limits = LIMITS,
  ) {
    this.#line = line;
    this.#watch = watch;
    this.#limits = limits;
    this.#dialer = new Dialer(new HostGrants(net, hosts), limits.connectMs);
    this.#allowance = new Allowance(limits.opensAtOnce, limits.opensASecond);
    this.#aLook = limits.aLook;
  }

  /** Connections and requests under way. */
  get open(): number {
    return this.#links.size;
  }

  /** A message of the plugin's: whatever it likes to send. */
  message(message: Heard): void {
    if (this.#closed) return;
    try {
      this.#asked(netAsked(message));
    } catch (error) {
      if (!(error instanceof NonsenseError)) throw error;
      this.#watch.broke(`sent what is no message about connections (${error.message})`);
    }
  }

  /** Bytes of the plugin's. */
  bytes(payload: Buffer): void {
    if (this.#closed) return;
    const part = readNetPart(payload);
    if (part === null || part.id > this.#last) {
      this.#watch.broke('sent bytes for a connection that there is not');
      return;
    }
    const { id, bytes } = part;
    this.counts.bytesSent += bytes.length;
    // One that is over by now: it can't know yet.
    if (this.#links.get(id)?.send(bytes) === false) {
      this.#watch.broke('sent more than a connection had room for');
    }
  }

  /** Called 20 times a second. */
  look(): void {
    this.#aLook = this.#limits.aLook;
    const now = performance.now();
    for (const [id, link] of this.#links) {
      if (now - link.moved > this.#limits.idleMs) {
        const text = `nothing moved for ${this.#limits.idleMs / 1000} s: the connection is closed`;
        this.#fail(id, new DialError(text, 'ETIMEDOUT'));
      } else link.pump();
    }
  }

  /** The plugin is gone, or asked to go: nothing of it stays open. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const links = [...this.#links.values()];
    this.#links.clear();
    // As the kernel does for a process that is gone. Half a request must not look like a whole one.
    for (const link of links) if (!link.asks) link.finish();
    const end = (): void => {
      for (const link of links) link.close(new Error('the plugin was ended'));
      // One that could not be made was told to who asked for it.
      this.#fetcher?.then((fetcher) => fetcher.close()).catch(() => {});
    };
    if (links.every(({ done }) => done)) end();
    else setTimeout(end, LINGER_MS).unref();
  }

  #asked(asked: NetAsked): void {
    const { id } = asked;
    if (asked.what === 'connect' || asked.what === 'fetch') {
      if (id <= this.#last) throw new NonsenseError('a number that was there before');
      this.#last = id;
      this.#open(asked);
      return;
    }
    if (id > this.#last) throw new NonsenseError('a connection that there is not');
    const link = this.#links.get(id);
    if (asked.what === 'close') this.#drop(id, new Error('closed'));
    else if (asked.what === 'end' && link?.finish() === false) {
      throw new NonsenseError('the end of what was ended');
    } else if (asked.what === 'room' && link?.taken(asked.bytes) === false) {
      throw new NonsenseError('more bytes taken than it was given');
    }
  }

  #open(asked: NetAsked & { readonly what: 'connect' | 'fetch' }): void {
    const { id } = asked;
    const { links, flood, opensAtOnce, opensASecond } = this.#limits;
    if (!this.#allowance.take()) {
      if (++this.#flooded >= flood) {
        this.#watch.broke(`opened ${flood} connections more than it may`);
      }
      const text = `it opens over ${opensAtOnce} connections at once, or ${opensASecond} a second`;
      this.#tooMany(id, text);
      return;
    }
    if (this.#links.size >= links) {
      this.#tooMany(id, `it has ${links} connections, and may have no more at a time`);
      return;
    }
    const link = this.#link(asked);
    this.#links.set(id, link);
    const work = asked.what === 'connect' ? this.#connect(asked, link) : this.#fetch(asked, link);
    work.catch((error: unknown) => {
      this.#fail(id, error instanceof Error ? error : new Error(String(error)));
    });
  }

  #link({ id, what }: NetAsked): Link {
    // Once an answer was read, what was still to be sent is nobody's business.
    const settle = (all = false): void => {
      if (all || this.#links.get(id)?.done === true) this.#drop(id, new Error('over'));
    };
    return new Link(this.#limits.window, what === 'fetch', {
      bring: (bytes) => {
        this.counts.bytesReceived += bytes.length;
        this.#aLook -= bytes.length;
        this.#line.bring(id, bytes);
      },
      room: () => Math.min(this.#aLook, WAITING_MOST - this.#line.waiting()),
      widen: (bytes) => this.#line.tell({ is: 'net', what: 'room', id, bytes }),
      end: () => {
        this.#line.tell({ is: 'net', what: 'end', id });
        settle(what === 'fetch');
      },
      sent: () => {
        this.#line.tell({ is: 'net', what: 'sent', id });
        settle();
      },
      failed: (error) => this.#fail(id, error),
    });
  }

  async #connect(
    { id, host, port, tls }: NetAsked & { what: 'connect' },
    link: Link,
  ): Promise<void> {
    const socket = await this.#dialer.dial({ host, port }, tls, link.abort.signal);
    // Its own process may be gone by now.
    if (link.abort.signal.aborted) {
      socket.destroy();
      return;
    }
    this.counts.opened++;
    const { alpnProtocol } = socket as Partial<TLSSocket>;
    const alpn = typeof alpnProtocol === 'string' ? alpnProtocol : null;
    const remote = { ip: socket.remoteAddress ?? host, port: socket.remotePort ?? port };
    this.#line.tell({ is: 'net', what: 'opened', id, ...remote, alpn });
    link.moved = performance.now();
    link.sendTo(socket);
    link.hear(socket);
  }

  async #fetch(asked: NetAsked & { what: 'fetch' }, link: Link): Promise<void> {
    const { id, length } = asked;
    // Not imported: that alone would load it in each command that knows of plugins.
    const streams = process.getBuiltinModule('node:stream');
    const sent = new streams.PassThrough();
    link.sendTo(sent);
    let body: Readable | Uint8Array | null = null;
    if (length === 0) link.finish();
    // What is known whole has its length said, and goes along with redirects.
    else if (length !== null && length <= this.#limits.window) body = await buffer(sent);
    else body = sent;
    const { signal } = link.abort;
    const fetcher = await (this.#fetcher ??= this.#makeFetcher());
    const answer = await fetcher.fetch(asked, body, signal);
    this.counts.opened++;
    this.#line.tell({
      is: 'net',
      what: 'answered',
      id,
      url: answer.url,
      redirected: answer.redirected,
      status: answer.status,
      text: answer.statusText,
      headers: [...answer.headers],
    });
    link.moved = performance.now();
    link.hear(streams.Readable.fromWeb((answer.body ?? new Blob().stream()) as never));
  }

  /** Loaded when the first request is made: many a plugin makes none. */
  async #makeFetcher(): Promise<Fetcher> {
    const { Fetcher: Made } = await import('./fetching.ts');
    return new Made(this.#dialer, this.#limits);
  }

  #tooMany(id: number, text: string): void {
    this.counts.tooMany++;
    this.#watch.refused(text);
    this.#line.tell({ is: 'net', what: 'failed', id, text, code: 'EMFILE', grant: null });
  }

  #fail(id: number, error: Error): void {
    if (!this.#links.has(id)) return;
    this.#drop(id, error);
    const grant = error instanceof PermissionError ? error.grant : null;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
    if (grant === null) this.counts.failed++;
    else {
      this.counts.refused++;
      this.#watch.refused(error.message);
    }
    this.#line.tell({ is: 'net', what: 'failed', id, text: error.message, code, grant });
  }

  #drop(id: number, why: Error): void {
    const link = this.#links.get(id);
    this.#links.delete(id);
    link?.close(why);
  }
}
