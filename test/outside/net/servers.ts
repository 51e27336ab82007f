/** Real servers on loopback, ended with the test. */
import { createServer as createHttp } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface Serving {
  readonly port: number;
  /** Connections that are open by now. */
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Has a server listen on 127.0.0.1, any port. */
export async function serving(server: Server): Promise<Serving> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    open,
    close: async () => {
      for (const socket of open) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** Says back what it hears, and ends after its client. */
export async function echo(): Promise<Serving> {
  return serving(createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)));
}

export async function http(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Serving> {
  return serving(createHttp(answer));
}

/** Resolves once it is so; the test's own time limit ends one that never is. */
export async function until(is: () => boolean): Promise<void> {
  while (!is()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

/** Resolves once a count has not changed for a while. */
export async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => {
      setTimeout(resolve, 150);
    });
  }
  return count();
}
