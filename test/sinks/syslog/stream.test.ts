import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { Stream } from '../../../plugins/sinks/syslog/stream.ts';
import { withFolder } from '../places.ts';
import { needs } from '../../support/needs.ts';

/** A receiver that counts connections and keeps what came over each. */
class Peer {
  readonly server: Server;
  readonly came: string[] = [];
  readonly sockets: Socket[] = [];

  constructor() {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      const n = this.sockets.push(socket) - 1;
      this.came.push('');
      socket.setEncoding('utf8').on('data', (text: string) => {
        this.came[n] += text;
      });
      socket.on('end', () => socket.end());
      socket.on('error', () => {});
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

const { signal } = new AbortController();

async function until(met: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !met(); i++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  assert(met());
}

describe('syslog: streams', () => {
  it('counts octets, not characters', async () => {
    const peer = new Peer();
    const port = await peer.listen();
    const stream = new Stream({ kind: 'tcp', host: '127.0.0.1', port }, 1000);
    await stream.send(Buffer.from('<14>ü'), signal);
    await stream.send(Buffer.from('<14>b'), signal);
    await stream.close();
    assert.deepEqual(peer.came, ['6 <14>ü5 <14>b']);
    await peer.close();
  });

  it('hears that the other side closed its half, and sends what was uncertain again, unasked', async () => {
    const peer = new Peer();
    const port = await peer.listen();
    const stream = new Stream({ kind: 'tcp', host: '127.0.0.1', port }, 1000);
    await stream.send(Buffer.from('a'), signal);
    await stream.send(Buffer.from('b'), signal);
    peer.sockets[0].end();
    await until(() => peer.came.length === 2 && peer.came[1] === '1 a1 b');
    await stream.send(Buffer.from('c'), signal);
    await stream.close();
    assert.equal(peer.came[1], '1 a1 b1 c');
    await peer.close();
  });

  it('does not take for sent what the other side never acknowledged', async function () {
    needs(this, process.platform === 'linux', 'only Linux tells what a peer has acknowledged');
    const peer = new Peer();
    const port = await peer.listen();
    const stream = new Stream({ kind: 'tcp', host: '127.0.0.1', port }, 300);
    await stream.send(Buffer.from('a'), signal);
    await until(() => peer.sockets.length === 1);
    // It reads no more: its window fills, and then bytes stay with us.
    peer.sockets[0].pause();
    const big = Buffer.alloc(65_000, 'x');
    await assert.rejects(
      async () => {
        for (let i = 0; i < 500; i++) await stream.send(big, signal);
      },
      { name: 'RetryLater', message: /acknowledged nothing in 0\.3 s/ },
    );
    await stream.close();
    await peer.close();
  });

  it('writes lines to a local socket', async () => {
    await withFolder(async (folder) => {
      const peer = new Peer();
      const path = join(folder, 'log');
      peer.server.listen(path);
      await once(peer.server, 'listening');
      const stream = new Stream({ kind: 'unix', path }, 1000);
      await stream.send(Buffer.from('<14>a'), signal);
      await stream.close();
      assert.deepEqual(peer.came, ['<14>a\n']);
      await peer.close();
    });
  });
});
