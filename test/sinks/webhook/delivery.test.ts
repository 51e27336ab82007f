import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import plugin from '../../../plugins/sinks/webhook/plugin.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { makeCertificates, noOpenssl, tlsOptions } from '../../delivery/authority.ts';
import { component, configOf, database } from '../../delivery/pipeline.ts';
import { answer, numberIn, Receiver, withReceiver } from '../../delivery/receiver.ts';
import type { Behaviour } from '../../delivery/receiver.ts';
import { needs } from '../../support/needs.ts';
import { withFolder } from '../places.ts';
import { query } from '../sqlite/database.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Run {
  readonly log: string[];
  readonly path: string;
}

/** Runs incidents 0 to n - 1 into a webhook. */
async function run(
  folder: string,
  to: number,
  options: Record<string, unknown>,
  from = 0,
): Promise<Run> {
  const log: string[] = [];
  const path = join(folder, 'unackd.db');
  const sinks = [component('hook', plugin, options), database(path)];
  await new Engine(configOf({ from, to, sinks }), {
    log: (id, level, text) => log.push(`${level} ${id}: ${text}`),
  }).run();
  return { log, path };
}

const asDate = (): string => new Date(Date.now() + 2500).toUTCString();
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The receiver behaves so at first, and takes what comes after that. */
function first(n: number, behaviour: Behaviour): Behaviour {
  return (response, call, i) => (i <= n ? behaviour : answer(204))(response, call, i);
}

