import assert from 'node:assert/strict';
import { drain } from './drain.ts';
import {
  blockOf,
  enhancedOf,
  ETHERNET,
  Folder,
  octets,
  pcapngOf,
  SECTION,
  START,
} from './octets.ts';

const folder = new Folder();

/** One packet with this count of units, on an interface with these options (little endian). */
function timed(units: bigint, options: string): Buffer {
  const packet = Buffer.alloc(21);
  packet.writeUInt32LE(Number(units >> 32n), 4);
  packet.writeUInt32LE(Number(units & 0xffffffffn), 8);
  packet.writeUInt32LE(1, 12);
  packet.writeUInt32LE(1, 16);
  const described = blockOf(1, octets(`0100 0000 00000000 ${options} 0000 0000`));
  return Buffer.concat([SECTION, described, blockOf(6, packet)]);
}

/** An interface statistics block with isb_ifdrop. */
function statistics(drops: number): Buffer {
  const body = octets('00000000 00000000 00000000 0500 0800 0000000000000000 0000 0000');
  body.writeUInt32LE(drops, 16);
  return blockOf(5, body);
}

describe('pcapng: blocks, sections and clocks', () => {
  after(() => folder.remove());

  it('a section with name, filter and snapshot length, in octets', async () => {
    const path = folder.put(
      'plain.pcapng',
      octets(`
        0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
        01000000 38000000     # interface description
        0100 0000 00000400    # Ethernet, 262144
        0200 0400 65746830    # if_name eth0
        0b00 0900 00          # if_filter, as text:
        706f7274203830 2e     #   port 80.
        000000                # padding
        0900 0100 06 000000   # if_tsresol: microseconds
        0000 0000             # no more options
        38000000
        06000000 24000000     # enhanced packet
        00000000              # interface 0
        240a0600 40421ac7     # 1700000000000000 and a bit
        03000000 40000000     # 3 of 64 bytes
        aabbcc 00             # with padding
        24000000
      `),
    );
    const { frames, interfaces, notices, promised } = await drain(path);
    const time = 0x00060a24 * 2 ** 32 + 0xc71a4240;
    assert.deepEqual(frames, [{ time, wire: 64, iface: 0, data: 'aabbcc' }]);
    assert.deepEqual(interfaces, [
      { name: 'eth0', linkType: 1, filter: 'port 80.', snapLength: 262144 },
    ]);
    assert.deepEqual([notices, promised], [[], false]);
  });

  it('sections of both byte orders; their interfaces stay apart', async () => {
    const big = octets(`
      0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
      00000001 00000020 0065 0000 00000000   # raw IP
      0002 0003 6c6f30 00 0000 0000          # if_name lo0
      00000020
      00000006 00000024 00000000 00060a24 181e4000 00000001 00000001 45000000 00000024
    `);
    const little = pcapngOf([{ time: START, data: 'aa' }]);
    const path = folder.put('orders.pcapng', Buffer.concat([little, big, little]));
    const { frames, interfaces } = await drain(path);
    assert.deepEqual(
      frames.map(({ iface, data }) => [iface, data]),
      [
        [0, 'aa'],
        [1, '45'],
        [2, 'aa'],
      ],
    );
    assert.deepEqual(
      interfaces.map(({ name, linkType }) => [name, linkType]),
      [
        ['orders.pcapng', 1],
        ['lo0', 101],
        ['orders.pcapng', 1],
      ],
    );
  });

  const clocks: readonly [string, bigint, string, number][] = [
    ['microseconds by default', 1_700_000_000_123_456n, '', 1_700_000_000_123_456],
    ['milliseconds', 1_700_000_000_123n, '0900 0100 03 000000', 1_700_000_000_123_000],
    ['seconds', 1_700_000_000n, '0900 0100 00 000000', 1_700_000_000_000_000],
    ['nanoseconds, cut', 1_700_000_000_123_456_999n, '0900 0100 09 000000', 1_700_000_000_123_456],
    [
      'nanoseconds, a carry between the halves',
      0x17979cfe_fffffffen,
      '0900 0100 09 000000',
      Number(0x17979cfe_fffffffen / 1000n),
    ],
    ['picoseconds', 1_234_567_891_234_567n, '0900 0100 0c 000000', 1_234_567_891],
    ['2^-10 seconds', 1_700_000_000n * 1024n + 512n, '0900 0100 8a 000000', 1_700_000_000_500_000],
    [
      '2^-32 seconds',
      (1_700_000_000n << 32n) + (1n << 30n),
      '0900 0100 a0 000000',
      1_700_000_000_250_000,
    ],
    [
      'an offset of an hour',
      1_700_000_000_000_000n,
      '0e00 0800 100e000000000000',
      1_700_003_600_000_000,
    ],
    ['an offset back', 1_700_000_000_000_000n, '0e00 0800 f0f1ffffffffffff', 1_699_996_400_000_000],
    [
      'nanoseconds and an offset',
      5_000n,
      '0900 0100 09 000000 0e00 0800 00f1536500000000',
      1_700_000_000_000_005,
    ],
  ];
  for (const [name, units, options, time] of clocks) {
    it(`clock: ${name}`, async () => {
      const { frames } = await drain(folder.put('clock.pcapng', timed(units, options)));
      assert.equal(frames[0].time, time);
    });
  }

  it('simple packets: cut by snapshot length, time of the packet before, and told', async () => {
    const path = folder.put(
      'simple.pcapng',
      Buffer.concat([
        SECTION,
        blockOf(1, octets('0100 0000 04000000')), // snapshot length 4
        enhancedOf({ time: START + 5, data: '01' }),
        blockOf(3, octets('09000000 aabbccdd')), // 9 bytes on the wire, 4 kept
        blockOf(3, octets('02000000 eeff')),
      ]),
    );
    const { frames, notices } = await drain(path);
    assert.deepEqual(frames.slice(1), [
      { time: START + 5, wire: 9, iface: 0, data: 'aabbccdd' },
      { time: START + 5, wire: 2, iface: 0, data: 'eeff' },
    ]);
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['no-timestamps'],
    );
    assert.match(notices[0].text, /^\S+simple\.pcapng: 2 packets carry no time/u);
  });

  it('the obsolete packet block', async () => {
    const obsolete = octets(`
      0000 0300           # interface 0, 3 drops
      240a0600 00401e18   # time
      02000000 05000000   # 2 of 5 bytes
      beef`);
    const path = folder.put(
      'obsolete.pcapng',
      Buffer.concat([SECTION, ETHERNET, blockOf(2, obsolete)]),
    );
    const { frames } = await drain(path);
    assert.deepEqual(frames, [
      { time: 0x00060a24 * 2 ** 32 + 0x181e4000, wire: 5, iface: 0, data: 'beef' },
    ]);
  });

  it('skips every other block, also unknown ones and a large one', async () => {
    const skipped = [4, 9, 10, 0xbad, 0x40000bad, 0x7777, 0x80000001].map((type) =>
      blockOf(type, Buffer.alloc(100, 1)),
    );
    const records = [{ time: START, data: '01' }];
    const path = folder.put(
      'blocks.pcapng',
      Buffer.concat([
        SECTION,
        ...skipped,
        ETHERNET,
        blockOf(4, Buffer.alloc(3 << 20)),
        ...records.map((record) => enhancedOf(record)),
        ...skipped,
      ]),
    );
    const { frames, notices } = await drain(path);
    assert.equal(frames.length, 1);
    assert.deepEqual(notices, []);
  });

  it('tells of drops that the file itself counts, the last count of each interface', async () => {
    const path = folder.put(
      'drops.pcapng',
      Buffer.concat([pcapngOf([{ time: START, data: '01' }]), statistics(3), statistics(12)]),
    );
    const { notices } = await drain(path);
    assert.deepEqual(
      notices.map(({ code, time }) => [code, time]),
      [['capture-loss', START]],
    );
    assert.match(notices[0].text, /12 packets were dropped/u);
  });

  it('many interfaces', async () => {
    const many = 300;
    const path = folder.put(
      'many.pcapng',
      Buffer.concat([
        SECTION,
        ...Array.from({ length: many }, () => ETHERNET),
        ...Array.from({ length: many }, (_, i) => enhancedOf({ time: START + i, data: '00' }, i)),
      ]),
    );
    const { frames, interfaces } = await drain(path);
    assert.equal(interfaces.length, many);
    assert.deepEqual(
      frames.map(({ iface }) => iface),
      Array.from({ length: many }, (_, i) => i),
    );
  });

  it('leaves out packets of an unknown interface or an impossible length, and tells', async () => {
    const overlong = enhancedOf({ time: START, data: '0011' });
    overlong.writeUInt32LE(5, 20);
    const path = folder.put(
      'unusable.pcapng',
      Buffer.concat([
        pcapngOf([{ time: START, data: '01' }]),
        enhancedOf({ time: START, data: '02' }, 9),
        overlong,
        enhancedOf({ time: START, data: '03' }),
      ]),
    );
    const { frames, notices } = await drain(path);
    assert.deepEqual(
      frames.map(({ data }) => data),
      ['01', '03'],
    );
    assert.match(notices[0].text, /2 packet blocks were left out/u);
  });

  it('names with control characters do not reach a terminal; compiled filters are no text', async () => {
    const described = blockOf(
      1,
      octets(
        '0100 0000 00000000 0200 0400 1b5b3330 0b00 0900 01 0600000000000000 000000 0000 0000',
      ),
    );
    const path = folder.put('control.pcapng', Buffer.concat([SECTION, described]));
    const { interfaces } = await drain(path);
    assert.equal(interfaces[0].name, '?[30');
    assert.equal(interfaces[0].filter, null);
  });
});
