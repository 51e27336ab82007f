import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toJsonLine } from 'unackd';
import plugin from '../../../plugins/sinks/jsonl/plugin.ts';
import { openLineFile as open } from '../../../plugins/sinks/jsonl/open.ts';
import type { LineFile } from '../../../plugins/sinks/jsonl/line-file.ts';
import { needs } from '../../support/needs.ts';
import { createSink } from '../drive.ts';
import { isOutputError } from '../faults.ts';
import { attempt, endpoint, incident, notice, richAttempt } from '../messages.ts';
import { noMounts, withFolder, withTmpfs } from '../places.ts';

function openLineFile(path: string): LineFile {
  return open(path, new AbortController().signal);
}

function linesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  assert(text === '' || text.endsWith('\n'), 'ends with a whole line');
  return text.split('\n').slice(0, -1);
}

/** Lines that can be told apart, of uneven lengths. */
function line(n: number): string {
  return `${JSON.stringify({ type: 'notice', n, text: 'x'.repeat(n % 97) })}\n`;
}

function assertLines(path: string, count: number): void {
  const found = linesOf(path);
  assert.equal(found.length, count);
  for (let i = 0; i < count; i++) assert.equal(`${found[i]}\n`, line(i));
}

function makePipe(folder: string): string {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

/** Opens the pipe as soon as its reader is there. */
async function openPipe(path: string): Promise<LineFile> {
  for (;;) {
    try {
      return openLineFile(path);
    } catch (error) {
      assert.match(String(error), /nobody reads this pipe/);
      await sleep(5);
    }
  }
}

describe('jsonl', () => {
  it('writes each message as its record, in order', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'out.jsonl');
      const messages = [attempt(1), richAttempt(2), incident(), notice(), endpoint()];
      const sink = createSink(plugin, { path });
      assert(existsSync(path), 'created at start');
      for (const message of messages) (sink[message.type] as (m: unknown) => void)(message);
      await sink.flush?.();
      assert.equal(readFileSync(path, 'utf8'), messages.map((m) => toJsonLine(m)).join(''));
      await sink.close?.();
    });
  });

  it('appends to what is there', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'out.jsonl');
      for (let i = 0; i < 3; i++) {
        const file = openLineFile(path);
        file.put(line(i));
        await file.close();
      }
      assertLines(path, 3);
    });
  });

  it('writes without a flush when 64 KiB wait', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'out.jsonl');
      const file = openLineFile(path);
      for (let i = 0; i < 5000; i++) file.put(line(i));
      assert(readFileSync(path).length > 5000 * 50);
      await file.close();
      assertLines(path, 5000);
    });
  });

  describe('a wrong path is told before anything is read', () => {
    it('as exit code 74', async () => {
      await withFolder((folder) => {
        writeFileSync(join(folder, 'file'), '');
        mkdirSync(join(folder, 'sub'));
        const opening = (name: string) => () => openLineFile(join(folder, name));
        assert.throws(opening('no/out.jsonl'), isOutputError(74, /no does not exist: create it/));
        assert.throws(opening('file/out.jsonl'), isOutputError(74, /is a file, not a folder/));
        assert.throws(opening('sub'), isOutputError(74, /is a folder: name a file/));
      });
    });

    it('as exit code 77 without permission', function () {
      needs(this, existsSync('/sys/kernel'), 'no sysfs, which lets nobody create files');
      assert.throws(
        () => openLineFile('/sys/kernel/out.jsonl'),
        isOutputError(77, /no permission/),
      );
    });

    it('as exit code 77 on a read-only file system', async function () {
      const reason = noMounts();
      needs(this, reason === '', reason);
      await withTmpfs('ro', (disk) => {
        assert.throws(() => openLineFile(join(disk, 'a')), isOutputError(77, /read-only/));
      });
    });
  });

  describe('half a line at the end, left by a kill', () => {
    const tails: Record<string, [before: string, after: string]> = {
      'is cut off when it is a record': ['{"type":"a"}\n{"type":"b","x', '{"type":"a"}\n'],
      'is cut off when it is all there is': ['{"type":"b","x', ''],
      'gets its newline when it is whole': ['{"type":"a"}', '{"type":"a"}\n'],
      'is left alone when it is none of ours': ['some text', 'some text\n'],
    };
    for (const [what, [before, after]] of Object.entries(tails)) {
      it(what, async () => {
        await withFolder(async (folder) => {
          const path = join(folder, 'out.jsonl');
          writeFileSync(path, before);
          await openLineFile(path).close();
          assert.equal(readFileSync(path, 'utf8'), after);
        });
      });
    }
  });

  describe('no space left', () => {
    it('is an error, and no line is torn or doubled when it goes on', async function () {
      const reason = noMounts();
      needs(this, reason === '', reason);
      await withTmpfs('size=256k', async (disk) => {
        const path = join(disk, 'out.jsonl');
        writeFileSync(join(disk, 'ballast'), Buffer.alloc(100_000));
        const file = openLineFile(path);
        const full = isOutputError(74, /out\.jsonl: no space left/);
        let n = 0;
        assert.throws(() => {
          for (; n < 10_000; n++) file.put(line(n));
        }, full);
        assert.throws(() => file.flush(), full, 'and again');
        linesOf(path).forEach((found, i) => assert.equal(`${found}\n`, line(i)));

        rmSync(join(disk, 'ballast'));
        file.put(line(n++));
        await file.close();
        assertLines(path, n);
      });
    });

    it('leaves what another process wrote behind it', async function () {
      const reason = noMounts();
      needs(this, reason === '', reason);
      await withTmpfs('size=64k', async (disk) => {
        const path = join(disk, 'out.jsonl');
        const file = openLineFile(path);
        appendFileSync(path, '{"by":"another"}\n');
        assert.throws(
          () => {
            for (let n = 0; ; n++) file.put(line(n));
          },
          isOutputError(74, /no space/),
        );
        assert.equal(readFileSync(path, 'utf8').slice(0, 17), '{"by":"another"}\n');
        await assert.rejects(file.close(), isOutputError(74, /no space/));
      });
    });

    it('is no capture and no database', async () => {
      await withFolder(async (folder) => {
        const path = join(folder, 'x');
        for (const head of ['d4c3b2a102000400', '53514c69746520666f726d6174203300']) {
          writeFileSync(path, Buffer.from(head, 'hex'));
          assert.throws(
            () => openLineFile(path),
            isOutputError(74, /x is there and holds no text/),
          );
          assert.equal(readFileSync(path, 'hex'), head);
        }
        writeFileSync(path, new Uint8Array(100)); // what a power cut may leave
        await openLineFile(path).close();
      });
    });

    it('is told of a device, too', async function () {
      needs(this, existsSync('/dev/full'), 'no /dev/full');
      const file = openLineFile('/dev/full');
      file.put(line(0));
      await assert.rejects(
        async () => file.flush(),
        isOutputError(74, /\/dev\/full: no space left/),
      );
      await assert.rejects(file.close(), isOutputError(74, /no space left/));
    });
  });

  describe('a pipe', function () {
    before(function () {
      needs(this, process.platform !== 'win32', 'no named pipes');
    });

    it('that nobody reads is told at once', async () => {
      await withFolder((folder) => {
        const path = makePipe(folder);
        assert.throws(() => openLineFile(path), isOutputError(74, /nobody reads this pipe/));
      });
    });

    for (const [how, flushEvery] of [
      ['flushes', 500],
      ['none, when too much gathers', Infinity],
    ] as const) {
      it(`with a slow reader gets every line (${how})`, async () => {
        await withFolder(async (folder) => {
          const path = makePipe(folder);
          const out = join(folder, 'out');
          const script = 'exec 3<"$1"; sleep 0.2; exec cat <&3 >"$2"';
          const reader = spawn('sh', ['-c', script, 'sh', path, out]);
          const file = await openPipe(path);
          for (let n = 0; n < 20_000; n++) {
            file.put(line(n));
            if (n % flushEvery === 0) await file.flush();
          }
          await file.close();
          await once(reader, 'close');
          assertLines(out, 20_000);
        });
      });
    }

    it('takes lines while a flush waits', async () => {
      await withFolder(async (folder) => {
        const path = makePipe(folder);
        const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        const file = openLineFile(path);
        let n = 0;
        while (n < 500) file.put(line(n++));
        const first = file.flush();
        while (n < 4000) file.put(line(n++));
        const closed = file.close();
        let done = false;
        const all = Promise.all([first, closed]).finally(() => {
          done = true;
        });
        const chunk = Buffer.alloc(4096);
        const text: string[] = [];
        for (;;) {
          try {
            const count = readSync(reader, chunk);
            if (count === 0) break;
            text.push(chunk.toString('latin1', 0, count));
          } catch {
            assert(!done || text.length > 0);
            await sleep(1);
          }
        }
        await all;
        closeSync(reader);
        assert.equal(text.join(''), Array.from({ length: n }, (_, i) => line(i)).join(''));
      });
    });

    it('that its reader closed is EPIPE, once', async () => {
      await withFolder(async (folder) => {
        const path = makePipe(folder);
        const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        const file = openLineFile(path);
        file.put(line(0));
        closeSync(reader);
        await assert.rejects(async () => file.flush(), { code: 'EPIPE' });
        await file.close();
      });
    });

    it('as standard output is EPIPE when closed early', async () => {
      const script = `
        import plugin from './plugins/sinks/jsonl/plugin.ts';
        const sink = plugin.create({ path: '-' }, { id: 'out', log() {}, nameOf: () => undefined });
        const notice = { type: 'notice', code: 'x', time: 0, text: 'y'.repeat(200) };
        try {
          for (let i = 0; i < 100000; i++) {
            sink.notice(notice);
            if (i % 100 === 0) await sink.flush();
          }
        } catch (error) {
          await sink.close();
          process.exit(error.code === 'EPIPE' ? 42 : 1);
        }`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        cwd: join(import.meta.dirname, '../../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      assert.match(chunk.toString(), /^\{"type":"notice","code":"x"/);
      child.stdout.destroy();
      const [code] = (await once(child, 'close')) as [number];
      assert.equal(code, 42);
    });
  });
});
