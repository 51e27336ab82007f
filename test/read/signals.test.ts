import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { linkSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { floodOf } from './flood.ts';
import { CAPTURES, Folder, needsBuild, parseLines, shell, UNACKD } from '../support/unackd.ts';

/** Time for the process to start and to take what is there; ten times what it needs. */
const STARTED_MS = 700;

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the (last) signal to the end. */
  readonly after: number;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(UNACKD, args, { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Sends signals, `pause` milliseconds apart, and waits for the end. */
async function stop(
  child: ChildProcess,
  signals: readonly NodeJS.Signals[],
  pause = 0,
): Promise<End> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  }
  const ended = new Promise<Pick<End, 'code' | 'signal'>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  let from = 0;
  for (const [i, signal] of signals.entries()) {
    if (i > 0) await sleep(pause);
    from = performance.now();
    child.kill(signal);
  }
  const end = await ended;
  return { ...end, ...text, after: performance.now() - from };
}

describe('read: signals', () => {
  const folder = new Folder();
  const drop = readFileSync(join(CAPTURES, 'drop.pcap'));
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  it('Ctrl-C in the middle of a file ends at once; its shell sees 130', async () => {
    // 16 million SYNs: more than is read in the time.
    const path = folder.file('big.pcap', floodOf(400_000, 10));
    const links = Array.from({ length: 40 }, (_, i) => `${path}.${i}`);
    for (const link of links) linkSync(path, link);
    const child = start(['read', ...links]);
    await sleep(STARTED_MS);
    const { signal, stdout, stderr, after } = await stop(child, ['SIGINT']);
    assert.equal(signal, 'SIGINT');
    assert.equal(stdout, '');
    assert.equal(stderr, '');
    assert.ok(after < 300, `${after} ms`);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} while a live pipe is read shows what came until then`, async () => {
      const child = start(['read', '--format', 'jsonl', '-']);
      child.stdin?.write(drop);
      await sleep(STARTED_MS);
      const { code, stdout, stderr, after } = await stop(child, [signal]);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.deepEqual(
        parseLines(stdout).map(({ type }) => type),
        ['attempt', 'endpoint'],
      );
      assert.ok(after < 2000, `${after} ms`);
    });
  }

  it('takes what a capturing program writes out as it ends', async () => {
    const child = start(['read', '--format', 'jsonl', '-']);
    child.stdin?.write(drop.subarray(0, 200));
    await sleep(STARTED_MS);
    setTimeout(() => child.stdin?.end(drop.subarray(200)), 100);
    const { code, stdout, after } = await stop(child, ['SIGINT']);
    assert.equal(code, 0);
    assert.equal(parseLines(stdout)[0]['syns'], 7);
    assert.ok(after < 450, `${after} ms: the end of the input is the end`);
  });

  it('a second Ctrl-C ends at once', async () => {
    const child = start(['read', '-']);
    child.stdin?.write(drop);
    await sleep(STARTED_MS);
    const { signal, stdout, after } = await stop(child, ['SIGINT', 'SIGINT'], 200);
    assert.equal(signal, 'SIGINT');
    assert.equal(stdout, '');
    assert.ok(after < 300, `${after} ms`);
  });

  it('a named pipe that nobody writes to can be left', async () => {
    const path = folder.at('pipe');
    assert.equal(shell('mkfifo "$1"', [path]).status, 0);
    const child = start(['read', path]);
    await sleep(STARTED_MS);
    const { code, stdout } = await stop(child, ['SIGINT']);
    assert.equal(code, 0);
    assert.match(stdout, /no attempt: no SYN was seen/u);
  });
});
