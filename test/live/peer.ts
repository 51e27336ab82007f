/** Run by itself, in a namespace: a server, clients, or a sender of made-up frames. */
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';

const [part, ...args] = process.argv.slice(2);

/** Holds connections until the other side closes them. */
function serve(ports: readonly number[], backlog?: number): void {
  let listening = 0;
  for (const port of ports) {
    createServer((socket) => socket.on('error', () => {}).resume()).listen(
      { port, host: '::', backlog },
      () => {
        if (++listening === ports.length) process.stdout.write('listening\n');
      },
    );
  }
}

/** An attempt at each target every so many milliseconds, until it is killed; none is waited for. */
function keepAsking(targets: readonly string[], milliseconds: number): void {
  setInterval(() => {
    for (const target of targets) void attempt(target, 10_000, 300);
  }, milliseconds);
}

/**
 * One attempt; open connections stay so until the process ends, or for `open` milliseconds.
 * @param target address, port, and the address to ask from, if that matters
 */
async function attempt(target: string, milliseconds: number, open?: number): Promise<void> {
  const [host, port, localAddress] = target.split(' ');
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port: Number(port), host, localAddress });
  socket.once('connect', resolve).once('error', () => resolve());
  if (open !== undefined) socket.once('connect', () => setTimeout(() => socket.destroy(), open));
  const timer = setTimeout(() => socket.destroy(), milliseconds);
  socket.once('close', () => resolve());
  await promise;
  clearTimeout(timer);
}

/** So many attempts at a port, one after the other. */
async function hammer(target: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await attempt(target, 1000);
}

/** Frames in hexadecimal, a line each, from standard input. */
async function inject(name: string): Promise<void> {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const libpcap = koffi.load('libpcap.so.0.8');
  const open: (name: string, ...rest: unknown[]) => bigint | null = library('pcap_open_live');
  function library(symbol: string): (...rest: unknown[]) => bigint | null {
    return libpcap.func(`void *${symbol}(const char *, int, int, int, void *)`);
  }
  const send: (handle: bigint, frame: Uint8Array, length: number) => number = libpcap.func(
    'int pcap_sendpacket(void *, void *, int)',
  );
  const handle = open(name, 65_535, 0, 10, Buffer.alloc(256));
  if (handle === null) throw new Error(`${name} can't be opened`);
  for (const line of (await text(process.stdin)).split('\n')) {
    const frame = Buffer.from(line, 'hex');
    if (send(handle, frame, frame.length) !== 0) throw new Error('a frame was not sent');
  }
}

switch (part) {
  case 'serve':
    serve(args.map(Number));
    break;
  case 'serve-few':
    serve([Number(args[0])], 1);
    break;
  case 'ask':
    keepAsking(args.slice(1), Number(args[0]));
    break;
  case 'connect': {
    const milliseconds = Number(args[0]) * 1000;
    await Promise.all(args.slice(1).map((target) => attempt(target, milliseconds)));
    process.exit();
    break;
  }
  case 'hammer':
    await hammer(args[0], Number(args[1]));
    process.exit();
    break;
  case 'inject':
    await inject(args[0]);
    break;
  default:
    throw new Error(`no part '${part}'`);
}