describe('webhook: delivery', () => {
  it('signs as Standard Webhooks wants it', async () => {
    await withReceiver(async (receiver) => {
      await withFolder(async (folder) => {
        await run(folder, 2, { url: receiver.url, secret: SECRET });
        assert.equal(receiver.calls.length, 2);
        for (const { text, headers } of receiver.calls) {
          const verified = new Webhook(SECRET).verify(text, headers as Record<string, string>);
          assert.deepEqual(verified, JSON.parse(text));
          assert.equal(headers['content-type'], 'application/json');
        }
        const [{ body }] = receiver.calls;
        assert.equal(body.type, 'incident.firing');
        assert.equal(body.timestamp, '2026-09-21T14:13:23.500000Z');
        assert.equal((body.data as { id: string }).id, 'i-0');
      });
    });
  });

  it('tries again after 500, 503, 408, 425 and a cut connection: same id, nothing overtakes', async () => {
    const ways: Behaviour[] = [
      answer(500),
      answer(503, { 'retry-after': '0' }),
      answer(408),
      answer(425),
      (response) => response.destroy(),
      (response) => {
        response.writeHead(500, { 'content-length': '1000' });
        response.write('half an ans');
        response.destroy();
      },
    ];
    for (const way of ways) {
      await withReceiver(async (receiver) => {
        await withFolder(async (folder) => {
          receiver.behave = first(1, way);
          const { log } = await run(folder, 3, { url: receiver.url });
          assert.deepEqual(receiver.calls.map(numberIn), [0, 0, 1, 2]);
          const ids = receiver.calls.map(({ headers }) => headers['webhook-id']);
          assert.equal(ids[0], ids[1]);
          assert.equal(new Set(ids).size, 3);
          assert.match(log[0], /^warn hook: 127\.0\.0\.1:\d+/);
        });
      });
    }
  }).timeout(30_000);

  it('honours Retry-After, in seconds and as a date', async () => {
    for (const [after, least] of [
      [() => '1', 990],
      [asDate, 1400],
    ] as const) {
      await withReceiver(async (receiver) => {
        await withFolder(async (folder) => {
          receiver.behave = first(1, (response) =>
            answer(429, { 'retry-after': after() })(response, receiver.calls[0], 1),
          );
          await run(folder, 1, { url: receiver.url });
          const [one, two] = receiver.calls;
          const waited = two.at - one.at;
          assert(waited >= least && waited < 4000, `${waited} ms`);
        });
      });
    }
  });

  it('gives up on an answer that does not come, and tries again', async () => {
    await withReceiver(async (receiver) => {
      await withFolder(async (folder) => {
        receiver.behave = first(1, () => {});
        const { log } = await run(folder, 2, { url: receiver.url, timeout: 300_000 });
        assert.deepEqual(receiver.calls.map(numberIn), [0, 0, 1]);
        assert.match(log[0], /gave no answer in 0\.3 s; trying again/);
      });
    });
  });

  it('takes a 2xx whose body never ends for what it says', async () => {
    await withReceiver(async (receiver) => {
      await withFolder(async (folder) => {
        receiver.behave = (response) => {
          response.writeHead(200);
          const pour = (): void => {
            while (!response.destroyed && response.write(Buffer.alloc(16_384)));
          };
          response.on('drain', pour);
          pour();
        };
        await run(folder, 2, { url: receiver.url });
        assert.deepEqual(receiver.calls.map(numberIn), [0, 1]);
      });
    });
  });

  it('sets a message aside at 400 and at a redirect, and goes on', async () => {
    const ways: [Behaviour, RegExp][] = [
      [answer(400, {}, 'no such\nfield'), /answered 400 \(no such field\): this won't change/],
      [
        answer(302, { location: 'http://127.0.0.1:1/secret' }),
        /a redirect to http:\/\/127\.0\.0\.1:1, which is not followed/,
      ],
    ];
    for (const [way, reason] of ways) {
      await withReceiver(async (receiver) => {
        await withFolder(async (folder) => {
          receiver.behave = first(1, way);
          const { path } = await run(folder, 3, { url: receiver.url });
          assert.deepEqual(receiver.calls.map(numberIn), [0, 1, 2]);
          const [row] = query(path, 'SELECT reason FROM outbox_refused');
          assert.match(String(row.reason), reason);
        });
      });
    }
  });

  it('stops at 410', async () => {
    await withReceiver(async (receiver) => {
      await withFolder(async (folder) => {
        receiver.behave = answer(410);
        const { log } = await run(folder, 3, { url: receiver.url });
        assert.equal(receiver.calls.length, 1);
        assert.match(log[0], /^error hook: 127\.0\.0\.1:\d+ answered 410: the receiver is gone/);
      });
    });
  });

  it('tells a receiver that was away everything, in order', async () => {
    const receiver = await new Receiver().listen();
    const { port, url } = receiver;
    await receiver.close();
    await withFolder(async (folder) => {
      const back = new Receiver();
      const opened = sleep(1500).then(() => back.listen(port));
      const { log } = await run(folder, 10, { url });
      await opened;
      await back.close();
      assert.deepEqual(back.calls.map(numberIn), upTo(10));
      assert.match(log[0], /ECONNREFUSED/);
      assert.match(log.at(-1) ?? '', /is back/);
    });
  });

  it('never shows a secret, even if the receiver repeats it', async () => {
    await withReceiver(async (receiver) => {
      await withFolder(async (folder) => {
        receiver.behave = (response, { headers }) =>
          response.writeHead(400).end(`bad ${headers.authorization}`);
        const { log } = await run(folder, 1, {
          url: receiver.url,
          headers: ['Authorization: Bearer hunter2'],
          secret: SECRET,
        });
        assert.equal(receiver.calls[0].headers.authorization, 'Bearer hunter2');
        assert(!log.join('\n').includes('hunter2'), log.join('\n'));
        assert.match(log[0], /bad \*\*\*/);
      });
    });
  });

  it('verifies TLS, with an authority of your own', async function () {
    const reason = noOpenssl();
    needs(this, reason === '', reason);
    this.timeout(40_000);
    await withFolder(async (folder) => {
      const certificates = makeCertificates(folder);
      await withReceiver(async (receiver) => {
        await run(folder, 2, { url: receiver.url, ca: certificates.ca });
        assert.deepEqual(receiver.calls.map(numberIn), [0, 1]);
        const { log } = await run(folder, 3, { url: receiver.url }, 2);
        assert.equal(receiver.calls.length, 2, 'nothing is sent to who can be anybody');
        assert.match(log[0], /certificate can't be verified \(\w+\): set 'ca'/);
        assert.match(log.at(-1) ?? '', /failed for 15 s: 1 message for it kept/);
      }, tlsOptions(certificates));
    });
  });
});
