/** `host.connect`: real connections on loopback, through both sides. */
import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { Duplex } from 'node:stream';
import { createServer as createTls } from 'node:tls';
import { networkHere } from '../../../src/outside/net/here.ts';
import type { NetworkHere } from '../../../src/outside/net/here.ts';
import { LIMITS } from '../../../src/outside/net/limits.ts';
import { PermissionError } from '../../../src/plugin/api.ts';
import { makeCertificates, noOpenssl, tlsOptions } from '../../delivery/authority.ts';
import { needs } from '../../support/needs.ts';
import { Folder } from '../../support/unackd.ts';
import { echo, serving, settled, until } from './servers.ts';
import type { Serving } from './servers.ts';

const MIB = 1024 * 1024;
const HOST = '127.0.0.1';

describe('outside plugins: host.connect', function () {
  this.timeout(20_000);
  const closes: (() => unknown)[] = [];

  afterEach(async () => {
    for (const close of closes.splice(0)) await close();
  });

  async function server(listening: Promise<Serving>): Promise<Serving> {
    const one = await listening;
    closes.push(() => one.close());
    return one;
  }

  function network(hosts: readonly string[], limits: Partial<typeof LIMITS> = {}): NetworkHere {
    const made = networkHere(hosts, undefined, { ...LIMITS, ...limits });
    closes.push(() => made.close());
    return made;
  }

  /** A server that does nothing with its connections. */
  async function mute(): Promise<{ serving: Serving; accepted: Socket[] }> {
    const accepted: Socket[] = [];
    const listening = createServer({ pauseOnConnect: true }, (socket) => accepted.push(socket));
    return { serving: await server(serving(listening)), accepted };
  }

  it('carries bytes both ways, each to its own end', async () => {
    const { port } = await server(echo());
    const net = network([`${HOST}:${port}`]);
    const connection = await net.connect({ host: HOST, port });
    assert.deepEqual(connection.remote, { ip: HOST, port, alpn: null });
    const writer = connection.writable.getWriter();
    const sent = Buffer.alloc(3 * MIB, 'unackd');
    const writing = writer.write(sent).then(() => writer.close());
    const chunks: Uint8Array[] = [];
    for await (const chunk of connection.readable) chunks.push(chunk);
    await writing;
    assert.ok(Buffer.concat(chunks).equals(sent));
    assert.equal(net.broker.counts.bytesSent, sent.length);
    assert.equal(net.broker.counts.bytesReceived, sent.length);
    await until(() => net.broker.open === 0);
  });

  it('makes a Node stream with Duplex.fromWeb', async () => {
    const { port } = await server(echo());
    const duplex = Duplex.fromWeb(await network([`${HOST}:${port}`]).connect({ host: HOST, port }));
    duplex.end('hello');
    assert.equal(await text(duplex), 'hello');
  });

  it('speaks TLS with whom the authority vouches for, and nobody else', async function () {
    const lacks = noOpenssl();
    needs(this, lacks === '', lacks);
    const folder = new Folder();
    closes.push(() => folder.remove());
    const files = makeCertificates(folder.path);
    const { port } = await server(
      serving(
        createTls({ ...tlsOptions(files), ALPNProtocols: ['mqtt'] }, (socket) => {
          socket.on('error', () => {}).end('secret');
        }),
      ),
    );
    const net = network([`localhost:${port}`]);
    const ca = readFileSync(files.ca, 'utf8');
    const tls = { ca, alpn: ['mqtt'] };
    const connection = await net.connect({ host: 'localhost', port, tls });
    assert.equal(connection.remote.alpn, 'mqtt');
    assert.equal(await text(connection.readable), 'secret');
    connection.close();
    await assert.rejects(net.connect({ host: 'localhost', port, tls: true }), {
      message: /^localhost:\d+: unable to verify the first certificate/u,
    });
    const broken = { ca, cert: 'no certificate', key: 'no key' };
    await assert.rejects(net.connect({ host: 'localhost', port, tls: broken }), /localhost:\d+: /u);
    await until(() => net.broker.open === 0);
  });

  it('refuses what is not granted, and says what to grant', async () => {
    const { port, open } = await server(echo());
    const refused: string[] = [];
    const net = networkHere(['127.0.0.1:1', '10.0.0.0/8:80'], (why) => refused.push(why));
    closes.push(() => net.close());
    for (const host of [HOST, '::ffff:127.0.0.1', '127.1', '0x7f.0.0.1']) {
      await assert.rejects(net.connect({ host, port }), (error) => {
        assert.ok(error instanceof PermissionError);
        assert.equal(error.grant, `127.0.0.1:${port}`);
        return true;
      });
    }
    await assert.rejects(net.connect({ host: 'a b', port }), /'a b' is no host/u);
    await assert.rejects(net.connect({ host: HOST, port: 0 }), RangeError);
    await assert.rejects(net.connect({ host: HOST, port: '80' as never }), RangeError);
    assert.equal(net.broker.counts.refused, 4);
    assert.match(refused[0], /to grant it: permissions: \{ net: \['127\.0\.0\.1:\d+'\] \}$/u);
    assert.equal(open.size, 0);
  });

  it('does not follow a granted name to this machine', async function () {
    const name = hostname();
    const found = await lookup(name).catch(() => ({ address: '' }));
    const here = found.address.startsWith('127.') && name !== 'localhost';
    needs(this, here, 'this machine has no name of its own on loopback');
    const { port, open } = await server(echo());
    await assert.rejects(network([`${name}:${port}`]).connect({ host: name, port }), {
      name: 'PermissionError',
      grant: `${found.address}:${port}`,
    });
    assert.equal(open.size, 0);
    const both = network([`${name}:${port}`, `${found.address}:${port}`]);
    (await both.connect({ host: name, port })).close();
  });

  it('of a port where nobody listens says so', async () => {
    const { serving: gone } = await mute();
    await gone.close();
    closes.length = 0;
    const net = network([`${HOST}:${gone.port}`]);
    await assert.rejects(net.connect({ host: HOST, port: gone.port }), { code: 'ECONNREFUSED' });
    assert.equal(net.broker.open, 0);
  });

  it('gives up what takes too long', async () => {
    const { serving: silent } = await mute();
    const net = network([`${HOST}:${silent.port}`], { connectMs: 50 });
    // It never says a word of TLS.
    await assert.rejects(net.connect({ host: HOST, port: silent.port, tls: true }), {
      code: 'ETIMEDOUT',
      message: /no connection in 0\.05 s$/u,
    });
    await assert.rejects(
      net.connect({ host: HOST, port: silent.port, tls: true, signal: AbortSignal.timeout(1) }),
      { name: 'TimeoutError' },
    );
    assert.equal(net.broker.open, 0);
  });

  it('has the host wait for a plugin that does not read', async () => {
    const { serving: eager, accepted } = await mute();
    const net = network([`${HOST}:${eager.port}`]);
    const connection = await net.connect({ host: HOST, port: eager.port });
    await until(() => accepted.length === 1);
    const [socket] = accepted;
    const pour = (): void => {
      while (socket.write(Buffer.alloc(64 * 1024)));
    };
    socket.on('drain', pour);
    pour();
    const waits = await settled(() => net.broker.counts.bytesReceived);
    assert.equal(waits, LIMITS.window);
    const reader = connection.readable.getReader();
    for (let got = 0; got < 4 * MIB;) got += (await reader.read()).value?.length ?? 0;
    connection.close();
    await until(() => eager.open.size === 0);
  });

  it('has a plugin wait for a host that does not read', async () => {
    const { serving: lazy, accepted } = await mute();
    const net = network([`${HOST}:${lazy.port}`]);
    const connection = await net.connect({ host: HOST, port: lazy.port });
    const writer = connection.writable.getWriter();
    const all = 64 * MIB;
    const writing = writer.write(new Uint8Array(all)).then(() => writer.close());
    // What the kernel's buffers hold besides the window.
    assert.ok((await settled(() => net.broker.counts.bytesSent)) < all / 2);
    let got = 0;
    accepted[0].on('data', (chunk: Buffer) => (got += chunk.length)).resume();
    await writing;
    await until(() => got === all);
    connection.close();
  });

  it('holds a bounded number of connections, and frees each that is closed', async () => {
    const { port, open } = await server(echo());
    const net = network([`${HOST}:${port}`]);
    const tried = await Promise.allSettled(
      Array.from({ length: 1000 }, async () => net.connect({ host: HOST, port })),
    );
    const opened = tried.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    assert.equal(opened.length, LIMITS.links);
    const why = new Set(
      tried.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])),
    );
    assert.deepEqual(
      [...why],
      [
        'Error: it has 64 connections, and may have no more at a time',
        'Error: it opens over 500 connections at once, or 100 a second',
      ],
    );
    assert.equal(net.broker.counts.tooMany, 1000 - LIMITS.links);
    for (const connection of opened) connection.close();
    await until(() => open.size === 0 && net.broker.open === 0);
  });

  it('closes what nothing moves over', async () => {
    const { serving: silent } = await mute();
    const net = network([`${HOST}:${silent.port}`], { idleMs: 100 });
    const { readable, writable } = await net.connect({ host: HOST, port: silent.port });
    await assert.rejects(readable.getReader().read(), { code: 'ETIMEDOUT' });
    await assert.rejects(writable.getWriter().write(new Uint8Array(1)), { code: 'ETIMEDOUT' });
    assert.equal(net.broker.open, 0);
  });

  it('tells a connection that the host breaks, after what it sent', async () => {
    const { serving: rude, accepted } = await mute();
    const net = network([`${HOST}:${rude.port}`]);
    const { readable } = await net.connect({ host: HOST, port: rude.port });
    await until(() => accepted.length === 1);
    accepted[0].write('last words');
    await until(() => net.broker.counts.bytesReceived === 10);
    accepted[0].resetAndDestroy();
    const reader = readable.getReader();
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'last words');
    await assert.rejects(reader.read(), { code: 'ECONNRESET' });
  });

  it('ends all that is open with the plugin', async () => {
    const { port, open } = await server(echo());
    const net = network([`${HOST}:${port}`]);
    const connections = [
      await net.connect({ host: HOST, port }),
      await net.connect({ host: HOST, port }),
    ];
    assert.equal(net.broker.open, connections.length);
    net.close();
    await until(() => open.size === 0);
  });
});
