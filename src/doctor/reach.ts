/** Whether a sink's receiver can be reached; nothing is sent to it. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Receiver } from '../plugin/api.ts';

const PATIENCE_MS = 5000;

/** @returns what was found; @throws with what is in the way */
export async function reach(receiver: Receiver): Promise<string> {
  switch (receiver.kind) {
    case 'file':
      return reachFile(receiver.path);
    case 'unix':
      await opened(connect({ path: receiver.path }), 'connect', receiver.path);
      return `${receiver.path} answers`;
    case 'udp': {
      const { address } = await lookup(receiver.host);
      return `${address}:${receiver.port}/udp has an address; whether it listens only --send can show`;
    }
    case 'tcp': {
      const { host, port } = receiver;
      await opened(connect({ host, port }), 'connect', `${host}:${port}`);
      return `${host}:${port} answers`;
    }
    case 'tls': {
      const { host, port, ca } = receiver;
      const trusted = ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') };
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket = connectTls({ host, port, ...name, ...trusted, rejectUnauthorized: true });
      await opened(socket, 'secureConnect', `${host}:${port}`);
      return `${host}:${port} answers, its certificate is good until ${socket.getPeerCertificate().valid_to}`;
    }
  }
}

async function opened(socket: Socket, event: string, place: string): Promise<void> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new Error(`${place} gives no answer in ${PATIENCE_MS / 1000} s`, { cause: error });
  } finally {
    socket.destroy();
  }
}

function reachFile(path: string): string {
  if (path === '-') return 'standard output';
  const there = existsSync(path);
  accessSync(there ? path : dirname(path), constants.W_OK);
  return there ? `${path} can be written` : `${path} can be created`;
}
