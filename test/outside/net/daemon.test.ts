/** Plugins in processes of their own, with the daemon between them and the network. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CAPTURES, Folder, needsBuild, UNACKD } from '../../support/unackd.ts';
import { echo, http, serving, until } from './servers.ts';
import type { Serving } from './servers.ts';

const PLUGIN = join(import.meta.dirname, '../plugins/net.ts');

interface Use {
  readonly how: string;
  readonly port: number;
  readonly host?: string;
  /** Of `permissions`. */
  readonly net: string;
}

function said(log: string, how: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes(` ${how}: `))
    .map((line) => line.slice(line.indexOf(` ${how}: `) + how.length + 3));
}

describe('outside plugins: the network through the daemon', function () {
  this.timeout(60_000);
  const folder = new Folder();
  const servers: Serving[] = [];
  let echoing: Serving;

  before(async function () {
    needsBuild(this);
    echoing = await server(echo());
  });

  after(async () => {
    folder.remove();
    for (const one of servers) await one.close();
  });

  async function server(listening: Promise<Serving>): Promise<Serving> {
    const one = await listening;
    servers.push(one);
    return one;
  }

  /** One daemon with a sink for each use; gives what it logged. */
  async function run(uses: readonly Use[], exits = 0): Promise<string> {
    const sinks = uses.map(
      ({ how, port, host = '127.0.0.1', net }) =>
        `  ${how}: { use: ${PLUGIN}, how: ${how}, host: '${host}', port: ${port}, permissions: { net: ${net} } }\n`,
    );
    const config = folder.file(
      'net.yaml',
      `sources: { x: { use: pcap, path: ${CAPTURES}/black-hole.pcap } }
sinks:
${sinks.join('')}`,
    );
    const daemon = spawn(UNACKD, ['run', '--config', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [log] = await Promise.all([
      text(daemon.stderr),
      new Promise((resolve) => {
        daemon.once('close', resolve);
      }),
    ]);
    assert.equal(daemon.exitCode, exits, log);
    return log;
  }

  it('connects and fetches where it is granted, and nowhere else', async () => {
    const web = await server(http((request, response) => void response.end(request.method)));
    const { port } = echoing;
    const log = await run([
      { how: 'talk', port, net: `['127.0.0.1:${port}']` },
      { how: 'fetch', port: web.port, host: 'localhost', net: `localhost:${web.port}` },
      { how: 'denied', port, net: `['localhost:${port}', '127.0.0.1:1', '*:${port}']` },
      { how: 'sockets', port, net: `['127.0.0.1:${port}']` },
    ]);
    assert.deepEqual(said(log, 'talk'), ['talk: hello over there'], log);
    assert.deepEqual(said(log, 'fetch'), ['fetch: 200 POST'], log);
    assert.deepEqual(said(log, 'denied'), [
      `plugin net: no permission to connect to 127.0.0.1:${port}; to grant it: permissions: { net: ['127.0.0.1:${port}'] }; more of the kind are only counted`,
      'denied: PermissionError PermissionError PermissionError',
      '3 of its connections were refused in all',
    ]);
    assert.match(said(log, 'sockets')[0], /^sockets: held: /u);
  });

  it('with net: true has real sockets, and the daemon for all', async () => {
    const { port } = echoing;
    const log = await run([
      { how: 'sockets', port, net: 'true' },
      { how: 'talk', port, net: 'true' },
    ]);
    assert.deepEqual(said(log, 'sockets'), ['sockets: SUCCEEDED'], log);
    assert.deepEqual(said(log, 'talk'), ['talk: hello over there'], log);
  });

  it('is bounded: connections, and what waits in them', async () => {
    const mute = await server(serving(createServer({ pauseOnConnect: true }, () => {})));
    const pouring = createServer((socket: Socket) => {
      const pour = (): void => {
        while (socket.write(Buffer.alloc(1 << 16)));
      };
      socket.on('drain', pour);
      pour();
    });
    const eager = await server(serving(pouring));
    const { port } = echoing;
    const log = await run([
      { how: 'thousand', port, net: `127.0.0.1:${port}` },
      { how: 'unread', port: eager.port, net: `127.0.0.1:${eager.port}` },
      { how: 'endless', port: mute.port, net: `127.0.0.1:${mute.port}` },
    ]);
    assert.ok(said(log, 'thousand').includes('thousand: 64 opened'), log);
    assert.deepEqual(said(log, 'unread'), ['unread: connected']);
    assert.deepEqual(said(log, 'endless'), ['endless: writes']);
    for (const one of [echoing, eager]) await until(() => one.open.size === 0);
  });

  it('ends a plugin that floods or lies, and what a plugin that ended had open', async () => {
    const { port } = echoing;
    const log = await run(
      ['flood', 'leak', 'lie', 'nonsense'].map((how) => ({ how, port, net: `127.0.0.1:${port}` })),
      // They are off at the end.
      74,
    );
    assert.match(log, / flood: plugin net opened 5000 connections more than it may/u);
    assert.match(log, / leak: plugin net ended itself with exit code 1/u);
    assert.match(log, / lie: plugin net sent bytes for a connection that there is not/u);
    assert.match(log, / nonsense: plugin net sent what is no message about connections/u);
    await until(() => echoing.open.size === 0);
  });
});
