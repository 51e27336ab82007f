import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { array, assert as assertProperty, asyncProperty, integer, nat, tuple } from 'fast-check';
import { InputError } from 'unackd';
import { drain } from './drain.ts';
import type { Frame } from './drain.ts';
import {
  blockOf,
  enhancedOf,
  ETHERNET,
  Folder,
  octets,
  pcapngOf,
  pcapOf,
  recordsFrom,
  SECTION,
  START,
} from './octets.ts';

const folder = new Folder();
const few = recordsFrom(START, 4);
const many = recordsFrom(START, 100);

/** Ends of the records (or blocks), so that a cut there loses nothing that was begun. */
function boundaries(first: number, sizes: readonly number[]): number[] {
  const ends = [first];
  for (const size of sizes) ends.push(ends[ends.length - 1] + size);
  return ends;
}

/** The damaged one is missing, and no other. */
function assertAllButSecond(frames: readonly Frame[]): void {
  assert.deepEqual(
    frames.map(({ data }) => data),
    many.filter((_, i) => i !== 1).map(({ data }) => data),
  );
}

describe('pcap: cut and damaged files', () => {
  after(() => folder.remove());

  it('a pcap cut at every byte gives the whole records before the cut', async () => {
    const bytes = pcapOf(few);
    const ends = boundaries(
      24,
      few.map(({ data }) => 16 + data.length / 2),
    );
    for (let cut = 4; cut <= bytes.length; cut++) {
      const { frames, notices } = await drain(folder.put('cut.pcap', bytes.subarray(0, cut)));
      const whole = Math.max(ends.filter((end) => end <= cut).length - 1, 0);
      assert.equal(frames.length, whole, `cut at ${cut}`);
      assert.equal(notices.length, ends.includes(cut) ? 0 : 1, `cut at ${cut}`);
      for (const { code, time } of notices) {
        assert.equal(code, 'truncated-file');
        assert.equal(time, whole === 0 ? 0 : few[whole - 1].time);
      }
    }
  });

  it('a pcapng cut at every byte gives the whole blocks before the cut', async () => {
    const bytes = pcapngOf(few);
    const sizes = few.map((record) => enhancedOf(record).length);
    const starts = [SECTION.length, SECTION.length + ETHERNET.length];
    const ends = boundaries(starts[1], sizes);
    for (let cut = 4; cut <= bytes.length; cut++) {
      const { frames, notices } = await drain(folder.put('cut.pcapng', bytes.subarray(0, cut)));
      const whole = Math.max(ends.filter((end) => end <= cut).length - 1, 0);
      assert.equal(frames.length, whole, `cut at ${cut}`);
      const clean = ends.includes(cut) || cut === starts[0];
      assert.equal(notices.length, clean ? 0 : 1, `cut at ${cut}`);
    }
  });

  for (const [name, pack] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    it(`${name} cut at every byte gives what can be decompressed`, async () => {
      const bytes = pack(pcapOf(many));
      let before = 0;
      for (let cut = 4; cut < bytes.length; cut++) {
        const { frames, notices } = await drain(folder.put('cut.packed', bytes.subarray(0, cut)));
        assert.ok(frames.length >= before, `cut at ${cut}: fewer frames than one byte before`);
        before = frames.length;
        assert.equal(notices.length, 1, `cut at ${cut}`);
        assert.match(notices[0].text, new RegExp(`${name} data are cut off at byte ${cut};`, 'u'));
      }
      // zstd gives whole blocks only, and this capture is one.
      assert.equal(before, name === 'gzip' ? many.length : 0);
      assert.deepEqual((await drain(folder.put('cut.packed', bytes))).notices, []);
    });
  }

  it('says where, and how much was used', async () => {
    const path = folder.put('said.pcap', pcapOf(few).subarray(0, 24 + 36 + 10));
    const { notices } = await drain(path);
    assert.equal(
      notices[0].text,
      `${path}: cut off in the record at byte 60; 1 packet before it was used`,
    );
  });

  it('goes on behind a damaged record of a pcap', async () => {
    const bytes = pcapOf(many);
    const size = 16 + 20;
    bytes.writeUInt32LE(0x7fffffff, 24 + size + 8); // the second record's length
    const path = folder.put('length.pcap', bytes);
    const { frames, notices } = await drain(path);
    assertAllButSecond(frames);
    assert.equal(
      notices[0].text,
      `${path}: damaged at byte 60 (a record of 2147483647 bytes, where 262144 are possible); 37 bytes were skipped; 1 packet before it was used`,
    );
    assert.equal(notices.length, 1);
  });

  it('a record that claims more than is left is passed over, unless the file may end in it', async () => {
    const size = 16 + 20;
    const second = 24 + size;
    const claims = (length: number, wire: number) => {
      const bytes = pcapOf(many);
      bytes.writeUInt32LE(length, second + 8);
      bytes.writeUInt32LE(wire, second + 12);
      return drain(folder.put('claims.pcap', bytes));
    };
    const { frames, notices } = await claims(65_535, 20);
    assertAllButSecond(frames);
    assert.equal(notices.length, 1);
    assert.match(
      notices[0].text,
      /damaged at byte 60 \(a record of 65535 bytes, where \d+ are left\); 37 bytes were skipped; 1 packet before it was used$/u,
    );
    // What is in a frame of that length may look like records: a capture that was copied over the network.
    const cut = await claims(65_535, 65_535);
    assert.equal(cut.frames.length, 1);
    assert.match(cut.notices[0].text, /cut off in the record at byte 60; 1 packet/u);
  });

  it('bytes missing in a record header cost that record alone', async () => {
    const bytes = pcapOf(many);
    const at = 24 + 16 + 20;
    const short = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 3)]);
    const { frames, notices } = await drain(folder.put('missing.pcap', short));
    assertAllButSecond(frames);
    assert.match(notices[0].text, /damaged at byte 60 \(a record of 5376 bytes, where/u);
  });

  it('a block that claims more than is left is passed over, where whole blocks follow', async () => {
    const bytes = pcapngOf(many);
    const second = SECTION.length + ETHERNET.length + enhancedOf(many[0]).length;
    bytes.writeUInt32LE(65_536, second + 4);
    const { frames, notices } = await drain(folder.put('claims.pcapng', bytes));
    assertAllButSecond(frames);
    assert.equal(notices.length, 1);
    assert.match(
      notices[0].text,
      /damaged at byte \d+ \(a block that claims more than the \d+ bytes that are left\); \d+ bytes were skipped; 1 packet before it was used$/u,
    );
  });

  it('goes on behind a hole of zeros, and behind one of noise', async () => {
    for (const fill of [0, 0xe5]) {
      const bytes = pcapOf(recordsFrom(START, 2000));
      bytes.fill(fill, 20_000, 28_192);
      const { frames, notices } = await drain(folder.put('hole.pcap', bytes));
      const lost = 2000 - frames.length;
      assert.ok(lost > 200 && lost < 225, `${lost} lost`);
      assert.equal(notices.length, 1, notices.map(({ text }) => text).join('\n'));
      assert.deepEqual(frames.at(-1)?.time, START + 1999e6);
    }
  });

  it('a tail of zeros, allocated but never written, is no packet', async () => {
    const path = folder.put('zeros.pcap', Buffer.concat([pcapOf(few), Buffer.alloc(3 << 20)]));
    const { frames, notices } = await drain(path);
    assert.equal(frames.length, few.length);
    assert.match(
      notices[0].text,
      /an empty record\), and nothing usable within 1 MiB after it; 4 packets/u,
    );
  });

  it('does not take times far from the last packet for records', async () => {
    const stray = pcapOf(recordsFrom(START - 90_000e6 * 30, 10)).subarray(24);
    const noise = Buffer.alloc(64, 0xff);
    const bytes = Buffer.concat([pcapOf(few), noise, stray]);
    assert.equal((await drain(folder.put('stray.pcap', bytes))).frames.length, few.length);
  });

  it('goes on behind a damaged block, and at the next section', async () => {
    const good = enhancedOf(few[0]);
    const bad = Buffer.from(good);
    bad.writeUInt32LE(16, bad.length - 4);
    const path = folder.put('block.pcapng', Buffer.concat([SECTION, ETHERNET, good, bad, good]));
    const { frames, notices } = await drain(path);
    assert.equal(frames.length, 2);
    assert.match(
      notices[0].text,
      /a block whose two lengths differ\); \d+ bytes were skipped; 1 packet before/u,
    );

    const noise = Buffer.alloc(5001, 0x99);
    const sections = Buffer.concat([pcapngOf(few), noise, pcapngOf(few)]);
    const second = await drain(folder.put('noise.pcapng', sections));
    assert.equal(second.frames.length, 8);
    assert.equal(second.interfaces.length, 2);
  });

  it('tells the first damaged places one by one, then their sum', async () => {
    const good = enhancedOf(few[0]);
    const bad = Buffer.from(good).fill(0x99, 0, 4).fill(0xff, 4, 8);
    const pairs = Array.from({ length: 50 }, () => [good, bad]).flat();
    const { frames, notices } = await drain(
      folder.put('places.pcapng', Buffer.concat([SECTION, ETHERNET, ...pairs, good])),
    );
    assert.equal(frames.length, 51);
    assert.equal(notices.length, 11);
    assert.match(notices[10].text, /damaged in 50 places, 2600 bytes were skipped$/u);
  });

  it('gives a file up that is damaged everywhere', async () => {
    const good = enhancedOf({ time: START, data: '00' });
    const bad = Buffer.alloc(8, 0xff);
    const pairs = Array.from({ length: 5000 }, () => [good, bad]).flat();
    const { frames, notices } = await drain(
      folder.put('everywhere.pcapng', Buffer.concat([SECTION, ETHERNET, ...pairs])),
    );
    assert.equal(frames.length, 1000);
    assert.match(notices.at(-1)?.text ?? '', /damaged in 1000 places.*the rest was left out/u);
  });

  it('too many interfaces are damage, not memory', async () => {
    const one = ETHERNET;
    const path = folder.put(
      'interfaces.pcapng',
      Buffer.concat([
        SECTION,
        ...Array.from({ length: 70_000 }, () => one),
        blockOf(0x7777, octets('')),
      ]),
    );
    const { interfaces, notices } = await drain(path);
    assert.equal(interfaces.length, 65_536);
    assert.match(notices[0].text, /more than 65536 interfaces/u);
  });

  it('whatever bits flip: no throw behind the first packet, no hang, frames inside their buffer', async () => {
    const seeds = [
      pcapOf(many),
      pcapngOf(many),
      gzipSync(pcapOf(many)),
      zstdCompressSync(pcapngOf(many)),
    ];
    const flips = array(tuple(nat(8000), integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    await assertProperty(
      asyncProperty(nat(seeds.length - 1), flips, async (which, changes) => {
        const bytes = Buffer.from(seeds[which]);
        for (const [at, mask] of changes) bytes[at % bytes.length] ^= mask;
        try {
          const { frames } = await drain(folder.put('flipped', bytes));
          assert.ok(frames.length <= bytes.length);
        } catch (error) {
          // drain checks the frames' places; only the file's beginning may be refused
          assert.ok(error instanceof InputError && error.exitCode === 65, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
