/** The server program: accepts connections and holds them until the client closes. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ServerPart } from './messages.ts';
import type { Works } from './part.ts';

export async function server({ address, ports, backlog }: ServerPart): Promise<Works> {
  const servers = ports.map((port) =>
    createServer((socket) => socket.on('error', () => {}).resume()).listen({
      host: address,
      port,
      backlog,
    }),
  );
  await Promise.all(servers.map((listening) => once(listening, 'listening')));
  return {
    end() {
      for (const listening of servers) listening.close();
    },
  };
}
