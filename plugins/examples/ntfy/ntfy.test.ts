import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Sink } from 'unackd';
import { incident, trySink } from 'unackd/testing';
import plugin from './ntfy.ts';

async function deliver(to: Sink, message = incident()): Promise<void> {
  await to.deliver?.(message, { id: 'm1', signal: new AbortController().signal });
}

describe('ntfy', () => {
  let server: Server;
  let port = 0;
  let status = 200;
  let asked: { request: IncomingMessage; body: string }[] = [];

  beforeEach(async () => {
    status = 200;
    asked = [];
    server = createServer(async (request, response) => {
      asked.push({ request, body: await text(request) });
      response.writeHead(status, { 'retry-after': '7' }).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function sink(net: readonly string[] = [`localhost:${port}`], token?: string): Sink {
    const options = {
      url: `http://localhost:${port}/ops`,
      ...(token === undefined ? {} : { token }),
    };
    return trySink(plugin, options, process.cwd(), net);
  }

  it('says what fires, and what is resolved', async () => {
    const to = sink(undefined, 'tk_secret');
    await deliver(to);
    await deliver(to, incident({ lasts: 60 }));
    const [firing, resolved] = asked;
    assert.equal(firing.request.method, 'POST');
    assert.equal(firing.request.url, '/ops');
    assert.equal(firing.request.headers['title'], 'black-hole at 10.1.0.1:8000');
    assert.equal(firing.request.headers['priority'], 'high');
    assert.equal(firing.request.headers['authorization'], 'Bearer tk_secret');
    assert.match(firing.body, /^black-hole at 10\.1\.0\.1:8000 since 2026-/);
    assert.equal(resolved.request.headers['title'], 'resolved: black-hole at 10.1.0.1:8000');
  });

  const answers: readonly (readonly [status: number, name: string])[] = [
    [503, 'RetryLater'],
    [429, 'RetryLater'],
    [400, 'Refused'],
    [403, 'Gone'],
  ];
  for (const [code, name] of answers) {
    it(`takes an answer of ${code} for ${name}`, async () => {
      status = code;
      await assert.rejects(deliver(sink()), { name, message: new RegExp(`${code}`) });
    });
  }

  it('waits as long as it is asked to', async () => {
    status = 429;
    await assert.rejects(deliver(sink()), { after: 7 });
  });

  it('says what to grant', async () => {
    await assert.rejects(deliver(sink([])), {
      name: 'RetryLater',
      message: new RegExp(`to grant it: permissions: \\{ net: \\['localhost:${port}'\\] \\}$`),
    });
    assert.deepEqual(asked, []);
  });
});
