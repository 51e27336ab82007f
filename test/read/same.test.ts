import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CAPTURES, Folder, needsBuild, unackd } from '../support/unackd.ts';
import { bytesOf, REAL, simulated } from './captures.ts';
import type { PcapFrame } from './octets.ts';
import { parsePcap, pcapngOf, pcapOf } from './octets.ts';

/** In their own formats: IPv6 in pcapng, doubles that come close together, refusals. */
const WRAPPED = ['windows-rst-retry', 'capture-doubles', 'ipv6'] as const;

/** Classic pcap, to be cut into files. */
const CUT = ['icmp-rejects', 'capture-doubles'] as const;

/** Enough of the real ones: raw IP, many interfaces, VLANs and MPLS. */
const SOME_REAL = /ocs-rawip|many-interfaces|mixed-vlan/u;

function read(args: readonly string[], input?: Uint8Array): string {
  const { status, stdout, stderr } = unackd(
    ['read', ...args],
    input === undefined ? {} : { input },
  );
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

function jsonl(...files: string[]): string {
  return read(['--format', 'jsonl', ...files]);
}

/** Lines without what says where they came from. */
function bare(text: string): string {
  return (
    text
      .replaceAll(/"source":"[^"]*"/gu, '"source":"x"')
      // An incident's id follows from its source.
      .replaceAll(/("type":"incident","id":)"[^"]*"/gu, '$1"x"')
      .replaceAll(/"text":"[\w.-]+: /gu, '"text":"x: ')
  );
}

describe('the same capture', () => {
  const folder = new Folder();
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  /** A file of the same name in a folder of its own, so that records name the same source. */
  function variant(kind: string, name: string, bytes: Uint8Array): string {
    mkdirSync(folder.at(kind), { recursive: true });
    const path = join(folder.at(kind), name);
    writeFileSync(path, bytes);
    return path;
  }

  const captures: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
    ['black-hole.pcap', () => bytesOf(join(CAPTURES, 'black-hole.pcap'))],
    ['reject-hidden.pcap', () => bytesOf(join(CAPTURES, 'reject-hidden.pcap'))],
    ...WRAPPED.map((name) => [`${name}.pcap`, () => simulated(name)] as const),
    ...REAL.filter((path) => SOME_REAL.test(path)).map(
      (path) => [path.slice(path.lastIndexOf('/') + 1), () => bytesOf(path)] as const,
    ),
  ];

  for (const [name, make] of captures) {
    it(`${name}: gives the same bytes, however often and in whatever wrapping`, () => {
      const bytes = make();
      const path = variant('plain', name, bytes);
      const once = jsonl(path);
      assert.equal(jsonl(path), once);
      assert.equal(jsonl(variant('gzip', name, gzipSync(bytes, { level: 1 }))), once);
      assert.equal(jsonl(variant('zstd', name, zstdCompressSync(bytes))), once);
      const piped = read(['--format', 'jsonl', '-'], bytes);
      assert.equal(bare(piped), bare(once));
      assert.doesNotMatch(piped, /"source":"(?!stdin")/u);
      assert.equal(
        bare(read(['--format', 'jsonl', '-'], gzipSync(bytes, { level: 1 }))),
        bare(once),
      );
    });
  }

  it('gives the same text and the same document', () => {
    for (const format of ['json', 'text']) {
      const path = join(CAPTURES, 'black-hole.pcap');
      assert.equal(read(['--format', format, path]), read(['--format', format, path]));
    }
  });

  const cut: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
    ['black-hole.pcap', () => bytesOf(join(CAPTURES, 'black-hole.pcap'))],
    ...CUT.map((name) => [name, () => simulated(name)] as const),
  ];
  for (const [name, make] of cut) {
    it(`${name}: gives the same as pcapng, and cut into files in any order`, () => {
      const bytes = make();
      const { linkType, frames } = parsePcap(bytes);
      const once = jsonl(variant('plain', name, bytes));
      assert.equal(jsonl(variant('pcapng', name, pcapngOf(linkType, frames))), once);

      const thirds: readonly PcapFrame[][] = [[], [], []];
      let third = 0;
      for (const [i, frame] of frames.entries()) {
        // Packets of the same microsecond stay together: their order is not in their times.
        if (i > 0 && frame.time !== frames[i - 1].time) third = (third + 1) % 3;
        thirds[third].push(frame);
      }
      const [a, b, c] = thirds.map((part, i) => folder.file(`${i}.pcap`, pcapOf(linkType, part)));
      const merged = jsonl(a, b, c);
      assert.equal(bare(merged), bare(once));
      assert.doesNotMatch(merged, /"source":"(?!files")/u);
      for (const order of [
        [c, b, a],
        [b, a, c],
      ]) {
        assert.equal(jsonl(...order), merged);
      }
      assert.equal(jsonl(`${folder.path}/[0-2].pcap`), merged);
    });
  }

  it('follows itself: two halves one after the other', () => {
    const { linkType, frames } = parsePcap(bytesOf(join(CAPTURES, 'black-hole.pcap')));
    const half = Math.floor(frames.length / 2);
    const early = folder.file('early.pcap', pcapOf(linkType, frames.slice(0, half)));
    const late = folder.file('late.pcap', pcapOf(linkType, frames.slice(half)));
    const whole = bare(jsonl(join(CAPTURES, 'black-hole.pcap')));
    assert.equal(bare(jsonl(early, late)), whole);
    assert.equal(bare(jsonl(late, early)), whole);
  });

  it('named twice is read once', () => {
    const path = join(CAPTURES, 'drop.pcap');
    assert.equal(bare(jsonl(path, path)), bare(jsonl(path)));
  });
});
