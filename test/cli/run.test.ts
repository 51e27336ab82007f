import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '../support/needs.ts';
import type { JsonRecord } from '../support/read-records.ts';
import {
  CAPTURES,
  Folder,
  needsBuild,
  parseLines,
  shell,
  unackd,
  UNACKD,
} from '../support/unackd.ts';

const TOPICS = '[attempts, endpoints, notices]';

function configuration(source: string, sink: string): string {
  return `log: { level: error }\nsources:\n  taken: { use: pcap, ${source} }\nsinks:\n  out: { ${sink}, from: ${TOPICS} }\n`;
}

const DROP = `path: ${CAPTURES}/drop.pcap`;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly after: number;
}

/** Runs a configuration, sends signals at these times (milliseconds), waits for the end. */
async function interrupted(
  config: string,
  signals: readonly (readonly [at: number, signal: NodeJS.Signals])[],
): Promise<Ended> {
  const child = spawn(UNACKD, ['run', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  let now = 0;
  for (const [at, signal] of signals) {
    await sleep(at - now);
    now = at;
    child.kill(signal);
  }
  const from = performance.now();
  return { ...(await ended), stderr, after: performance.now() - from };
}

describe('run', () => {
  const folder = new Folder();
  let count = 0;
  const write = (text: string): string => folder.file(`${count++}.yaml`, text);
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  it('ends with 0 when all sources have ended and the sinks have everything', () => {
    const path = folder.at('all.jsonl');
    const { status, stdout, stderr } = unackd([
      'run',
      '--config',
      write(configuration(DROP, `use: jsonl, path: ${path}`)),
    ]);
    assert.equal(stdout + stderr, '');
    assert.equal(status, 0);
    const records = parseLines(readFileSync(path, 'utf8'));
    const last = records.findLast(({ type }) => type === 'attempt');
    assert.equal(last?.['final'], true);
    assert.equal(last?.['syns'], 7);
    assert.equal(last?.['source'], 'taken');
    assert.equal(records.at(-1)?.['type'], 'endpoint');
  });

  it('writes to standard output: `-`', () => {
    const config = write(configuration(DROP, "use: jsonl, path: '-'"));
    const whole = unackd(['run', '-c', config]);
    assert.equal(parseLines(whole.stdout).at(-1)?.['type'], 'endpoint');
    const early = shell('"$U" run -c "$1" | head -1 | cut -c1-16; echo "${PIPESTATUS[@]}"', [
      config,
    ]);
    assert.equal(early.stdout, '{"type":"attempt\n0 0 0\n');
    assert.equal(early.stderr, '');
    const full = shell('"$U" run -c "$1" >/dev/full', [config]);
    assert.match(
      full.stderr,
      /^unackd: out: standard output: no space was left for \d+ lines: .*\n$/mu,
    );
    assert.equal(full.status, 74);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal} drains: what was read is brought to its end, and 0`, async () => {
      const path = folder.at(`${signal}.jsonl`);
      const database = folder.at(`${signal}.db`);
      const config = write(`sources:
  live: { use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: 1 }
sinks:
  out: { use: jsonl, path: ${path}, from: ${TOPICS} }
  history: { use: sqlite, path: ${database}, from: ${TOPICS} }
`);
      const { code, stderr, after } = await interrupted(config, [[2500, signal]]);
      assert.equal(code, 0, stderr);
      assert.match(
        stderr,
        new RegExp(` info unackd: ${signal}: draining; once more ends at once\n`, 'u'),
      );
      assert.ok(after < 2000, `${after} ms`);
      const records = parseLines(readFileSync(path, 'utf8'));
      const attempts = new Map<string, JsonRecord>();
      for (const record of records) {
        if (record['type'] === 'attempt') attempts.set(JSON.stringify(record['client']), record);
      }
      // Some two seconds of the capture's four minutes: a few attempts, each with its last word.
      assert.ok(attempts.size > 0 && attempts.size < 60, `${attempts.size} attempts`);
      for (const attempt of attempts.values()) assert.equal(attempt['final'], true);
      const endpoints = records.filter(({ type }) => type === 'endpoint');
      const counted = endpoints
        .flatMap(({ attempts: of }) => Object.values(of as Record<string, number>))
        .reduce((sum, n) => sum + n, 0);
      assert.equal(counted, attempts.size);
    });
  }

  it('a second signal ends at once', async () => {
    // A receiver that is away, which must be told that the outbox is in memory: the first signal waits for it.
    const config = write(`sources:
  live: { use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: 1 }
sinks:
  ops: { use: webhook, url: 'http://127.0.0.1:9/', from: [notices] }
`);
    const { signal, stderr, after } = await interrupted(config, [
      [1500, 'SIGTERM'],
      [2000, 'SIGTERM'],
    ]);
    assert.match(stderr, /SIGTERM: draining/u);
    assert.equal(signal, 'SIGTERM');
    assert.ok(after < 300, `${after} ms`);
  });

  it('names the sink that can not be opened', function () {
    const missing = unackd([
      'run',
      '-c',
      write(configuration(DROP, `use: jsonl, path: ${folder.at('none/out.jsonl')}`)),
    ]);
    assert.match(missing.stderr, /^unackd: out: .*the folder .* does not exist: .*\n$/u);
    assert.equal(missing.status, 74);
    const sqlite = unackd([
      'run',
      '-c',
      write(configuration(DROP, `use: sqlite, path: ${folder.at('none/history.db')}`)),
    ]);
    assert.match(sqlite.stderr, /^unackd: out: .*the folder .* does not exist: .*\n$/u);
    assert.equal(sqlite.status, 74);

    needs(this, process.getuid?.() === 0, 'not root: no other user to become');
    mkdirSync(folder.at('ours'), { mode: 0o755 });
    chmodSync(folder.path, 0o755);
    const line = 'setpriv --reuid=65534 --regid=65534 --clear-groups "$U" run -c "$1"';
    const denied = shell(line, [
      write(configuration(DROP, `use: jsonl, path: ${folder.at('ours/out.jsonl')}`)),
    ]);
    needs(this, denied.status !== 127, 'no setpriv');
    assert.match(denied.stderr, /^unackd: out: .*no permission to write there: .*\n$/u);
    assert.equal(denied.status, 77);
  });

  it('names the source whose file is missing, or none', () => {
    const missing = unackd([
      'run',
      '-c',
      write(configuration('path: nothing.pcap', "use: jsonl, path: '-'")),
    ]);
    assert.match(missing.stderr, /^unackd: taken: .*\/nothing\.pcap: no such file; .*\n$/u);
    assert.equal(missing.status, 66);
    const text = folder.file('text.pcap', 'no capture at all');
    const foreign = unackd([
      'run',
      '-c',
      write(configuration(`path: ${text}`, "use: jsonl, path: '-'")),
    ]);
    assert.match(foreign.stderr, /^unackd: taken: .*text\.pcap: looks like text; .*\n$/u);
    assert.equal(foreign.status, 65);
  });

  it('shows warnings and runs', () => {
    const config = write(
      `${configuration(DROP, "use: jsonl, path: '-'")}analysers:\n  unheard: { use: retry-schedule, from: [taken] }\n`.replace(
        TOPICS,
        '[taken]',
      ),
    );
    const { status, stdout, stderr } = unackd(['run', '-c', config]);
    assert.match(stderr, /warning unused: nobody reads 'unheard'/u);
    assert.notEqual(stdout, '');
    assert.equal(status, 0);
  });

  it('wants a configuration', () => {
    const { status, stderr } = unackd(['run']);
    assert.equal(stderr, 'unackd: --config is missing (see `unackd run --help`)\n');
    assert.equal(status, 2);
    const missing = unackd(['run', '--config', join(folder.path, 'none.yaml')]);
    assert.match(missing.stderr, /^unackd: .*none\.yaml: no such file; .*\n$/u);
    assert.equal(missing.status, 66);
  });
});
