/** Answers on the admin address: small requests, one a connection. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { listenText } from '../config/listen.ts';
import type { ListenAddress } from '../config/listen.ts';
import { InputError, OutputError } from '../plugin/api.ts';
import { InUseError } from './lock.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** By path. */
export type Routes = Readonly<Record<string, () => Answer | Promise<Answer>>>;

/** What changes something: POST with a body of JSON. */
export type Acts = Readonly<Record<string, (body: unknown) => Answer | Promise<Answer>>>;

/** What is asked for can't be done: the message says why, in a line. */
export class Unable extends Error {
  readonly status: 400 | 404 | 409;
  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** A silence with some hundred networks and a long comment. */
const BODY_BYTES = 64 * 1024;

/** A scraper, a probe and a few people: more at once is a fault of theirs. */
const CONNECTIONS_MOST = 32;

/** A request is some 200 bytes; it comes at once, or not at all. */
const HEADER_BYTES = 8192;
const REQUEST_MS = 5000;

/** Owner and group; what it tells is no secret, but nobody else's affair either. */
const SOCKET_MODE = 0o660;

/** As a browser would name it. A page whose name was made to mean 127.0.0.1 names itself. */
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;

const text = (status: number, body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length > BODY_BYTES) throw new Unable(400, `more than ${BODY_BYTES / 1024} KiB`);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    throw new Unable(400, 'the body is not JSON');
  }
}

/** What a web page may send without asking first is no order of ours. */
function isForged({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['content-type'] !== 'application/json';
}

async function answerTo(
  request: IncomingMessage,
  routes: Routes,
  acts: Acts,
  tcp: boolean,
): Promise<Answer> {
  const { method, url = '/', headers } = request;
  const [path] = url.split('?', 1);
  const acting = method === 'POST' && Object.hasOwn(acts, path);
  if (!acting && method !== 'GET' && method !== 'HEAD') {
    return text(405, `only GET is answered here, and POST at ${Object.keys(acts).join(', ')}`);
  }
  if (tcp && !LOCAL_HOST.test(headers.host ?? '')) return text(403, 'ask by a loopback address');
  if (acting && isForged(request)) return text(403, 'send application/json, and not from a page');
  if (!acting && !Object.hasOwn(routes, path)) {
    return text(404, `nothing is here; there are ${Object.keys(routes).join(', ')}`);
  }
  try {
    return await (acting ? acts[path](await bodyOf(request)) : routes[path]());
  } catch (error) {
    const status = error instanceof Unable ? error.status : 500;
    return text(status, error instanceof Error ? error.message : String(error));
  }
}

function send(response: ServerResponse, { status, type, body }: Answer, head: boolean): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
    ...(status === 405 ? { allow: 'GET, HEAD, POST' } : {}),
  });
  response.end(head ? undefined : body);
}

/** Whether somebody listens at a socket's path. */
async function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A full backlog (EAGAIN) is life, too.
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}

/** Takes the socket of a daemon that died out of the way. */
async function clearSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new OutputError(74, `${path} is there and no socket: 'admin' wants another path`);
  }
  if (await isAlive(path)) {
    throw new InUseError(
      `${path}: another process answers there; stop it, or give 'admin' another path`,
    );
  }
  unlinkSync(path);
}

function listenFault(error: unknown, address: ListenAddress): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const where = listenText(address);
  if (code === 'EADDRINUSE') return new InUseError(`${where}: another process listens there`);
  if (code === 'EACCES' || code === 'EPERM')
    return new InputError(77, `${where}: no permission to listen there`);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new OutputError(74, `${where}: its folder is not there`);
  return error;
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('listening', resolve);
  if (address.kind === 'tcp') {
    server.listen(address.port, address.host);
    await promise;
    return;
  }
  // The socket is made within `listen`: at no moment is it open to others.
  const mask = process.umask(0o777 & ~SOCKET_MODE);
  try {
    server.listen(address.path);
  } finally {
    process.umask(mask);
  }
  await promise;
  chmodSync(address.path, SOCKET_MODE);
}

export interface Admin {
  readonly address: ListenAddress;
  close(): void;
}

/** @throws InUseError, or what the system said */
export async function openAdmin(
  address: ListenAddress,
  routes: Routes,
  acts: Acts,
): Promise<Admin> {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      // A body is read only where one is wanted.
      void answerTo(request, routes, acts, address.kind === 'tcp').then((answer) =>
        send(response, answer, request.method === 'HEAD'),
      );
    },
  );
  server.maxConnections = CONNECTIONS_MOST;
  server.maxRequestsPerSocket = 1;
  // Also one that connects and says nothing, or takes no answer.
  server.setTimeout(REQUEST_MS);
  try {
    if (address.kind === 'unix') await clearSocket(address.path);
    await listen(server, address);
  } catch (error) {
    server.close();
    throw listenFault(error, address);
  }
  server.on('error', () => {});
  return {
    address,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
