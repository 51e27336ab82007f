import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { FrameBatch } from 'unackd';
import { drain, openSource } from './drain.ts';
import { Folder, octets, pcapngOf, pcapOf, recordsFrom, START } from './octets.ts';

const folder = new Folder();
const records = recordsFrom(START, 200);
const plain = pcapOf(records);
const expected = records.map(({ data }) => data);

async function dataOf(path: string): Promise<string[]> {
  const { frames, notices } = await drain(path);
  assert.deepEqual(notices, []);
  return frames.map(({ data }) => data);
}

describe('pcap: compressed captures', () => {
  after(() => folder.remove());

  it('gzip and zstd, pcap and pcapng, whatever the name says', async () => {
    const ng = pcapngOf(records);
    for (const bytes of [
      gzipSync(plain),
      zstdCompressSync(plain),
      gzipSync(ng),
      zstdCompressSync(ng),
    ]) {
      assert.deepEqual(await dataOf(folder.put('capture.txt', bytes)), expected);
    }
  });

  it('literal octets: a stored gzip member around an empty capture', async () => {
    const path = folder.put(
      'stored.gz',
      octets(`
        1f8b 08 00 00000000 00 03                        # gzip, no name, Unix
        01 1800 e7ff                                     # last block, stored, 24 bytes
        d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000
        e1d7a111 18000000                                # CRC, length
      `),
    );
    const { frames, interfaces, notices } = await drain(path);
    assert.deepEqual([frames, notices], [[], []]);
    assert.equal(interfaces.length, 1);
  });

  it('several gzip members, several zstd frames, cut anywhere', async () => {
    for (const at of [1, 4, 24, 25, 1000, plain.length - 1]) {
      const parts = [plain.subarray(0, at), plain.subarray(at)];
      const gzip = Buffer.concat(parts.map((part) => gzipSync(part)));
      const zstd = Buffer.concat(parts.map((part) => zstdCompressSync(part)));
      assert.deepEqual(await dataOf(folder.put('members.gz', gzip)), expected);
      assert.deepEqual(await dataOf(folder.put('frames.zst', zstd)), expected);
    }
  });

  it('zstd that begins with a skippable frame, as pzstd writes it', async () => {
    const skippable = octets('502a4d18 04000000 00010203');
    const path = folder.put('skip.zst', Buffer.concat([skippable, zstdCompressSync(plain)]));
    assert.deepEqual(await dataOf(path), expected);
  });

  it('a wrong checksum or corrupt data cost no packet that came before', async () => {
    const wrong = gzipSync(plain);
    wrong[wrong.length - 6] ^= 1;
    const { frames, notices } = await drain(folder.put('crc.gz', wrong));
    assert.ok(frames.length >= records.length - 3, `${frames.length} frames`);
    assert.match(
      notices[0].text,
      /gzip data are damaged near byte \d+ .*packets before it were used/u,
    );

    const noisy = pcapOf(
      Array.from({ length: 3000 }, (_, i) => ({
        time: START + i,
        data: Buffer.from(
          Array.from({ length: 40 }, (_item, k) => (i * 31 + k * k * 7) & 0xff),
        ).toString('hex'),
      })),
    );
    const packed = gzipSync(Buffer.concat([noisy, noisy.subarray(24)]));
    const middle = packed.length >> 1;
    packed.fill(0xff, middle, middle + 64);
    const halved = await drain(folder.put('middle.gz', packed));
    assert.ok(halved.frames.length > 1000, `${halved.frames.length} frames`);
    assert.equal(halved.notices.at(-1)?.code, 'truncated-file');
  });

  it('zeros behind the data, as tapes and block devices leave them, are nothing', async () => {
    const path = folder.put('padded.gz', Buffer.concat([gzipSync(plain), Buffer.alloc(100_000)]));
    assert.deepEqual(await dataOf(path), expected);
  });

  it('progress counts compressed bytes, up to the size of the file', async () => {
    const bytes = gzipSync(plain);
    const { source } = openSource(folder.put('progress.gz', bytes));
    const batch = new FrameBatch();
    while (await source.read(batch));
    assert.deepEqual(source.progress?.(), { done: bytes.length, total: bytes.length });
    await source.close?.();
  });

  it('a few bytes that stand for gigabytes take neither memory nor for ever', async () => {
    const zeros = zstdCompressSync(Buffer.alloc(256 << 20));
    const before = process.memoryUsage().rss;
    const { frames, notices } = await drain(
      folder.put('bomb.zst', Buffer.concat([zstdCompressSync(plain), zeros])),
    );
    assert.equal(frames.length, records.length);
    assert.match(notices[0].text, /an empty record.*nothing usable within 1 MiB/u);
    assert.ok(process.memoryUsage().rss - before < 100 << 20);
  });

  it('close while decompressing ends the reading', async () => {
    const long = gzipSync(pcapOf(recordsFrom(START, 100_000)));
    const { source } = openSource(folder.put('close.gz', long));
    const batch = new FrameBatch();
    await source.read(batch);
    const reading = source.read(batch);
    await source.close?.();
    await reading;
    assert.equal(await source.read(batch), false);
  });
});
