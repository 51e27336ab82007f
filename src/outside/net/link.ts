/** One connection or request of a plugin, on the daemon's side: bytes in both directions, within their windows. */
import type { Readable, Writable } from 'node:stream';
import { PART_MOST, partCost } from './wire.ts';

/** Where a link's bytes go to, and who hears of its end. */
export interface LinkEnd {
  /** Bytes for the plugin. */
  bring(bytes: Uint8Array): void;
  /** How many it can be given just now, for all its links. */
  room(): number;
  /** So many of its bytes are on their way: it may send as many more. */
  widen(bytes: number): void;
  /** The host has sent all. */
  end(): void;
  /** What the plugin wrote, to its end, is with the kernel. */
  sent(): void;
  failed(error: Error): void;
}

export class Link {
  /** By performance.now(). */
  moved = performance.now();
  readonly #end: LinkEnd;
  /** Ends whatever is under way for it. */
  readonly abort = new AbortController();
  /** Bytes that the plugin may still be given. */
  #mayBring: number;
  /** Bytes that it may still send. */
  #maySend: number;
  readonly #window: number;
  /** A request: what was not written to its end is none. */
  readonly asks: boolean;
  #incoming: Readable | null = null;
  #outgoing: Writable | null = null;
  #heardAll = false;
  #sentAll = false;
  #ended = false;

  constructor(window: number, asks: boolean, end: LinkEnd) {
    this.#window = window;
    this.asks = asks;
    this.#mayBring = window;
    this.#maySend = window;
    this.#end = end;
  }

  /** Both directions have come to their end. */
  get done(): boolean {
    return this.#heardAll && this.#sentAll;
  }

  /** What the plugin sends goes there. */
  sendTo(outgoing: Writable): void {
    this.#outgoing = outgoing;
    outgoing.on('error', (error) => this.#failed(error));
  }

  /** What comes of it goes to the plugin. */
  hear(incoming: Readable): void {
    this.#incoming = incoming;
    incoming.on('error', (error) => this.#failed(error));
    incoming.on('readable', () => this.pump());
    incoming.once('end', () => {
      this.#heardAll = true;
      this.#end.end();
    });
    incoming.once('close', () => {
      if (!this.#heardAll) this.#failed(new Error('the connection was closed'));
    });
  }

  /** Gives the plugin what is there, as far as it may have it. */
  pump(): void {
    const incoming = this.#incoming;
    if (incoming === null) return;
    while (!this.#heardAll && !this.#ended) {
      const most = Math.min(PART_MOST, this.#mayBring, this.#end.room());
      if (most <= 0) return;
      // With 0, what comes next is asked for, and the end told.
      const chunk = incoming.read(Math.min(most, incoming.readableLength)) as Buffer | null;
      if (chunk === null || chunk.length === 0) return;
      this.moved = performance.now();
      this.#mayBring -= chunk.length;
      this.#end.bring(chunk);
    }
  }

  /** The plugin has taken so many bytes. @returns whether it was given as many */
  taken(bytes: number): boolean {
    this.#mayBring += bytes;
    if (this.#mayBring > this.#window) return false;
    this.pump();
    return true;
  }

  /** Bytes of the plugin's. @returns whether it might send them */
  send(bytes: Uint8Array): boolean {
    const cost = partCost(bytes);
    this.#maySend -= cost;
    const outgoing = this.#outgoing;
    if (bytes.length === 0 || this.#maySend < 0) return false;
    if (outgoing === null || outgoing.writableEnded) return false;
    this.moved = performance.now();
    outgoing.write(bytes, (error) => {
      if (error || this.#ended) return;
      this.moved = performance.now();
      this.#maySend += cost;
      this.#end.widen(cost);
    });
    return true;
  }

  /** It sends no more. @returns whether it had something to end */
  finish(): boolean {
    const outgoing = this.#outgoing;
    if (outgoing === null || outgoing.writableEnded) return false;
    outgoing.end(() => {
      this.#sentAll = true;
      if (!this.#ended) this.#end.sent();
    });
    return true;
  }

  /** Nothing of it is left. @param why what waits for it gets to hear */
  close(why: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    // What has come to its end leaves a connection that the next request may use.
    if (!this.done) this.abort.abort(why);
    for (const stream of [this.#incoming, this.#outgoing]) stream?.destroy();
  }

  #failed(error: Error): void {
    if (!this.#ended) this.#end.failed(error);
  }
}
