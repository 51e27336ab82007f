/** RFC 5426: a datagram a message. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { RetryLater } from 'unackd';
import type { Transport } from './transport.ts';

/** How long an ICMP "port unreachable" is waited for: one from this machine or its network comes within. */
const UNREACHABLE_MS = 20;

export class Udp implements Transport {
  /** RFC 5426, section 3.2: what receivers should take; longer ones are cut. */
  readonly most = 2048;
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #error: Error | undefined;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  async send(bytes: Buffer): Promise<void> {
    try {
      const socket = (this.#socket ??= await this.#connect());
      await new Promise<void>((resolve, reject) => {
        socket.send(bytes, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
      await sleep(UNREACHABLE_MS);
      if (this.#error !== undefined) throw this.#error;
    } catch (error) {
      this.#drop();
      throw new RetryLater(`${this.#host}:${this.#port}/udp: ${(error as Error).message}`);
    }
  }

  close(): Promise<void> {
    this.#drop();
    return Promise.resolve();
  }

  /** A connected socket hears of ICMP errors. */
  async #connect(): Promise<Socket> {
    const { address, family } = await lookup(this.#host);
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.connect(this.#port, address);
    await once(socket, 'connect');
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.unref();
    return socket;
  }

  #drop(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#error = undefined;
  }
}
