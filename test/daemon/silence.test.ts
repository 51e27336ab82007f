import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { SilenceRecord } from '../../src/daemon/orders.ts';
import type { Status } from '../../src/daemon/state.ts';
import { Receiver } from '../delivery/receiver.ts';
import { CAPTURES, Folder, needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { ask, Running } from './running.ts';

/** Its port black-holes from second 61 to 165: at this speed from 1.2 s to 3.3 s. */
const PACED = `{ use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: 50 }`;
/** From 3 s to 8 s: time enough for commands that must meet it firing. */
const SLOWER = `{ use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: 20 }`;

/** The whole capture. */
const MEANWHILE = ['--from', '2026-09-21T14:00:00Z', '--until', '2026-09-21T15:00:00Z'];

/** Posts as somebody else's program would. @returns the status */
async function post(socketPath: string, headers: Record<string, string>): Promise<number> {
  const asking = request({ socketPath, path: '/silences', method: 'POST', headers, agent: false });
  asking.end('{}');
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

describe('silence and ack', () => {
  let folder: Folder;
  let receiver: Receiver;
  let socket: string;
  const running: Running[] = [];

  const start = async (source = PACED): Promise<Running> => {
    writeFileSync(
      folder.at('daemon.yaml'),
      `admin: { listen: unix:admin.sock }
sources: { shop: ${source} }
sinks:
  history: { use: sqlite, path: unackd.db, from: [incidents] }
  hook: { use: webhook, url: '${receiver.url}', from: [incidents] }
  lines: { use: jsonl, path: out.jsonl, from: [incidents] }
names: { '10.1.0.1:8000': shop }
`,
    );
    const daemon = new Running(folder.at('daemon.yaml'));
    running.push(daemon);
    await daemon.says(/ info unackd: \S+ starts/u);
    return daemon;
  };
  const run = (...words: string[]): string => {
    const { status, stdout, stderr } = unackd([...words, '--admin', `unix:${socket}`]);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    return stdout;
  };
  const refused = (message: RegExp, ...words: string[]): void => {
    const { status, stdout, stderr } = unackd([...words, '--admin', `unix:${socket}`]);
    assert.match(stderr, message);
    assert.equal(stdout, '');
    assert.equal(status, 2);
  };
  const status = async (): Promise<Status> =>
    JSON.parse((await ask(socket, '/status')).body) as Status;
  const firing = async (): Promise<Status['incidents']['list'][number]> => {
    for (;;) {
      const { incidents } = await status();
      if (incidents.list.length > 0) return incidents.list[0];
    }
  };
  const told = (): string[] => receiver.calls.map(({ body }) => String(body['type']));
  const recorded = (): (readonly unknown[])[] =>
    parseLines(readFileSync(folder.at('out.jsonl'), 'utf8')).map((record) => [
      record['state'],
      record['silenced_by'],
    ]);

  before(function () {
    needsBuild(this);
  });
  beforeEach(async () => {
    folder = new Folder();
    socket = folder.at('admin.sock');
    receiver = await new Receiver().listen();
  });
  afterEach(async () => {
    for (const daemon of running.splice(0)) await daemon.end('SIGKILL');
    await receiver.close();
    folder.remove();
  });

  it('keeps an incident from people that comes and goes, and records it', async () => {
    const daemon = await start();
    const set = run('silence', '--server', '10.1.0.0/24', ...MEANWHILE, '--by', 'ana');
    const [, id] = /^([0-9a-f]{8}) holds: 10\.1\.0\.0\/24, .*, by ana$/mu.exec(set) ?? [];
    assert.ok(id !== undefined, set);
    assert.equal((await firing()).silenced_by, id);
    assert.equal(await daemon.end(), 0);
    assert.deepEqual(told(), []);
    assert.deepEqual(recorded(), [
      ['firing', id],
      ['resolved', id],
    ]);
    const { stdout } = unackd(['incidents', '--db', folder.at('unackd.db')]);
    assert.match(stdout, new RegExp(`silenced by ${id}`, 'u'));
  });

  it('tells what still fires when a silence is ended by hand', async () => {
    const daemon = await start();
    run('silence', '--port', '8000', ...MEANWHILE);
    const { silenced_by: id } = await firing();
    assert.ok(id !== null);
    assert.equal(run('silence', 'end', id.slice(0, 4)), `${id} ended\n`);
    assert.equal(run('silence', 'list'), 'no silence is set\n');
    assert.equal(await daemon.end(), 0);
    assert.deepEqual(told(), ['incident.firing', 'incident.resolved']);
    assert.deepEqual(recorded(), [
      ['firing', id],
      ['firing', undefined],
      ['resolved', undefined],
    ]);
  });

  it('forgets neither silences nor acknowledgements when it is killed', async () => {
    const daemon = await start(SLOWER);
    run('silence', '--kind', 'refusing', '--for', '2h', '--comment', 'tests');
    const { id, name } = await firing();
    assert.equal(name, 'shop');
    assert.match(
      run('ack', id.slice(0, 6), '--by', 'ana', '--comment', 'on it'),
      new RegExp(`^${id} acknowledged by ana: on it\n`, 'u'),
    );
    await daemon.end('SIGKILL');
    await start(SLOWER);
    const list = JSON.parse(run('silence', 'list', '--format', 'json')) as SilenceRecord[];
    assert.deepEqual(
      list.map(({ kinds, comment }) => ({ kinds, comment })),
      [{ kinds: ['refusing'], comment: 'tests' }],
    );
    assert.equal((await firing()).acknowledged?.by, 'ana');
    assert.match(
      run('status'),
      /black-hole 10\.1\.0\.1:8000 \(shop\).*acknowledged by ana: on it/u,
    );
    const { stdout } = unackd(['incidents', '--db', folder.at('unackd.db')]);
    assert.match(stdout, /acknowledged by ana: on it/u);
  });

  it('says that a silence by the clock does not hold for a capture', async () => {
    await start();
    await firing();
    const set = run('silence', '--all', '--for', '1h');
    assert.match(set, /(?:to come|over): everything/u);
    assert.match(set, /note: shop reads a capture, whose time is 2026-09-21T14:1\S+ by now/u);
  });

  it('refuses what can not be understood, and does nothing', async () => {
    await start();
    refused(
      /'10\.1\.0' is no address and no network/u,
      'silence',
      '--server',
      '10.1.0',
      '--for',
      '1h',
    );
    refused(/'70000' is no port/u, 'silence', '--port', '70000', '--for', '1h');
    refused(/no source 'eth9'; there are shop/u, 'silence', '--source', 'eth9', '--for', '1h');
    refused(/say which incidents/u, 'silence', '--for', '1h');
    refused(/say how long/u, 'silence', '--all');
    refused(/--for wants a duration such as .*, not 'long'/u, 'silence', '--all', '--for', 'long');
    refused(/before it begins; --until 2h is that long ago/u, 'silence', '--all', '--until', '2h');
    refused(/it would end before it begins/u, 'silence', '--all', '--until', '2020-01-01');
    refused(/no silence 'abc' was set/u, 'silence', 'end', 'abc');
    refused(/no incident 'abc' is firing/u, 'ack', 'abc');
    assert.equal(run('silence', 'list'), 'no silence is set\n');
  });

  it('takes no orders from a web page', async () => {
    await start();
    const json = { 'content-type': 'application/json' };
    assert.equal(await post(socket, { ...json, origin: 'http://evil.example' }), 403);
    assert.equal(await post(socket, { 'content-type': 'text/plain' }), 403);
    assert.equal(await post(socket, json), 400);
    assert.equal(run('silence', 'list'), 'no silence is set\n');
  });
});
