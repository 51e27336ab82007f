/** The receiving end of sd_notify(3): a real datagram socket, by way of the C library. */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 0x80802;

type Koffi = typeof import('koffi');

export class NotifyReceiver {
  readonly #fd: number;
  readonly #recv: (fd: number, into: Uint8Array, length: number, flags: number) => number;
  readonly #close: (fd: number) => number;
  readonly #buffer = Buffer.alloc(4096);
  /** Messages, in order. */
  readonly messages: string[] = [];

  /** @param address a path, or `@` and an abstract name */
  constructor(address: string) {
    const library = (createRequire(import.meta.url)('koffi') as Koffi).load(null);
    const socket: (...all: number[]) => number = library.func('int socket(int, int, int)');
    const bind: (fd: number, at: Uint8Array, length: number) => number = library.func(
      'int bind(int, void *, unsigned int)',
    );
    this.#recv = library.func('long recv(int, void *, size_t, int)');
    this.#close = library.func('int close(int)');
    this.#fd = socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
    const at = Buffer.concat([Uint8Array.of(AF_UNIX, 0), Buffer.from(address)]);
    if (address.startsWith('@')) at[2] = 0;
    if (bind(this.#fd, at, at.length) !== 0) throw new Error(`can't receive at ${address}`);
  }

  /** Waits for a message that says it; that one. */
  async says(what: RegExp, within = 10_000): Promise<string> {
    for (let waited = 0; waited < within; waited += 20) {
      this.#take();
      const found = this.messages.find((message) => what.test(message));
      if (found !== undefined) return found;
      await sleep(20);
    }
    throw new Error(`${what} was not said:\n${this.messages.join('\n--\n')}`);
  }

  /** Forgets what was said. */
  clear(): void {
    this.#take();
    this.messages.length = 0;
  }

  close(): void {
    this.#close(this.#fd);
  }

  #take(): void {
    for (;;) {
      const length = this.#recv(this.#fd, this.#buffer, this.#buffer.length, 0);
      if (length < 0) return;
      this.messages.push(this.#buffer.toString('utf8', 0, length));
    }
  }
}
