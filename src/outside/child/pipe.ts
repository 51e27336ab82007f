/** A connection's bytes on the plugin's own side: streams of the Web platform, within the windows of both sides. */
import { partCost, partRoom } from '../net/wire.ts';
import type { NetAsked } from '../net/wire.ts';

/** The way to the daemon, and who hears of the end. */
export interface PipeEnd {
  ask(message: NetAsked): void;
  send(bytes: Uint8Array): void;
  /** Nothing more comes or goes. */
  over(why: Error): void;
}

/** What was taken is told once it is worth a message. */
const TOLD_SHARE = 4;

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError('a connection takes bytes: of a text, new TextEncoder().encode(text)');
}

export class Pipe {
  readonly id: number;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #end: PipeEnd;
  readonly #window: number;
  /** What has come and nobody has read: at most the window. */
  readonly #come: Uint8Array[] = [];
  /** Bytes read that the daemon does not know of. */
  #untold = 0;
  /** What the daemon has room for. */
  #room: number;
  #reader: PromiseWithResolvers<void> | null = null;
  #writer: PromiseWithResolvers<void> | null = null;
  #sent = Promise.withResolvers<void>();
  #heardAll = false;
  #wroteAll = false;
  #failure: Error | null = null;
  /** A request: once it is answered to the end, all is over. */
  readonly #asks: boolean;
  readonly #listeners: (() => void)[] = [];

  /** @param asks a request: its answer's end is the end of all */
  constructor(id: number, window: number, asks: boolean, end: PipeEnd) {
    this.id = id;
    this.#asks = asks;
    this.#window = window;
    this.#room = window;
    this.#end = end;
    // Awaited only by who closes the writable.
    this.#sent.promise.catch(() => {});
    this.readable = new ReadableStream<Uint8Array>(
      { pull: async (controller) => this.#pull(controller), cancel: () => this.#cancelled() },
      // Read on demand: what waits, waits here and is counted.
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream<Uint8Array>({
      write: async (chunk) => this.#write(bytesOf(chunk)),
      close: async () => this.#writeEnd(),
      abort: (reason) => this.close(reason),
    });
  }

  /** Called when it is over, however. */
  whenOver(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Of the daemon: bytes that came. */
  take(bytes: Uint8Array): void {
    if (this.#failure !== null) return;
    // Its own memory, not a view of whatever else came along with it.
    this.#come.push(Uint8Array.from(bytes));
    this.#reader?.resolve();
  }

  /** Of the daemon: no more bytes come. */
  ended(): void {
    this.#heardAll = true;
    this.#reader?.resolve();
    if (this.#asks) this.fail(new Error('the answer is complete'));
    else this.#settle();
  }

  /** Of the daemon: what was written is with the kernel. */
  sent(): void {
    this.#wroteAll = true;
    this.#sent.resolve();
    this.#settle();
  }

  /** Of the daemon: it has room again. */
  widen(bytes: number): void {
    this.#room += bytes;
    this.#writer?.resolve();
  }

  /** Of the daemon: it is over. What came before is still to be read. */
  fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#reader?.resolve();
    this.#writer?.resolve();
    this.#sent.reject(error);
    this.#over(error);
  }

  /** The plugin is done with it. */
  close(reason: unknown = new Error('the connection was closed')): void {
    if (this.#failure !== null || (this.#heardAll && this.#wroteAll)) return;
    this.#come.length = 0;
    this.#end.ask({ is: 'net', what: 'close', id: this.id });
    this.fail(reason instanceof Error ? reason : new Error(String(reason)));
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#come.length === 0 && !this.#heardAll && this.#failure === null) {
      this.#reader = Promise.withResolvers<void>();
      await this.#reader.promise;
    }
    this.#reader = null;
    const bytes = this.#come.shift();
    if (bytes !== undefined) {
      controller.enqueue(bytes);
      this.#read(bytes.length);
    } else if (this.#failure !== null && !this.#heardAll) controller.error(this.#failure);
    else controller.close();
  }

  #read(bytes: number): void {
    this.#untold += bytes;
    if (this.#untold < this.#window / TOLD_SHARE || this.#heardAll || this.#failure !== null)
      return;
    this.#end.ask({ is: 'net', what: 'room', id: this.id, bytes: this.#untold });
    this.#untold = 0;
  }

  /** Nobody wants what comes: the host is to notice. */
  #cancelled(): void {
    this.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      while (partRoom(this.#room) < 1 && this.#failure === null) {
        this.#writer = Promise.withResolvers<void>();
        await this.#writer.promise;
      }
      this.#writer = null;
      if (this.#failure !== null) throw this.#failure;
      const part = bytes.subarray(at, at + partRoom(this.#room));
      this.#room -= partCost(part);
      this.#end.send(part);
      at += part.length;
    }
  }

  async #writeEnd(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    this.#end.ask({ is: 'net', what: 'end', id: this.id });
    await this.#sent.promise;
  }

  #settle(): void {
    if (this.#heardAll && this.#wroteAll) this.#over(new Error('the connection is over'));
  }

  #over(why: Error): void {
    this.#end.over(why);
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
