/** TCP (RFC 6587), TLS (RFC 5425) and stream sockets of this machine. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { RetryLater } from 'unackd';
import type { Transport } from './transport.ts';
import { unacknowledged } from './unsent.ts';

export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      /** PEM; `undefined` for the system's authorities. */
      readonly ca: string | undefined;
    }
  | { readonly kind: 'unix'; readonly path: string };

/** Written so shortly before a connection broke, a message may be lost in the receiver: it is sent again. */
const UNCERTAIN_MS = 10_000;

/** Messages that may be sent again: some 300 KB. */
const UNCERTAIN_AT_MOST = 256;

/** Between two looks whether the other side has acknowledged: doubles up to this, in ms. */
const LONGEST_LOOK_MS = 50;

/** Between two tries to bring back a broken connection, in ms: first, and at most. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** A receiver that reads to the end closes within this after we did. */
const GOODBYE_MS = 2000;

interface Written {
  readonly frame: Buffer;
  readonly at: number;
}

export class Stream implements Transport {
  /** What RFC 5425 wants of receivers is less (8192); a message of ours is some 600 bytes. */
  readonly most = 65_536;
  readonly #place: Place;
  readonly #timeoutMs: number;
  #socket: Socket | undefined;
  #opening: Promise<Socket> | undefined;
  #closed = false;
  #recent: Written[] = [];

  /** @param timeoutMs for connecting, and for the other side's kernel to acknowledge */
  constructor(place: Place, timeoutMs: number) {
    this.#place = place;
    this.#timeoutMs = timeoutMs;
  }

  async send(bytes: Buffer, signal: AbortSignal): Promise<void> {
    // A goodbye of the other side that has arrived is read before we write.
    await turn();
    const socket = await this.#open();
    const frame = this.#framed(bytes);
    await this.#write(socket, frame, signal);
    this.#recent.push({ frame, at: performance.now() });
    if (this.#recent.length > UNCERTAIN_AT_MOST) this.#recent.shift();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const socket = this.#socket;
    if (socket === undefined) return;
    // Else nothing keeps the process going until the goodbye is said, and it ends in the midst of its own end.
    socket.ref();
    socket.end();
    await Promise.race([
      once(socket, 'close').catch(() => {}),
      sleep(GOODBYE_MS, undefined, { ref: false }),
    ]);
    socket.destroy();
  }

  get #name(): string {
    const place = this.#place;
    return place.kind === 'unix' ? place.path : `${place.host}:${place.port}/${place.kind}`;
  }

  /** RFC 6587, 3.4.1: the length before the message. Local sockets are read by lines. */
  #framed(bytes: Buffer): Buffer {
    if (this.#place.kind === 'unix') return Buffer.concat([bytes, Buffer.from('\n')]);
    return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
  }

  #open(): Promise<Socket> {
    if (this.#socket !== undefined) return Promise.resolve(this.#socket);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Socket> {
    const socket = this.#dial();
    const ready = this.#place.kind === 'tls' ? 'secureConnect' : 'connect';
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      await once(socket, ready, { signal });
    } catch (error) {
      socket.destroy();
      throw this.#failure(error);
    }
    // Reading is how the other side's goodbye is heard.
    socket.resume();
    // Neither the wait for one message nor the daemon's end hangs on it.
    socket.unref();
    socket.on('error', () => {});
    socket.once('end', () => this.#lost(socket));
    socket.once('close', () => this.#lost(socket));
    this.#socket = socket;
    const since = performance.now() - UNCERTAIN_MS;
    this.#recent = this.#recent.filter(({ at }) => at >= since);
    for (const { frame } of this.#recent) socket.write(frame);
    return socket;
  }

  #dial(): Socket {
    const place = this.#place;
    switch (place.kind) {
      case 'unix':
        return connect(place.path);
      case 'tcp':
        return connect({ host: place.host, port: place.port, keepAlive: true, noDelay: true });
      case 'tls': {
        const { host, port, ca } = place;
        return connectTls({
          host,
          port,
          // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        });
      }
    }
  }

  /** Writes, and waits until the other side's kernel has it, where this can be known. */
  async #write(socket: Socket, frame: Buffer, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + this.#timeoutMs;
    let failure: unknown;
    let written = false;
    socket.write(frame, (error) => {
      written = true;
      failure = error;
    });
    for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_LOOK_MS)) {
      await (wait === 1 ? turn() : sleep(wait));
      if (failure != null || socket.destroyed || socket !== this.#socket) {
        throw this.#failure(failure ?? new Error('the receiver closed the connection'));
      }
      if (written && (this.#place.kind === 'unix' || !((unacknowledged(socket) ?? 0) > 0))) return;
      if (performance.now() > deadline || signal.aborted) {
        socket.destroy();
        throw new RetryLater(
          `${this.#name} acknowledged nothing in ${this.#timeoutMs / 1000} s: is the receiver alive?`,
        );
      }
    }
  }

  /** The connection broke. What was written shortly before goes out again as soon as there is a new one. */
  #lost(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    socket.destroy();
    const since = performance.now() - UNCERTAIN_MS;
    if (!this.#closed && this.#recent.some(({ at }) => at >= since)) void this.#bringBack();
  }

  async #bringBack(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; !this.#closed; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      // What was uncertain when the connection broke stays so until there is a new one.
      const now = performance.now();
      this.#recent = this.#recent.map(({ frame }) => ({ frame, at: now }));
      try {
        await this.#open();
        return;
      } catch {
        await sleep(wait * Math.random(), undefined, { ref: false });
      }
    }
  }

  #failure(error: unknown): RetryLater {
    const { code, message, name } = error as { code?: unknown; message?: unknown; name?: unknown };
    if (code === 'EPROTOTYPE') {
      return new RetryLater(
        `${this.#name} takes datagrams only (as journald's does), which Node can't send to such a socket: use transport udp to 127.0.0.1:514, or a stream socket`,
      );
    }
    if (name === 'AbortError' || name === 'TimeoutError') {
      return new RetryLater(`${this.#name} gave no answer in ${this.#timeoutMs / 1000} s`);
    }
    if (typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
      return new RetryLater(
        `${this.#name}: its certificate can't be verified (${code}): set 'ca' to the file of the authority that signed it`,
      );
    }
    return new RetryLater(`${this.#name}: ${String(message)}`);
  }
}
