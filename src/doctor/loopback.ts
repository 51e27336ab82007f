/** The whole way of a packet, tried over loopback: a port that answers, and a closed one. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { defaultOptions } from '../config/defaults.ts';
import { chainConfig } from '../engine/chain-config.ts';
import { Engine } from '../engine/engine.ts';
import { bundled } from '../engine/registry.ts';
import { formatDuration } from '../face/duration.ts';
import type { Outcome } from '../model/attempt.ts';
import { defineSink } from '../plugin/api.ts';
import type { SourceDefinition } from '../plugin/api.ts';
import { fail, messageOf, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

const HOST = '127.0.0.1';

/** That a handshake worked is known after 1.5 s without a repeat; the rest is a busy machine's. */
const PATIENCE_MS = 6000;

/** Between two tries to connect: the first may come before the capture has begun. */
const TRIED_EVERY_MS = 300;

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.end());
  server.listen(0, HOST);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on: somebody did a moment ago. */
async function closedPort(): Promise<number> {
  const server = await listen();
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function knock(port: number): void {
  const socket = connect({ host: HOST, port });
  // Refused, as it should be of one of the two.
  socket.on('error', () => {});
  socket.resume();
}

/** What capturing tells of the two ports, and after how many milliseconds it knew both. */
interface Told {
  readonly open: Outcome | undefined;
  readonly closed: Outcome | undefined;
  readonly after: number;
}

async function capture(open: number, closed: number): Promise<Told> {
  const live = bundled.find('source', 'live') as SourceDefinition;
  const told = new Map<number, Outcome>();
  const known = Promise.withResolvers<void>();
  const sink = defineSink({
    api: 1,
    name: 'self-test',
    doc: 'Hears what became of the two attempts.',
    options: {},
    reads: ['attempt'],
    create: () => ({
      attempt: ({ server, outcome }) => {
        if (outcome !== 'unresolved') told.set(server.port, outcome);
        if (told.has(open) && told.has(closed)) known.resolve();
      },
    }),
  });
  const filter = `host ${HOST} and (port ${open} or port ${closed})`;
  const options = { ...defaultOptions(live.options), interface: ['lo'], filter };
  const source = { id: 'lo', kind: 'source' as const, definition: live, options, inputs: [] };
  const engine = new Engine(chainConfig({ source, incidents: false, sink }), { log: () => {} });
  const began = performance.now();
  const running = engine.run();
  const knocking = setInterval(() => {
    if (!told.has(open)) knock(open);
    if (!told.has(closed)) knock(closed);
  }, TRIED_EVERY_MS);
  const patience = setTimeout(() => known.resolve(), PATIENCE_MS);
  try {
    await Promise.race([known.promise, running]);
    return { open: told.get(open), closed: told.get(closed), after: performance.now() - began };
  } finally {
    clearTimeout(patience);
    clearInterval(knocking);
    engine.stop();
    await running;
  }
}

/** @param able whether capturing is allowed at all; else it is not tried */
export async function lookAtLoopback(able: boolean): Promise<Finding[]> {
  const check = 'self-test';
  if (!able) return [warn(check, 'not tried: it captures on lo', 'see rights and libpcap')];
  let server: Server | undefined;
  try {
    server = await listen();
    const closed = await closedPort();
    const told = await capture(portOf(server), closed);
    const answer = `a listening port ${told.open ?? 'not seen'}, a closed one ${told.closed ?? 'not seen'}`;
    if (told.open === 'established' && told.closed === 'refused') {
      return [ok(check, `over loopback: ${answer}, after ${formatDuration(told.after / 1000)}`)];
    }
    return [
      fail(
        check,
        `over loopback: ${answer}; expected: established, refused`,
        'ip link set lo up; look for a firewall on lo; compare: tcpdump -ni lo tcp',
      ),
    ];
  } catch (error) {
    return [fail(check, messageOf(error), 'ip link set lo up')];
  } finally {
    server?.close();
  }
}
