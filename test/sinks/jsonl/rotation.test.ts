import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OptionError } from 'unackd';
import plugin from '../../../plugins/sinks/jsonl/plugin.ts';
import { createSink } from '../drive.ts';
import { notice } from '../messages.ts';
import { withFolder } from '../places.ts';

/** Numbers of the notices in a file. */
function numbers(path: string): number[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => Number((JSON.parse(line) as { text: string }).text));
}

describe('jsonl: rotation', () => {
  it('puts files aside when they are long enough, and keeps so many', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'x.jsonl');
      const sink = createSink(plugin, { path, rotate_size: 10_000, rotate_keep: 2 });
      for (let n = 0; n < 1000; n++) sink.notice?.(notice({ text: String(n) }));
      await sink.close?.();
      assert.deepEqual(readdirSync(folder).toSorted(), ['x.jsonl', 'x.jsonl.1', 'x.jsonl.2']);
      const all = ['x.jsonl.2', 'x.jsonl.1', 'x.jsonl'].flatMap((name) =>
        numbers(join(folder, name)),
      );
      assert.equal(all.at(-1), 999);
      all.forEach((n, i) => assert.equal(n, all[0] + i, 'none missing, none torn'));
      const { length } = readFileSync(`${path}.1`);
      assert(length >= 10_000 && length < 10_200, `${length}`);
    });
  });

  it('begins anew under its name what somebody moved away', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'x.jsonl');
      const sink = createSink(plugin, { path, rotate_size: undefined });
      sink.notice?.(notice({ text: '1' }));
      await sink.flush?.();
      renameSync(path, `${path}.moved`);
      await sleep(1050);
      sink.notice?.(notice({ text: '2' }));
      await sink.flush?.();
      sink.notice?.(notice({ text: '3' }));
      await sink.flush?.();
      assert.deepEqual(numbers(`${path}.moved`), [1, 2], 'what waited still goes to the old one');
      assert.deepEqual(numbers(path), [3]);
      renameSync(path, `${path}.moved`);
      sink.reopen?.();
      assert(existsSync(path), 'at once where it is asked to');
      await sink.close?.();
    });
  });

  it('is not for standard output', () => {
    assert.throws(() => createSink(plugin, { path: '-', rotate_size: 10_000 }), OptionError);
  });
});
