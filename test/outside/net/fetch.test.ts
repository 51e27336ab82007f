/** `host.fetch`: real HTTP servers on loopback, through both sides. */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { networkHere } from '../../../src/outside/net/here.ts';
import type { NetworkHere } from '../../../src/outside/net/here.ts';
import { LIMITS } from '../../../src/outside/net/limits.ts';
import { PermissionError } from '../../../src/plugin/api.ts';
import { makeCertificates, noOpenssl, tlsOptions } from '../../delivery/authority.ts';
import { needs } from '../../support/needs.ts';
import { Folder } from '../../support/unackd.ts';
import { http, serving, settled, until } from './servers.ts';
import type { Serving } from './servers.ts';

const HOST = '127.0.0.1';
const GZIPPED = gzipSync(Buffer.alloc(64 * 1024 * 1024));

/** What was asked, as JSON; and what else a path says. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  const { pathname, searchParams } = new URL(url, 'http://x');
  const to = searchParams.get('to');
  if (to !== null) {
    response.writeHead(Number(pathname.slice(1)), { location: to }).end();
  } else if (pathname === '/none') {
    response.writeHead(204).end();
  } else if (pathname === '/never') {
    request.resume();
  } else if (pathname === '/endless') {
    const pour = (): void => {
      while (response.write(Buffer.alloc(64 * 1024)));
    };
    response.on('drain', pour);
    pour();
  } else if (pathname === '/bomb') {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(GZIPPED);
  } else if (pathname === '/cut') {
    response.writeHead(200, { 'content-length': 100 }).write('short', () => response.destroy());
  } else {
    const body = (await buffer(request)).toString();
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ method, url, headers, body: body.length }));
  }
}

interface Heard {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: number;
}

async function heard(response: Response): Promise<Heard> {
  return (await response.json()) as Heard;
}

function* breaks(): Generator<Uint8Array> {
  yield new Uint8Array(1);
  throw new Error('on purpose');
}

describe('outside plugins: host.fetch', function () {
  this.timeout(20_000);
  const closes: (() => unknown)[] = [];
  let server: Serving;
  let url = '';

  before(async () => {
    server = await http((request, response) => void answer(request, response));
    url = `http://${HOST}:${server.port}`;
  });

  after(async () => server.close());

  afterEach(async () => {
    for (const close of closes.splice(0)) await close();
  });

  function network(
    hosts: readonly string[] = [`${HOST}:${server.port}`],
    limits: Partial<typeof LIMITS> = {},
  ): NetworkHere {
    const made = networkHere(hosts, undefined, { ...LIMITS, ...limits });
    closes.push(() => made.close());
    return made;
  }

  it('answers with status, headers and body, as on the Web', async () => {
    const net = network();
    const response = await net.fetch(`${url}/a?b=1`, { headers: { 'x-mine': 'yes' } });
    assert.equal(response.status, 200);
    assert.equal(response.statusText, 'OK');
    assert.equal(response.url, `${url}/a?b=1`);
    assert.equal(response.redirected, false);
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
    const { method, headers } = await heard(response);
    assert.equal(method, 'GET');
    assert.equal(headers['x-mine'], 'yes');
    assert.equal(headers['user-agent'], 'unackd');
    const none = await net.fetch(new URL(`${url}/none`), { method: 'DELETE' });
    assert.deepEqual([none.status, none.body], [204, null]);
    const head = await net.fetch(new Request(url, { method: 'HEAD' }));
    assert.equal(await head.text(), '');
    await until(() => net.broker.open === 0);
  });

  it('sends bodies: with their length where it is known', async () => {
    const net = network();
    const post = async (body: NonNullable<RequestInit['body']>): Promise<Heard> =>
      heard(await net.fetch(url, { method: 'POST', body, duplex: 'half' }));
    const small = await post('hello');
    assert.deepEqual([small.body, small.headers['content-length']], [5, '5']);
    assert.equal(small.headers['content-type'], 'text/plain;charset=UTF-8');
    const large = await post(new Uint8Array(1_000_000));
    assert.deepEqual([large.body, large.headers['content-length']], [1_000_000, '1000000']);
    const stream = await post(ReadableStream.from([new Uint8Array(70_000), new Uint8Array(1)]));
    assert.deepEqual([stream.body, stream.headers['transfer-encoding']], [70_001, 'chunked']);
    assert.equal((await post(new URLSearchParams({ a: 'b' }))).body, 3);
    await until(() => net.broker.open === 0);
  });

  it("leaves the connection's own headers to the daemon", async () => {
    const headers = {
      host: 'evil.example',
      connection: 'upgrade',
      'transfer-encoding': 'chunked',
      'content-length': '3',
      'user-agent': 'mine',
    };
    const response = await network().fetch(url, { method: 'POST', body: 'hello', headers });
    const got = (await heard(response)).headers;
    assert.equal(got['host'], `${HOST}:${server.port}`);
    assert.equal(got['content-length'], '5');
    assert.equal(got['user-agent'], 'mine');
    assert.equal(got['transfer-encoding'], undefined);
  });

  it('follows redirects as far as each is granted', async () => {
    const net = network();
    const kept = await net.fetch(`${url}/307?to=/ok`, { method: 'POST', body: 'hello' });
    assert.deepEqual([kept.url, kept.redirected, (await heard(kept)).body], [`${url}/ok`, true, 5]);
    const other = await http((_request, response) => response.end('secret'));
    closes.push(() => other.close());
    for (const host of [HOST, 'localhost', '127.1', '[::ffff:127.0.0.1]']) {
      const out = `${url}/302?to=http://${host}:${other.port}/`;
      await assert.rejects(net.fetch(out), (error) => {
        assert.ok(error instanceof PermissionError, String(error));
        assert.match(error.grant, new RegExp(`^(?:127\\.0\\.0\\.1|localhost):${other.port}$`, 'u'));
        return true;
      });
    }
    assert.equal(other.open.size, 0);
    const manual = await net.fetch(`${url}/302?to=http://x.example/`, { redirect: 'manual' });
    assert.equal(manual.status, 302);
    await assert.rejects(net.fetch(`${url}/302?to=/ok`, { redirect: 'error' }), TypeError);
    await assert.rejects(net.fetch(`${url}/302?to=file:///etc/passwd`), TypeError);
    await assert.rejects(net.fetch('file:///etc/passwd'), TypeError);
    await assert.rejects(net.fetch('data:text/plain,x'), /not of http: or https:/u);
    const both = network([`${HOST}:${server.port}`, `localhost:${other.port}`]);
    const through = await both.fetch(`${url}/302?to=http://localhost:${other.port}/`);
    assert.equal(await through.text(), 'secret');
  });

  it('verifies certificates', async function () {
    const lacks = noOpenssl();
    needs(this, lacks === '', lacks);
    const folder = new Folder();
    closes.push(() => folder.remove());
    const files = makeCertificates(folder.path);
    const secure = await serving(
      createHttps(tlsOptions(files), (_request, response) => void response.end('secret')),
    );
    closes.push(() => secure.close());
    const net = network([`localhost:${secure.port}`, `${HOST}:${secure.port}`]);
    const ca = readFileSync(files.ca, 'utf8');
    const to = `https://localhost:${secure.port}/`;
    assert.equal(await (await net.fetch(to, { tls: { ca } })).text(), 'secret');
    await assert.rejects(net.fetch(to), {
      name: 'TypeError',
      message: /unable to verify the first certificate/u,
    });
    assert.equal((await net.fetch(`https://${HOST}:${secure.port}/`, { tls: { ca } })).status, 200);
  });

  it('has the server wait for a plugin that does not read, whatever it unpacks to', async () => {
    for (const path of ['/endless', '/bomb']) {
      const net = network();
      const response = await net.fetch(`${url}${path}`);
      assert.equal(await settled(() => net.broker.counts.bytesReceived), LIMITS.window);
      await response.body?.cancel();
      await until(() => net.broker.open === 0);
    }
  });

  it('ends with its signal, before the answer and within it', async () => {
    const net = network();
    const early = new AbortController();
    const asking = net.fetch(`${url}/never`, { signal: early.signal });
    early.abort();
    await assert.rejects(asking, { name: 'AbortError' });
    await assert.rejects(net.fetch(url, { signal: AbortSignal.abort('no') }), (error) => {
      assert.equal(error, 'no');
      return true;
    });
    const late = new AbortController();
    const response = await net.fetch(`${url}/endless`, { signal: late.signal });
    const reading = response.arrayBuffer();
    late.abort();
    await assert.rejects(reading, { name: 'AbortError' });
    await until(() => net.broker.open === 0);
  });

  it('says what went wrong', async () => {
    const net = network(undefined, { answerMs: 100 });
    await assert.rejects(net.fetch(`${url}/never`), {
      name: 'TypeError',
      message: `GET ${url}/never: Headers Timeout Error`,
    });
    const cut = await net.fetch(`${url}/cut`);
    await assert.rejects(cut.text(), /other side closed|terminated/u);
    await assert.rejects(net.fetch('not a url'), TypeError);
    const broken = ReadableStream.from(breaks());
    await assert.rejects(
      net.fetch(url, { method: 'POST', body: broken, duplex: 'half' }),
      /on purpose/u,
    );
    await until(() => net.broker.open === 0);
  });

  it('cuts a request that a plugin had not written to its end when it ended', async () => {
    const came: string[] = [];
    const taker = await http((request) => {
      request.on('data', () => came.push('data')).on('end', () => came.push('end'));
      request.on('error', () => came.push('cut'));
    });
    closes.push(async () => taker.close());
    const net = network([`${HOST}:${taker.port}`]);
    const { readable: body, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const at = `http://${HOST}:${taker.port}`;
    net.fetch(at, { method: 'POST', body, duplex: 'half' }).catch(() => {});
    await writer.write(Buffer.from('half of it'));
    await until(() => came.length > 0);
    net.close();
    await until(() => came.length > 1);
    assert.deepEqual(came, ['data', 'cut']);
  });

  it('uses connections again, and ends them with the plugin', async () => {
    const net = network();
    await until(() => server.open.size === 0);
    const used = new Set<unknown>();
    for (let i = 0; i < 20; i++) {
      await (await net.fetch(url)).text();
      for (const socket of server.open) used.add(socket);
    }
    // The next request may come before the first connection is free again.
    assert.ok(used.size <= 2, `${used.size} connections`);
    net.close();
    await until(() => server.open.size === 0);
  });
});
