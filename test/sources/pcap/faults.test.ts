import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from 'unackd';
import { needs } from '../../support/needs.ts';
import { drain } from './drain.ts';
import { Folder, octets, pcapOf, recordsFrom, START } from './octets.ts';

const folder = new Folder();

async function faultOf(path: string): Promise<InputError> {
  try {
    await drain(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    assert.doesNotMatch(error.message, /\n/u, 'one line');
    assert.ok(error.message.startsWith(path), `names the file: ${error.message}`);
    return error;
  }
  return assert.fail('no fault');
}

describe('pcap: what is no capture', () => {
  after(() => folder.remove());

  const contents: readonly [string, Uint8Array | string, RegExp][] = [
    ['an empty file', '', /is empty; nothing was captured to it/u],
    ['three bytes', octets('d4c3b2'), /is no capture file.*too short/u],
    ['noise', octets('9f00c0ffee00c0ffee00c0ff'), /is no capture file.*file \S+noise/u],
    ['snoop', octets('736e6f6f70000000 00000002 00000004'), /a Solaris snoop capture; .*editcap/u],
    [
      'Network Monitor',
      octets('474d4255 0002 0100 00000000'),
      /Microsoft Network Monitor 2.*editcap/u,
    ],
    [
      'ERF',
      octets('0000000000f15365 02 04 0020 0000 000c '.concat('00'.repeat(16))),
      /Endace ERF.*editcap/u,
    ],
    ['xz', octets('fd377a585a00 0004'), /xz data; .*xz -dc \S+xz \| unackd read -/u],
    ['bzip2', octets('425a6839 314159265359'), /bzip2 data; .*bzip2 -dc/u],
    ['lz4', octets('04224d18 64407054'), /lz4 data; .*lz4 -dc/u],
    ['zip', octets('504b0304 14000000'), /zip archive/u],
    ['HTML', '<!DOCTYPE html>\n<html><body>Not found</body></html>', /an HTML page; download/u],
    [
      'tcpdump text',
      '14:13:20.000000 IP 10.0.0.1.40626 > 10.0.0.2.80: Flags [S], seq 1, win 64240\n',
      /the text output of tcpdump; capture to a file with: tcpdump -w/u,
    ],
    ['tshark text', '    1 0.000000000    10.0.0.1 → 10.0.0.2 TCP 74 40626\n', /output of tshark/u],
    [
      'hex dump',
      '0000  00 01 02 03 04 05 06 07  08 09\n',
      /a hex dump; convert it with: text2pcap/u,
    ],
    ['JSON', '{"type":"attempt"}\n', /JSON/u],
    ['prose', 'Dear reader,\n', /looks like text/u],
    ['zeros', Buffer.alloc(4096), /zero bytes/u],
    [
      'unknown pcap version',
      octets('d4c3b2a1 0300 0000 00000000 00000000 ffff0000 01000000'),
      /unknown version 3\.0/u,
    ],
    [
      'pcapng without byte order',
      octets('0a0d0d0a 1c000000 00000000 01000000 ffffffffffffffff 1c000000'),
      /without byte order/u,
    ],
    ['gzip of nothing', gzipSync(''), /is empty once decompressed/u],
    ['gzip of text', gzipSync('Dear reader,\n'), /looks like text once decompressed/u],
    ['gzip of gzip', gzipSync(gzipSync(pcapOf([]))), /is no capture file once decompressed/u],
    [
      'gzip of noise',
      octets('1f8b0800000000000003 ffffffffffffffffffff'),
      /gzip data are damaged .*before any packet/u,
    ],
  ];
  for (const [name, content, message] of contents) {
    it(`${name}: 65, and says what it is`, async () => {
      const fault = await faultOf(folder.put(name.replaceAll(' ', '-'), content));
      assert.equal(fault.exitCode, 65);
      assert.match(fault.message, message);
    });
  }

  it('a folder: 65', async () => {
    const fault = await faultOf(folder.path);
    assert.equal(fault.exitCode, 65);
    assert.match(fault.message, /is a folder; name the files in it/u);
  });

  it('no such file, and a pattern without match: 66', async () => {
    const missing = await faultOf(join(folder.path, 'missing.pcap'));
    assert.equal(missing.exitCode, 66);
    assert.match(missing.message, /no such file/u);
    const pattern = await faultOf(join(folder.path, 'missing*.pcap'));
    assert.equal(pattern.exitCode, 66);
    assert.match(pattern.message, /no file matches/u);
  });

  it('one bad file among several is refused before any packet', async () => {
    const good = folder.put('good.pcap', pcapOf(recordsFrom(START, 3)));
    const bad = folder.put('bad.pcap', 'Dear reader,\n');
    await assert.rejects(drain([good, bad]), { exitCode: 65 });
  });

  it('no permission: 77', async function test() {
    const path = folder.put('secret.pcap', pcapOf([]));
    chmodSync(path, 0);
    if (process.getuid?.() !== 0) {
      assert.equal((await faultOf(path)).exitCode, 77);
      return;
    }
    chmodSync(folder.path, 0o755);
    const script = new URL('count.ts', import.meta.url).pathname;
    const nobody = { uid: 65534, gid: 65534, encoding: 'utf8' } as const;
    const readable = spawnSync('test', ['-r', script], nobody).status === 0;
    needs(this, readable, 'root may read everything, and nobody may not read the checkout');
    const { status, stderr } = spawnSync(process.execPath, [script, path], nobody);
    assert.equal(status, 77, stderr);
    assert.match(stderr, /no permission to read it/u);
  });
});
