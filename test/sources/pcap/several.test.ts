import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FrameBatch } from 'unackd';
import { drain, openSource } from './drain.ts';
import { Folder, pcapngOf, pcapOf, recordsFrom, START } from './octets.ts';

const folder = new Folder();

function tagged(
  time: number,
  count: number,
  tag: string,
  step = 1e6,
): { time: number; data: string }[] {
  return recordsFrom(time, count, step).map((record) => ({
    time: record.time,
    data: `${tag}${record.data}`,
  }));
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('pcap: several files', () => {
  after(() => folder.remove());

  it('come in the order of their first packets, not of their names', async () => {
    const paths = [
      folder.put('a.pcap', pcapOf(tagged(START + 100e6, 3, 'aa'))),
      folder.put('b.pcapng', pcapngOf(tagged(START, 3, 'bb'))),
      folder.put('c.pcap.gz', gzipSync(pcapOf(tagged(START + 50e6, 3, 'cc')))),
    ];
    const { frames, interfaces } = await drain(paths);
    assert.deepEqual(
      frames.map(({ data }) => data.slice(0, 2)),
      ['bb', 'bb', 'bb', 'cc', 'cc', 'cc', 'aa', 'aa', 'aa'],
    );
    for (const { iface, data } of frames) {
      assert.equal(interfaces[iface].name.startsWith(data[0]), true);
    }
  });

  it('that overlap are merged packet by packet; equal times in the order of the files', async () => {
    const parts = [
      tagged(START + 3e6, 2000, 'aa', 2e6),
      tagged(START, 3000, 'bb'),
      tagged(START + 1000e6, 10, 'cc', 0),
      tagged(START + 2900e6, 3000, 'dd', 7e6),
    ];
    const paths = [
      folder.put('1.pcap', pcapOf(parts[0])),
      folder.put('2.pcap.gz', gzipSync(pcapOf(parts[1]))),
      folder.put('3.pcapng', pcapngOf(parts[2])),
      folder.put('4.pcap', pcapOf(parts[3])),
    ];
    const expected = parts
      .flatMap((part, order) => part.map((record) => ({ ...record, order })))
      .toSorted((a, b) => a.time - b.time || a.order - b.order);
    for (const capacity of [1024, 5]) {
      const { frames } = await drain(paths, { capacity });
      assert.deepEqual(
        frames.map(({ time, data }) => ({ time, data })),
        expected.map(({ time, data }) => ({ time, data })),
      );
    }
  });

  it('are open only while they overlap', async () => {
    mkdirSync(join(folder.path, 'ring'));
    for (let i = 0; i < 40; i++) {
      folder.put(
        `ring/${String(i).padStart(2, '0')}.pcap`,
        pcapOf(tagged(START + i * 10e6, 12, '00')),
      );
    }
    const { source } = openSource(join(folder.path, 'ring', '*.pcap'));
    const before = openDescriptors();
    const batch = new FrameBatch(8);
    let most = 0;
    let frames = 0;
    for (let more = true; more;) {
      more = await source.read(batch);
      frames += batch.count;
      most = Math.max(most, openDescriptors() - before);
    }
    assert.equal(frames, 40 * 12);
    assert.ok(most <= 2, `${most} files open at once`);
    assert.equal(openDescriptors(), before);
    await source.close?.();
  });

  it('empty captures among them are fine, damaged ones are told once', async () => {
    const paths = [
      folder.put('empty.pcap', pcapOf([])),
      folder.put('cut.pcap', pcapOf(tagged(START, 3, 'aa')).subarray(0, -1)),
      folder.put('whole.pcap', pcapOf(tagged(START, 3, 'bb'))),
      folder.put('header.pcap', pcapOf([]).subarray(0, 20)),
    ];
    const { frames, notices } = await drain(paths);
    assert.equal(frames.length, 5);
    assert.deepEqual(
      notices.map(({ text }) => text.replace(/^.*\//u, '').split(';')[0]),
      ['header.pcap: its file header is cut off', 'cut.pcap: cut off in the record at byte 99'],
    );
  });

  it('a file that goes away meanwhile is told and left out', async () => {
    const first = folder.put('stays.pcap', pcapOf(tagged(START, 3, 'aa')));
    const second = folder.put('goes.pcap', pcapOf(tagged(START + 60e6, 3, 'bb')));
    const { source, notices } = openSource([first, second]);
    const batch = new FrameBatch(2);
    await source.read(batch);
    rmSync(second);
    let frames = batch.count;
    while (await source.read(batch)) frames += batch.count;
    await source.close?.();
    assert.equal(frames, 3);
    assert.match(notices[0].text, /goes\.pcap: no such file/u);
  });

  it('the same file named twice, also by a wildcard, is read once', async () => {
    const path = folder.put('once.pcap', pcapOf(tagged(START, 3, 'aa')));
    const { frames } = await drain([path, path, join(folder.path, 'onc?.pcap')]);
    assert.equal(frames.length, 3);
  });

  it('wildcards: * ? [] **, and names that only look like them', async () => {
    mkdirSync(join(folder.path, 'tree', 'deep', 'deeper'), { recursive: true });
    const empty = pcapOf([]);
    for (const name of ['x1.pcap', 'x2.pcap', 'y[1].pcap', 'deep/z.pcap', 'deep/deeper/z.pcap']) {
      folder.put(`tree/${name}`, empty);
    }
    const count = async (pattern: string): Promise<string[]> => {
      const { interfaces } = await drain(join(folder.path, 'tree', pattern));
      return interfaces.map(({ name }) => name);
    };
    assert.deepEqual(await count('*.pcap'), ['x1.pcap', 'x2.pcap', 'y[1].pcap']);
    assert.deepEqual(await count('x?.pcap'), ['x1.pcap', 'x2.pcap']);
    assert.deepEqual(await count('x[13].pcap'), ['x1.pcap']);
    assert.deepEqual(await count('y[1].pcap'), ['y[1].pcap']);
    assert.deepEqual(await count('**/z.pcap'), ['z.pcap', 'z.pcap']);
    assert.equal((await count('**')).length, 5, 'folders are left out');
  });

  it('progress goes over all files', async () => {
    const paths = ['p.pcap', 'q.pcap'].map((name, i) =>
      folder.put(name, pcapOf(tagged(START + i * 60e6, 3, 'aa'))),
    );
    const { source } = openSource(paths);
    const batch = new FrameBatch();
    while (await source.read(batch));
    const { done, total } = source.progress?.() ?? {};
    assert.equal(done, total);
    assert.equal(total, 2 * (24 + 3 * 17 + 20 + 21 + 22));
    await source.close?.();
  });
});
