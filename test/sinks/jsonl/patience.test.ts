import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import plugin from '../../../plugins/sinks/jsonl/plugin.ts';
import { needs } from '../../support/needs.ts';
import { createSink } from '../drive.ts';
import { isOutputError } from '../faults.ts';
import { attempt, notice } from '../messages.ts';
import { noMounts, withFolder, withTmpfs } from '../places.ts';

interface Line {
  readonly type: string;
  readonly text?: string;
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** A kibibyte each, and numbered. */
const numbered = (n: number) => notice({ text: `${n} ${'x'.repeat(1000)}` });

const numbers = (lines: readonly Line[]): number[] =>
  lines.filter(({ type }) => type === 'notice').map(({ text }) => Number(text?.split(' ')[0]));

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('jsonl: a full disk', function () {
  before(function () {
    const reason = noMounts();
    needs(this, reason === '', reason);
  });

  it('is said and survived; what waited follows in order when there is room', async () => {
    await withTmpfs('size=256k', async (disk) => {
      const path = join(disk, 'out.jsonl');
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(150_000));
      const log: string[] = [];
      const sink = createSink(
        plugin,
        { path },
        { log: (level, text) => log.push(`${level}: ${text}`) },
      );
      for (let n = 0; n < 200; n++) {
        sink.notice?.(numbered(n));
        await sink.flush?.();
      }
      assert.deepEqual(sink.health?.(), { failing: true, lost: 0 });
      assert.equal(log.length, 1, 'said once');
      assert.match(
        log[0],
        /^error: .*out\.jsonl: no space left.*; lines wait until there is room$/,
      );
      assert.deepEqual(
        numbers(linesOf(readFileSync(path, 'utf8'))),
        upTo(numbers(linesOf(readFileSync(path, 'utf8'))).length),
      );
      rmSync(join(disk, 'ballast'));
      await sleep(1050);
      await sink.flush?.();
      assert.deepEqual(log.slice(1), ['info: can be written again']);
      assert.deepEqual(sink.health?.(), { failing: false, lost: 0 });
      sink.notice?.(numbered(200));
      await sink.close?.();
      assert.deepEqual(numbers(linesOf(readFileSync(path, 'utf8'))), upTo(201));
    });
  });

  it('costs attempts before anything else, counted, and then the exit code 74', async () => {
    await withTmpfs('size=64k', async (disk) => {
      const path = join(disk, 'out.jsonl');
      const log: string[] = [];
      const sink = createSink(
        plugin,
        { path },
        { log: (level, text) => log.push(`${level}: ${text}`) },
      );
      for (let n = 0; n < 40_000; n++) sink.attempt?.(attempt(n));
      for (let n = 0; n < 100; n++) sink.notice?.(numbered(n));
      for (let n = 0; n < 40_000; n++) sink.attempt?.(attempt(n));
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      await sleep(1050);
      await sink.flush?.();
      // 80,000 attempts, of which 8 MiB are held.
      assert.ok(Number(sink.health?.().lost) > 50_000);
      assert.match(log[1], /^error: can be written again; \d+ lines were let go meanwhile$/);
      await assert.rejects(
        async () => sink.close?.(),
        isOutputError(74, /no space was left for \d{5} lines: what is there is whole, but not all/),
      );
      assert.deepEqual(
        numbers(linesOf(readFileSync(path, 'utf8'))),
        upTo(100),
        'no notice is lost',
      );
    });
  });

  it('to the end is 74, with what is missing', async () => {
    await withTmpfs('size=64k', async (disk) => {
      const sink = createSink(plugin, { path: join(disk, 'out.jsonl') });
      for (let n = 0; n < 200; n++) sink.notice?.(numbered(n));
      await sink.flush?.();
      await assert.rejects(
        async () => sink.close?.(),
        isOutputError(74, /no space was left for 1\d\d lines/),
      );
    });
  });

  it('does not keep a file from being opened anew elsewhere, where there is room', async () => {
    await withTmpfs('size=64k', async (disk) => {
      const path = join(disk, 'out.jsonl');
      const sink = createSink(plugin, { path });
      for (let n = 0; n < 100; n++) sink.notice?.(numbered(n));
      await sink.flush?.();
      const before = numbers(linesOf(readFileSync(path, 'utf8')));
      rmSync(path);
      sink.reopen?.();
      await sleep(1050);
      for (let n = 0; n < 3; n++) await sink.flush?.();
      const after = numbers(linesOf(readFileSync(path, 'utf8')));
      assert.deepEqual([...before, ...after], upTo(before.length + after.length));
      assert.equal(before.length + after.length, 100);
      await sink.close?.();
    });
  });
});

describe('jsonl: a pipe whose reader is stuck', () => {
  it('holds nobody up in put, and for half a second at most once the end was asked for', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'pipe');
      execFileSync('mkfifo', [path]);
      const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const ending = new AbortController();
      const log: string[] = [];
      const sink = createSink(
        plugin,
        { path },
        {
          ending: ending.signal,
          log: (level, text) => log.push(`${level}: ${text}`),
        },
      );
      const start = performance.now();
      // 60 MB: more than is held for a pipe.
      for (let n = 0; n < 60_000; n++) sink.notice?.(numbered(n));
      assert.ok(performance.now() - start < 3000, 'a stuck reader is waited for once');
      const flushed = Promise.resolve(sink.flush?.());
      await sleep(200);
      const asked = performance.now();
      ending.abort();
      await flushed;
      await sink.close?.();
      const took = performance.now() - asked;
      assert.ok(took < 900, `${took} ms`);
      const [line] = log;
      assert.match(line, /^error: .*pipe: its reader takes nothing: \d+ lines were let go$/);
      const read = readSync(reader, Buffer.alloc(1 << 20));
      const lost = Number(/(\d+) lines/.exec(line)?.[1]);
      assert.ok(
        lost >= 60_000 - read / 1000 - 1 && lost < 60_000,
        `${lost} lost, ${read} bytes read`,
      );
      closeSync(reader);
    });
  });
});
