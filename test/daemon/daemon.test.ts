import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buildCapture } from '../cases/support/build-capture.ts';
import { parseCapture } from '../cases/support/capture-text.ts';
import {
  CAPTURES,
  Folder,
  needsBuild,
  parseLines,
  ROOT,
  shell,
  unackd,
} from '../support/unackd.ts';
import { ask, Running } from './running.ts';

/** Ethernet, each packet once and whole. */
const PLAIN = { link: 'ethernet', format: 'pcap', doubled: 0, snapLength: 262_144 } as const;

/** Four minutes of traffic; at this speed a test sees a few seconds of it. */
const SLOW = `{ use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: 10 }`;

function bundled(name: string): string {
  return `{ use: pcap, path: ${CAPTURES}/${name}.pcap }`;
}

interface Parts {
  readonly sources?: string;
  readonly sinks?: string;
  readonly more?: string;
}

function textOf({ sources = `slow: ${SLOW}`, sinks = '', more = '' }: Parts): string {
  return `admin: { listen: unix:admin.sock }
${more}
sources:
  ${sources}
sinks:
  out: { use: jsonl, path: out.jsonl, from: [attempts, notices] }
  ${sinks}
`;
}

/** A line of Prometheus's text format, version 0.0.4. */
const SAMPLE =
  /^(?<name>[a-zA-Z_:][\w:]*)(?<labels>\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (?<value>[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|NaN)$/u;

function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Set<string>();
  for (const line of text.split('\n')) {
    const [, typed] = /^# TYPE (\S+) (?:counter|gauge)$/u.exec(line) ?? [];
    if (typed !== undefined) {
      assert.ok(!types.has(typed), line);
      types.add(typed);
    }
    if (line === '' || line.startsWith('# ')) continue;
    const groups = SAMPLE.exec(line)?.groups;
    assert.ok(groups !== undefined, line);
    assert.ok(types.has(groups['name']), `${line}: no TYPE before it`);
    const key = `${groups['name']}${groups['labels'] ?? ''}`;
    assert.ok(!samples.has(key), `${key} twice`);
    samples.set(key, Number(groups['value']));
  }
  assert.ok(text.endsWith('\n'));
  return samples;
}

/** Waits until the first source has brought so many packets. */
async function packetsFrom(socket: string, least: number): Promise<number> {
  for (;;) {
    const { body } = await ask(socket, '/status');
    const [{ packets }] = (JSON.parse(body) as { sources: { packets: number }[] }).sources;
    if (packets >= least) return packets;
  }
}

describe('daemon', () => {
  let folder: Folder;
  let config: string;
  let socket: string;
  const running: Running[] = [];
  const start = (parts: Parts = {}, env: NodeJS.ProcessEnv = {}): Running => {
    writeFileSync(config, textOf(parts));
    const daemon = new Running(config, env);
    running.push(daemon);
    return daemon;
  };
  const records = (): ReturnType<typeof parseLines> =>
    parseLines(readFileSync(folder.at('out.jsonl'), 'utf8'));

  before(function () {
    needsBuild(this);
  });
  beforeEach(() => {
    folder = new Folder();
    config = folder.at('daemon.yaml');
    socket = folder.at('admin.sock');
  });
  afterEach(async () => {
    for (const daemon of running.splice(0)) await daemon.end('SIGKILL');
    folder.remove();
  });

  it('answers on a socket for owner and group, drains at SIGTERM, and takes the socket away', async () => {
    const daemon = start();
    await daemon.says(/ info unackd: \S+ starts: .*slow \(pcap\).*out \(jsonl\)/u);
    assert.equal(statSync(socket).mode & 0o777, 0o660);
    assert.deepEqual(await ask(socket, '/healthz'), {
      status: 200,
      type: 'text/plain; charset=utf-8',
      body: 'ok\n',
    });
    assert.equal((await ask(socket, '/readyz')).body, 'ready\n');
    assert.equal((await ask(socket, '/')).status, 404);
    assert.equal((await ask(socket, '/healthz', 'POST')).status, 405);
    assert.equal((await ask(socket, '/toString')).status, 404);
    assert.equal((await ask(socket, `/${'x'.repeat(10_000)}`)).status, 431);
    assert.equal(await daemon.end('SIGTERM'), 0);
    assert.match(daemon.stderr, / info unackd: ended after .*: \d+ packets, \d+ attempts/u);
    assert.ok(!existsSync(socket));
    assert.equal(records().at(-1)?.['final'], true);
  });

  it('tells its metrics in a form that Prometheus reads', async () => {
    const quick = `quick: { use: pcap, path: ${CAPTURES}/drop.pcap }`;
    const daemon = start({ sources: `slow: ${SLOW}\n  ${quick}` });
    await daemon.says(/starts/u);
    let samples = new Map<string, number>();
    for (let n = 0; n < 50 && samples.get('unackd_source_up{source="quick"}') !== 0; n++) {
      const { body, type } = await ask(socket, '/metrics');
      assert.match(type, /^text\/plain; version=0\.0\.4/u);
      samples = samplesOf(body);
    }
    const attempts = 'unackd_attempts_total{source="quick",outcome="unanswered"}';
    assert.equal(samples.get(attempts), 1);
    assert.equal(samples.get('unackd_packets_total{source="quick"}'), 7);
    assert.equal(samples.get('unackd_table_slots{source="slow",state="capacity"}'), 1_000_000);
    assert.equal(samples.get('unackd_source_up{source="slow"}'), 1);
    for (const name of [
      'unackd_event_loop_delay_seconds{quantile="0.99"}',
      'process_resident_memory_bytes',
    ]) {
      assert.ok((samples.get(name) ?? -1) >= 0, name);
    }
  });

  it('counts handshakes whose SYN-ACK the capture lacks', async () => {
    const lines = readFileSync(join(ROOT, 'test/cases/capture-loss/capture.txt'), 'utf8');
    writeFileSync(folder.at('lossy.pcap'), buildCapture(parseCapture(lines), PLAIN));
    const daemon = start({ sources: `slow: ${SLOW}\n  lossy: { use: pcap, path: lossy.pcap }` });
    await daemon.says(/starts/u);
    let samples = new Map<string, number>();
    for (let n = 0; n < 50 && samples.get('unackd_source_up{source="lossy"}') !== 0; n++)
      samples = samplesOf((await ask(socket, '/metrics')).body);
    const of = (synAck: string): number | undefined =>
      samples.get(`unackd_handshakes_total{source="lossy",syn_ack="${synAck}"}`);
    assert.deepEqual([of('captured'), of('missing')], [36, 4]);
  });

  it('knows how late the event loop was when it is first asked', async () => {
    const daemon = start();
    await daemon.says(/starts/u);
    await packetsFrom(socket, 20);
    const samples = samplesOf((await ask(socket, '/metrics')).body);
    const worst = samples.get('unackd_event_loop_delay_seconds{quantile="1"}') ?? NaN;
    // To set everything up took a few milliseconds, at least one.
    assert.ok(worst > 0.000_1, `${worst} s`);
  });

  it('tells of a source that failed, goes on with the others, and ends with its exit code', async () => {
    const sources = `bad: { use: pcap, path: none.pcap }\n  quick: { use: pcap, path: ${CAPTURES}/drop.pcap }`;
    const daemon = start({ sources });
    assert.equal(await daemon.end(), 66);
    assert.match(daemon.stderr, / error bad: .*none\.pcap: no such file/u);
    const codes = records().map((record) => record['code'] ?? record['source']);
    assert.deepEqual(new Set(codes), new Set(['source-failed', 'quick']));
  });

  it('reads all sources that are there, whichever are not', async () => {
    const sources = `one: ${bundled('drop')}
  two: { use: pcap, path: none.pcap }
  three: ${bundled('reject')}
  four: { use: pcap, path: 'no*.pcap' }
  five: ${bundled('reject-hidden')}`;
    const daemon = start({ sources });
    assert.equal(await daemon.end(), 66);
    assert.match(daemon.stderr, / error two: .*no such file.*; the other sources go on$/mu);
    assert.match(daemon.stderr, / error four: .*no file matches.*; the other sources go on$/mu);
    assert.match(daemon.stderr, /^unackd: two: .*none\.pcap: no such file.*\n$/mu);
    const read = records().flatMap((record) => record['source'] ?? []);
    assert.deepEqual(new Set(read), new Set(['one', 'three', 'five']));
  });

  it('answers status; says so where no daemon is', async () => {
    const none = unackd(['status', '--admin', `unix:${socket}`]);
    assert.equal(none.status, 1);
    assert.match(none.stderr, /^unackd: unix:\/\S+: no daemon answers there; .*\n$/u);
    const daemon = start();
    await daemon.says(/starts/u);
    const text = unackd(['status', '--config', config]);
    assert.match(text.stdout, /^ {2}slow \(pcap\): reading, \d+ packets/mu);
    assert.equal(text.status, 0);
    const json = unackd(['status', '--admin', `unix:${socket}`, '--format', 'json']);
    const { pid, sources } = JSON.parse(json.stdout) as { pid: number; sources: unknown[] };
    assert.equal(pid, daemon.child.pid);
    assert.equal(sources.length, 1);
    assert.equal(unackd(['status']).status, 2);
    assert.equal(unackd(['status', '--admin', '8.8.8.8:53']).status, 2);
    const closed = folder.file('closed.yaml', textOf({}).replace(/^admin.*\n/u, ''));
    assert.equal(unackd(['status', '--config', closed]).status, 78);
  });

  it('has its database and socket for itself, until kill -9', async () => {
    const sinks = 'history: { use: sqlite, path: own.db, from: [attempts] }';
    const first = start({ sinks });
    await first.says(/starts/u);
    const second = unackd(['run', '--config', config]);
    assert.equal(second.status, 75);
    assert.match(second.stderr, /^unackd: .*own\.db: another unackd is running on this database;/u);
    const other = folder.file('other.yaml', textOf({}));
    const third = unackd(['run', '--config', other]);
    assert.equal(third.status, 75);
    assert.match(third.stderr, /^unackd: .*admin\.sock: another process answers there;/u);
    await first.end('SIGKILL');
    assert.ok(existsSync(socket));
    const next = start({ sinks });
    await next.says(/starts/u);
    assert.equal((await ask(socket, '/readyz')).status, 200);
    assert.equal(await next.end('SIGTERM'), 0);
  });

  it('answers on a loopback port to who names it so, and to no page that made its name mean it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    writeFileSync(config, textOf({}).replace('unix:admin.sock', `127.0.0.1:${port}`));
    const daemon = new Running(config);
    running.push(daemon);
    await daemon.says(/starts/u);
    const line = 'curl -s -H "Host: $1" "http://127.0.0.1:$2/healthz"';
    for (const [host, said] of [
      [`127.0.0.1:${port}`, 'ok\n'],
      ['localhost', 'ok\n'],
      ['evil.example', 'ask by a loopback address\n'],
      ['localhost.evil.example', 'ask by a loopback address\n'],
    ]) {
      assert.equal(shell(line, [host, String(port)]).stdout, said, host);
    }
    assert.equal(unackd(['status', '-c', config]).status, 0);
  });

  it('leaves a file alone that is no socket', () => {
    writeFileSync(socket, 'precious');
    writeFileSync(config, textOf({}));
    assert.equal(unackd(['run', '--config', config]).status, 74);
    assert.equal(readFileSync(socket, 'utf8'), 'precious');
  });

  it('refuses a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    writeFileSync(config, textOf({}).replace('unix:admin.sock', `127.0.0.1:${port}`));
    const { status, stderr } = unackd(['run', '--config', config]);
    server.close();
    assert.equal(status, 75, stderr);
  });

  describe('at SIGHUP', () => {
    it('changes nothing where the configuration is wrong, and says all faults', async () => {
      const daemon = start();
      await daemon.says(/starts/u);
      writeFileSync(config, textOf({ more: 'flow: { tabel: 5 }\nlogg: {}' }));
      daemon.signal('SIGHUP');
      await daemon.says(/SIGHUP: .*nothing is changed/u);
      assert.match(daemon.stderr, /error unackd: .*:2:9 error unknown-key: 'tabel'/u);
      assert.match(daemon.stderr, /error unackd: .*:3:1 error unknown-key: 'logg'/u);
      assert.match((await ask(socket, '/status')).body, /"ok":false/u);
      assert.equal(await daemon.end('SIGTERM'), 0);
    });

    it('changes nothing where a sink can not be opened', async () => {
      const daemon = start();
      await daemon.says(/starts/u);
      writeFileSync(config, textOf({ sinks: 'more: { use: jsonl, path: none/x.jsonl }' }));
      daemon.signal('SIGHUP');
      await daemon.says(/error unackd: SIGHUP: .* nothing is changed: more: .*folder/u);
      assert.equal((await ask(socket, '/readyz')).status, 200);
      assert.equal(await daemon.end('SIGTERM'), 0);
    });

    it('keeps what is declared as before, and starts what is new', async () => {
      const daemon = start();
      await daemon.says(/starts/u);
      const before = await packetsFrom(socket, 20);
      const quick = `quick: { use: pcap, path: ${CAPTURES}/drop.pcap }`;
      const sinks = 'two: { use: jsonl, path: two.jsonl, from: [attempts] }';
      writeFileSync(config, textOf({ sources: `slow: ${SLOW}\n  ${quick}`, sinks }));
      daemon.signal('SIGHUP');
      const line = await daemon.says(/SIGHUP: .*read again/u);
      assert.match(line, /added quick, two; kept slow, /u);
      await packetsFrom(socket, before + 100);
      assert.equal(await daemon.end('SIGTERM'), 0);
      const one = records().filter(
        (record) => record['type'] === 'attempt' && record['source'] === 'slow',
      );
      const two = parseLines(readFileSync(folder.at('two.jsonl'), 'utf8'));
      const ends = two.filter((record) => record['source'] === 'slow' && record['final'] === true);
      // The source went on, not from its start: nothing is told twice.
      assert.ok(ends.length > 0);
      const finals = one
        .filter((record) => record['final'] === true)
        .map((record) => JSON.stringify(record));
      assert.equal(new Set(finals).size, finals.length);
      assert.ok(two.some((record) => record['source'] === 'quick'));
    });

    it('leaves standard output open, also where it is a file', () => {
      writeFileSync(
        config,
        textOf({ sinks: "shown: { use: jsonl, path: '-', from: [attempts] }" }),
      );
      const { status, stderr } = shell(
        '$U run --config $1 >$2 & sleep 1.5; kill -HUP $!; sleep 1; kill $!; wait $!',
        [config, folder.at('shown.jsonl')],
      );
      assert.match(stderr, /SIGHUP: .*read again/u);
      assert.equal(status, 0, stderr);
    });

    it('opens files again that were moved away', async () => {
      const daemon = start();
      await daemon.says(/starts/u);
      await packetsFrom(socket, 20);
      renameSync(folder.at('out.jsonl'), folder.at('out.jsonl.1'));
      daemon.signal('SIGHUP');
      await daemon.says(/read again: kept slow, /u);
      assert.ok(existsSync(folder.at('out.jsonl')));
      assert.equal(await daemon.end('SIGTERM'), 0);
      assert.ok(parseLines(readFileSync(folder.at('out.jsonl.1'), 'utf8')).length > 0);
    });

    it('begins a source again that is declared otherwise', async () => {
      const daemon = start();
      await daemon.says(/starts/u);
      writeFileSync(config, textOf({ sources: `slow: ${SLOW.replace('speed: 10', 'speed: 0')}` }));
      daemon.signal('SIGHUP');
      await daemon.says(/read again: changed slow; kept /u);
      assert.equal(await daemon.end(), 0);
      assert.ok(records().length > 100);
    });
  });

  it('logs JSON where that is asked for', async () => {
    const json = start({ more: 'log: { format: json }' });
    await json.says(/starts/u);
    assert.equal(await json.end('SIGTERM'), 0);
    const lines = json.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines) {
      const keys = Object.keys(JSON.parse(line) as object);
      assert.deepEqual(keys, ['level', 'time', 'component', 'msg']);
    }
  });

  it('gives the journal priorities instead of times', () => {
    writeFileSync(
      config,
      textOf({
        sources: `bad: { use: pcap, path: none }\n  quick: { use: pcap, path: ${CAPTURES}/drop.pcap }`,
      }),
    );
    const line = 'JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$U" run -c "$1"';
    const { stderr } = shell(line, [config]);
    assert.match(stderr, /^<6>unackd: \S+ starts: /u);
    assert.match(stderr, /^<3>bad: .*no such file/mu);
    const other = shell(`JOURNAL_STREAM=1:2 exec "$U" run -c "$1"`, [config]);
    assert.match(other.stderr, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info unackd: /u);
  });
});
