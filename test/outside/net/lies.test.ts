/** What a plugin that goes round the API may send of connections: it is ended, whatever it is. */
import assert from 'node:assert/strict';
import { Broker } from '../../../src/outside/net/broker.ts';
import { LIMITS } from '../../../src/outside/net/limits.ts';
import { netPart } from '../../../src/outside/net/wire.ts';
import type { NetTold } from '../../../src/outside/net/wire.ts';
import { echo, until } from './servers.ts';
import type { Serving } from './servers.ts';

const HOST = '127.0.0.1';
/** Of messages that are not to get as far as a connection. */
const WISH = { what: 'connect', id: 1, host: HOST, port: 1, tls: null };

describe('outside plugins: lies about connections', function () {
  this.timeout(20_000);
  let server: Serving;
  let told: NetTold[] = [];
  let broke: string[] = [];
  let broker: Broker;

  before(async () => {
    server = await echo();
  });

  after(async () => server.close());

  beforeEach(() => {
    told = [];
    broke = [];
    broker = new Broker(
      { net: false, hosts: [`${HOST}:${server.port}`] },
      { tell: (message) => told.push(message), bring: () => undefined, waiting: () => 0 },
      { refused: () => undefined, broke: (why) => broke.push(why) },
    );
  });

  afterEach(() => broker.close());

  function ask(message: object): void {
    broker.message({ is: 'net', ...message });
  }

  function connect(id: number): object {
    return { what: 'connect', id, host: HOST, port: server.port, tls: null };
  }

  function send(id: number, length: number): void {
    broker.bytes(Buffer.from(netPart(id, new Uint8Array(length))));
  }

  async function opened(): Promise<void> {
    ask(connect(1));
    await until(() => told.some(({ what }) => what === 'opened'));
  }

  const messages: Readonly<Record<string, object>> = {
    'it asks for what there is not': { what: 'listen', id: 1 },
    'id is no whole number from 1 to 4294967295': { what: 'close', id: 0.5 },
    'a connection that there is not': { what: 'close', id: 7 },
    'host is no text of at most 8192 characters': { ...WISH, host: { toString: 1 } },
    'port is no whole number from 1 to 65535': { ...WISH, port: '80' },
    'tls is no object': { ...WISH, tls: 1 },
    'ca is no text of at most 131072 characters': { ...WISH, tls: { ca: ['x'] } },
    'certificates are over 131072 characters': {
      ...WISH,
      tls: { ca: 'x'.repeat(100_000), cert: 'x'.repeat(100_000) },
    },
    'alpn has an empty name': { ...WISH, tls: { alpn: [''] } },
  };
  for (const [why, message] of Object.entries(messages)) {
    it(`a message: ${why}`, () => {
      ask(message);
      assert.deepEqual(broke, [`sent what is no message about connections (${why})`]);
      assert.equal(broker.open, 0);
    });
  }

  const request = { what: 'fetch', id: 1, url: 'http://x/', method: 'GET', headers: [], length: 0 };
  const requests: Readonly<Record<string, object>> = {
    'method is no token': { method: 'GET / HTTP/1.1\r\n' },
    'redirect is none of what there is': { redirect: 'constructor' },
    'url is no text of at most 8192 characters': { url: 'x'.repeat(9000) },
    'a header is no list of at most 2': { headers: [['a', 'b', 'c']] },
    'headers is no list of at most 256': { headers: Array.from({ length: 257 }, () => ['a', 'b']) },
    'headers are over 65536 bytes': { headers: [['a', 'b'.repeat(65_536)]] },
    'length is no whole number from 0 to 9007199254740991': { length: -1 },
  };
  for (const [why, given] of Object.entries(requests)) {
    it(`a request: ${why}`, () => {
      ask({ ...request, redirect: 'follow', tls: null, ...given });
      assert.deepEqual(broke, [`sent what is no message about connections (${why})`]);
    });
  }

  it('fields that are not its own', () => {
    broker.message(JSON.parse(`{"id":1,"__proto__":${JSON.stringify(connect(1))}}`));
    broker.message(Object.create({ ...connect(1), is: 'net' }));
    assert.equal(broke.length, 2);
    assert.equal(broker.open, 0);
  });

  it('a header that breaks the line', async () => {
    const url = `http://${HOST}:${server.port}/`;
    const headers = [['x', 'y\r\nhost: evil']];
    ask({ ...request, url, headers, redirect: 'follow', tls: null });
    await until(() => told.some(({ what }) => what === 'failed'));
    assert.equal(server.open.size, 0);
  });

  it('bytes for no connection', () => {
    send(1, 1);
    broker.bytes(Buffer.from([1]));
    assert.deepEqual(new Set(broke), new Set(['sent bytes for a connection that there is not']));
  });

  it('bytes before there is a connection', () => {
    ask(connect(1));
    send(1, 1);
    assert.deepEqual(broke, ['sent more than a connection had room for']);
  });

  it('more bytes than there is room for, empty parts, and a flood of tiny ones', async () => {
    await opened();
    send(1, LIMITS.window);
    assert.deepEqual(broke, ['sent more than a connection had room for']);
    ask(connect(2));
    await until(() => told.some(({ what, id }) => what === 'opened' && id === 2));
    send(2, 0);
    assert.equal(broke.length, 2);
    for (let i = 0; i < 2000 && broke.length === 2; i++) send(2, 1);
    assert.equal(broke.length, 3);
  });

  it('bytes after their end, and two ends', async () => {
    await opened();
    ask({ what: 'end', id: 1 });
    ask({ what: 'end', id: 1 });
    assert.deepEqual(broke, [
      'sent what is no message about connections (the end of what was ended)',
    ]);
    send(1, 1);
    assert.equal(broke.length, 2);
  });

  it('more taken than it was given, and the number of another connection', async () => {
    await opened();
    ask({ what: 'room', id: 1, bytes: 1 });
    ask(connect(1));
    assert.deepEqual(broke, [
      'sent what is no message about connections (more bytes taken than it was given)',
      'sent what is no message about connections (a number that was there before)',
    ]);
  });

  it('and nothing of a connection that ended meanwhile', async () => {
    await opened();
    for (const socket of server.open) socket.resetAndDestroy();
    await until(() => told.some(({ what }) => what === 'failed'));
    send(1, 1);
    for (const what of ['room', 'end', 'close']) ask({ what, id: 1, bytes: 5 });
    assert.deepEqual(broke, []);
  });
});
