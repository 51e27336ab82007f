import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { trySource, type TriedSource, type WrittenOptions } from 'unackd/testing';
import { parseLine } from './lines.ts';
import plugin from './tcpdump-text.ts';

describe('tcpdump-text', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tcpdump-text-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = async (text: string, options: WrittenOptions = {}): Promise<TriedSource> => {
    writeFileSync(join(folder, 'paste.txt'), text);
    return trySource(plugin, { path: join(folder, 'paste.txt'), ...options });
  };

  it('reads the example: seven SYNs into silence, then a refusal by ICMP', async () => {
    const { frames, notices } = await trySource(plugin, {}, import.meta.dirname);
    assert.equal(frames.length, 9);
    assert.deepEqual(notices, []);
    const seconds = frames.slice(0, 7).map(({ time }) => (time - frames[0].time) / 1e6);
    assert.deepEqual(seconds, [0, 1.019572, 3.035843, 7.077379, 15.2595, 31.387549, 64.923498]);
    const error = Buffer.from(frames[8].bytes);
    assert.deepEqual([error[9], error[20], error[21]], [1, 3, 3]);
    // The SYN that it quotes, with its sequence number.
    assert.equal(error.readUInt32BE(28 + 20 + 4), 2758936969);
  });

  it('takes dates, seconds since 1970, interfaces, -v over two lines, and IPv6', async () => {
    const { frames } = await read(
      [
        '2026-09-21 14:13:20.000000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [S], seq 1, win 1, length 0',
        '1790000001.000000 eth0  Out IP 10.2.0.1.5 > 10.1.0.1.80: Flags [S], seq 1, win 1, length 0',
        '1790000002.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)',
        '    10.2.0.1.5 > 10.1.0.1.80: Flags [S], cksum 0xfe30 (correct), seq 1, win 1, length 0',
        '1790000003.000000 IP6 2001:db8::2.5 > 2001:db8::1.https: Flags [S], seq 1, win 1, length 0',
      ].join('\n'),
    );
    assert.deepEqual(
      frames.map(({ time }) => time / 1e6 - 1_790_000_000),
      [0, 1, 2, 3],
    );
    const v6 = Buffer.from(frames[3].bytes);
    assert.equal(v6.subarray(24, 40).toString('hex'), `20010db8${'0'.repeat(23)}1`);
    assert.equal(v6.readUInt16BE(42), 443);
  });

  it('makes relative numbers absolute', async () => {
    const { frames } = await read(
      [
        '10:00:00.000000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [S], seq 4294967295, win 1, length 0',
        '10:00:00.010000 IP 10.1.0.1.80 > 10.2.0.1.5: Flags [S.], seq 700, ack 0, win 1, length 0',
        '10:00:00.020000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [.], ack 1, win 1, length 0',
        '10:00:00.030000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [P.], seq 1:9, ack 1, win 1, length 8',
      ].join('\n'),
    );
    const numbers = frames.map(({ bytes }) => {
      const tcp = Buffer.from(bytes).subarray(20);
      return [tcp.readUInt32BE(4), tcp.readUInt32BE(8)];
    });
    assert.deepEqual(numbers, [
      [4294967295, 0],
      [700, 0],
      [0, 701],
      [0, 701],
    ]);
  });

  it('goes on after midnight', async () => {
    const { frames } = await read(
      [
        '23:59:59.000000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [S], seq 1, win 1, length 0',
        '00:00:00.000000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [S], seq 1, win 1, length 0',
      ].join('\n'),
      { date: '2026-09-21' },
    );
    assert.equal(frames[1].time - frames[0].time, 1e6);
    assert.equal(frames[0].time, Date.parse('2026-09-21T23:59:59Z') * 1000);
  });

  it('asks for the addresses of names', async () => {
    const line = '10:00:00.000000 IP me.5 > db.example.80: Flags [S], seq 1, win 1, length 0';
    const unknown = await read(line);
    assert.match(unknown.notices[0].text, /^no addresses for me, db\.example: /u);
    const known = await read(line, { hosts: ['me=10.2.0.1', 'db.example=10.1.0.5'] });
    assert.deepEqual(known.notices, []);
    assert.deepEqual([...known.frames[0].bytes.subarray(12, 20)], [10, 2, 0, 1, 10, 1, 0, 5]);
  });

  it('says what it left out, and what is no such text', async () => {
    const { notices } = await read(
      [
        '10:00:00.000000 IP 10.2.0.1.5 > 10.1.0.1.80: Flags [S], seq 1, win 1, length 0',
        '10:00:01.000000 ARP, Request who-has 10.1.0.1 tell 10.2.0.1, length 28',
        '^C',
      ].join('\n'),
    );
    assert.match(notices[0].text, /^1 lines? /u);
    await assert.rejects(read('hello\n'), /no line of tcpdump's in it/u);
    await assert.rejects(trySource(plugin, { path: '/nowhere.txt' }), /nowhere\.txt/u);
  });

  it('knows what the words of an ICMP error mean', () => {
    const kinds = [
      'ICMP host 10.1.0.1 unreachable - admin prohibited filter, length 36',
      'ICMP host 10.1.0.1 unreachable, length 36',
      'ICMP net 10.1.0.1 unreachable, length 36',
      'ICMP echo request, id 1, seq 1, length 64',
    ].map((text) => {
      const line = parseLine(`10:00:00.000000 IP 10.9.0.1 > 10.2.0.1: ${text}`);
      return line?.is === 'icmp' ? [line.type, line.code] : null;
    });
    assert.deepEqual(kinds, [[3, 13], [3, 1], [3, 0], null]);
  });
});
