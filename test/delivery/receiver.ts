/** An HTTP receiver that behaves as a test says. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly body: Record<string, unknown>;
  /** By performance.now(). */
  readonly at: number;
}

export type Behaviour = (response: ServerResponse, call: Call, n: number) => void;

export function answer(status: number, headers: Record<string, string> = {}, text = ''): Behaviour {
  return (response) => {
    response.writeHead(status, headers).end(text);
  };
}

export class Receiver {
  /** All that came, whatever was answered. */
  readonly calls: Call[] = [];
  behave: Behaviour = answer(204);
  readonly #server: ReturnType<typeof createServer>;
  readonly #scheme: string;
  port = 0;

  constructor(tls?: ServerOptions) {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#take(request, response);
    };
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}/hook`;
  }

  async listen(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return; // The sender went away midway: nothing came.
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const call = {
      headers: request.headers,
      url: request.url ?? '',
      text,
      body: JSON.parse(text) as Record<string, unknown>,
      at: performance.now(),
    };
    this.calls.push(call);
    this.behave(response, call, this.calls.length);
  }
}

/** Runs with a receiver that listens, and is closed in the end. */
export async function withReceiver(
  work: (receiver: Receiver) => Promise<void>,
  tls?: ServerOptions,
): Promise<void> {
  const receiver = await new Receiver(tls).listen();
  try {
    await work(receiver);
  } finally {
    await receiver.close();
  }
}

/** The number of the incident in a generic body. */
export function numberIn({ body }: Call): number {
  const data = body.data as { evidence?: { n?: number } } | undefined;
  return data?.evidence?.n ?? Number.NaN;
}
