import assert from 'node:assert/strict';
import { drain } from './drain.ts';
import { Folder, octets, pcapOf, recordsFrom, START } from './octets.ts';

const folder = new Folder();

describe('pcap: every variant of the format', () => {
  after(() => folder.remove());

  it('little-endian, microseconds', async () => {
    const path = folder.put(
      'le.pcap',
      octets(`
        d4c3b2a1            # magic
        0200 0400           # version 2.4
        00000000 00000000   # zone, accuracy
        00000400            # snapshot length 262144
        01000000            # Ethernet
        00f15365 40e20100   # 1700000000.123456
        04000000 3c000000   # 4 of 60 bytes
        deadbeef
        01f15365 3f420f00   # 1700000001.999999 less 0.000000
        00000000 2a000000   # nothing captured of 42 bytes
      `),
    );
    const { frames, interfaces, notices, promised } = await drain(path);
    assert.deepEqual(frames, [
      { time: 1_700_000_000_123_456, wire: 60, iface: 0, data: 'deadbeef' },
      { time: 1_700_000_001_999_999, wire: 42, iface: 0, data: '' },
    ]);
    assert.deepEqual(interfaces, [
      { name: 'le.pcap', linkType: 1, filter: null, snapLength: 262144 },
    ]);
    assert.deepEqual(notices, []);
    assert.equal(promised, false, 'a regular file answers at once');
  });

  it('big-endian, microseconds', async () => {
    const path = folder.put(
      'be.pcap',
      octets(`
        a1b2c3d4 0002 0004 00000000 00000000
        0000ffff            # snapshot length 65535
        00000071            # Linux cooked capture
        6553f100 0001e240   # 1700000000.123456
        00000003 00000003
        010203
      `),
    );
    const { frames, interfaces } = await drain(path);
    assert.deepEqual(frames, [{ time: 1_700_000_000_123_456, wire: 3, iface: 0, data: '010203' }]);
    assert.equal(interfaces[0].linkType, 113);
    assert.equal(interfaces[0].snapLength, 65535);
  });

  for (const [name, text] of [
    [
      'little-endian',
      `4d3cb2a1 0200 0400 00000000 00000000 ffff0000 01000000
       00f15365 ffc99a3b 01000000 01000000 77   # 1700000000.999999999`,
    ],
    [
      'big-endian',
      `a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000001
       6553f100 3b9ac9ff 00000001 00000001 77`,
    ],
  ]) {
    it(`${name}, nanoseconds are cut to microseconds`, async () => {
      const { frames } = await drain(folder.put(`nano-${name}.pcap`, octets(text)));
      assert.deepEqual(frames, [{ time: 1_700_000_000_999_999, wire: 1, iface: 0, data: '77' }]);
    });
  }

  for (const [name, text] of [
    [
      'little-endian',
      `34cdb2a1 0200 0400 00000000 00000000 ffff0000 01000000
       00f15365 01000000 02000000 02000000
       03000000 0008 04 00   # interface 3, IPv4, outgoing, padding
       cafe
       00f15365 02000000 01000000 01000000 03000000 0008 04 00 aa`,
    ],
    [
      'big-endian',
      `a1b2cd34 0002 0004 00000000 00000000 0000ffff 00000001
       6553f100 00000001 00000002 00000002 00000003 0800 04 00 cafe
       6553f100 00000002 00000001 00000001 00000003 0800 04 00 aa`,
    ],
  ]) {
    it(`${name}, modified: 24 octets of record header`, async () => {
      const { frames } = await drain(folder.put(`modified-${name}.pcap`, octets(text)));
      assert.deepEqual(
        frames.map(({ time, data }) => [time - START, data]),
        [
          [1, 'cafe'],
          [2, 'aa'],
        ],
      );
    });
  }

  it('masks what says the length of frame check sequences', async () => {
    const path = folder.put(
      'fcs.pcap',
      octets('d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000044  # 4 octets of FCS, Ethernet'),
    );
    const { frames, interfaces, notices } = await drain(path);
    assert.equal(interfaces[0].linkType, 1);
    assert.deepEqual([frames, notices], [[], []], 'a capture without packets is valid');
  });

  it('hands on unknown link types for the engine to judge', async () => {
    const path = folder.put(
      'linktype.pcap',
      octets('a1b2c3d4 0002 0004 00000000 00000000 0000ffff 0000fffe'),
    );
    assert.equal((await drain(path)).interfaces[0].linkType, 0xfffe);
  });

  it('takes a captured length above the wire length as it is, and wire lengths past 2^31 as the most', async () => {
    const path = folder.put(
      'lengths.pcap',
      octets(`
        d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000
        00f15365 00000000 02000000 01000000 cafe
        00f15365 00000000 02000000 ffffffff cafe
      `),
    );
    const { frames } = await drain(path);
    assert.deepEqual(
      frames.map(({ wire, data }) => [wire, data]),
      [
        [1, 'cafe'],
        [0x7fffffff, 'cafe'],
      ],
    );
  });

  it('takes times after 2038', async () => {
    const path = folder.put(
      '2100.pcap',
      octets(`a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001
              f4865700 00000000 00000001 00000001 00`),
    );
    assert.equal((await drain(path)).frames[0].time, 4_102_444_800e6);
  });

  it('carries frames over from one buffer to the next, whatever the batch holds', async () => {
    const records = recordsFrom(START, 60_000, 1000);
    const path = folder.put('long.pcap', pcapOf(records));
    for (const capacity of [1024, 7]) {
      const { frames } = await drain(path, { capacity });
      assert.deepEqual(
        frames.map(({ time, data }) => ({ time, data })),
        records,
      );
    }
  });

  it('takes a frame larger than its buffer, up to 16 MiB where the file allows it', async () => {
    const size = (16 << 20) - 64;
    const header = octets('d4c3b2a1 0200 0400 00000000 00000000 ffffff7f 01000000');
    const record = octets('00f15365 00000000 c0ffff00 c0ffff00');
    const path = folder.put(
      'giant.pcap',
      Buffer.concat([
        header,
        record,
        Buffer.alloc(size, 7),
        pcapOf(recordsFrom(START, 3)).subarray(24),
      ]),
    );
    const { frames, notices } = await drain(path);
    assert.equal(frames.length, 4);
    assert.equal(frames[0].data.length, 2 * size);
    assert.deepEqual(notices, []);
  });
});
