import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, createWriteStream, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { FrameBatch } from 'unackd';
import { drain, openSource } from './drain.ts';
import { Folder, pcapngOf, pcapOf, recordsFrom, START } from './octets.ts';

const folder = new Folder();
const script = new URL('count.ts', import.meta.url).pathname;
const records = recordsFrom(START, 5000);

function makeFifo(name: string): string {
  const path = join(folder.path, name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** Exit code and whatever was said of a capture on standard input. */
function run(input: string | Uint8Array): [number | null, string] {
  const options = { input, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '-'], options);
  return [status, `${stdout}${stderr}`];
}

describe('pcap: standard input and pipes', () => {
  after(() => folder.remove());

  for (const [name, input, count] of [
    ['pcap', pcapOf(records), '5000\n'],
    ['pcapng', pcapngOf(records), '5000\n'],
    ['gzip', gzipSync(pcapOf(records)), '5000\n'],
    ['zstd', zstdCompressSync(pcapngOf(records)), '5000\n'],
    ['an empty capture', pcapOf([]), '0\n'],
  ] as const) {
    it(`${name} on standard input`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, '-'], { input });
      assert.deepEqual([status, stdout.toString(), stderr.toString()], [0, count, '']);
    });
  }

  it('a file as standard input is read from where it stands', () => {
    const bytes = Buffer.concat([Buffer.from('junk'), pcapOf(records)]);
    const fd = openSync(folder.put('redirected', bytes), 'r');
    readSync(fd, Buffer.alloc(4));
    const { stdout } = spawnSync(process.execPath, [script, '/dev/stdin'], {
      stdio: [fd, 'pipe', 'pipe'],
    });
    closeSync(fd);
    assert.equal(stdout.toString(), '5000\n');
  });

  it('standard input beside a file: merged by time', () => {
    const path = folder.put('beside.pcap', pcapOf(recordsFrom(START + 500_000, 10)));
    const { stdout } = spawnSync(process.execPath, [script, path, '-'], { input: pcapOf(records) });
    assert.equal(stdout.toString(), '5010\n');
  });

  it('standard input that is cut, empty or no capture', () => {
    assert.deepEqual(run(pcapOf(records).subarray(0, 70)), [
      0,
      '1\nstandard input: cut off in the record at byte 60; 1 packet before it was used\n',
    ]);
    assert.deepEqual(run(''), [65, 'standard input: is empty; nothing was captured to it\n']);
    assert.deepEqual(run('Dear reader,\n')[0], 65);
  });

  it('process substitution', () => {
    const path = folder.put('substituted.pcap', pcapOf(records));
    const command = `"$0" "$1" <(cat "$2")`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, script, path]);
    assert.deepEqual([stdout.toString(), stderr.toString()], ['5000\n', '']);
  });

  it('several pipes beside a file: merged by time, each read once', () => {
    const path = folder.put('thirds.pcap', pcapOf(records));
    const command = `"$0" "$1" <(cat "$2") "$2" <(cat "$2")`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, script, path]);
    assert.deepEqual([stdout.toString(), stderr.toString()], ['15000\n', '']);
  });

  it('a FIFO whose writer comes late', async () => {
    const path = makeFifo('late');
    const drained = drain(path);
    setTimeout(() => createWriteStream(path).end(pcapOf(records)), 50);
    const { frames, promised } = await drained;
    assert.equal(frames.length, 5000);
    assert.equal(promised, true);
  });

  it('packets of a pipe come while it stays open', async () => {
    const path = makeFifo('slow');
    const { source } = openSource(path);
    const batch = new FrameBatch();
    const first = source.read(batch);
    const writer = createWriteStream(path);
    writer.write(pcapOf(records.slice(0, 3)));
    assert.equal(await first, true);
    assert.equal(batch.count, 3);
    writer.end();
    assert.equal(await source.read(batch), false);
    await source.close?.();
  });

  it('close ends the wait for a FIFO that nobody writes', async () => {
    const { source } = openSource(makeFifo('silent'));
    const batch = new FrameBatch();
    const waiting = source.read(batch);
    await source.close?.();
    await Promise.allSettled([waiting]);
    assert.equal(await source.read(batch), false);
  });

  it('nor does close wait for one of several', async () => {
    const { source } = openSource([makeFifo('first of two'), makeFifo('second of two')]);
    const batch = new FrameBatch();
    const waiting = source.read(batch);
    await source.close?.();
    await Promise.allSettled([waiting]);
    assert.equal(await source.read(batch), false);
  });
});
