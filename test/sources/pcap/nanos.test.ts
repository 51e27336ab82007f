import assert from 'node:assert/strict';
import { FrameBatch } from 'unackd';
import { openSource } from './drain.ts';
import { blockOf, Folder, octets, pcapngOf, recordsFrom, SECTION, START } from './octets.ts';

const folder = new Folder();

/** A nanosecond pcap of one-byte frames, `step` ns apart from `first` ns past START on. */
function nanoPcap(count: number, first: number, step: number): Buffer {
  const header = octets('4d3cb2a1 0200 0400 00000000 00000000 ffff0000 01000000');
  const records = Array.from({ length: count }, (_, i) => {
    const record = Buffer.alloc(17);
    record.writeUInt32LE(START / 1e6, 0);
    record.writeUInt32LE(first + i * step, 4);
    record.writeUInt32LE(1, 8);
    record.writeUInt32LE(1, 12);
    return record;
  });
  return Buffer.concat([header, ...records]);
}

function timed(units: bigint, resolution: string): Buffer {
  const packet = Buffer.alloc(24);
  packet.writeUInt32LE(Number(units >> 32n), 4);
  packet.writeUInt32LE(Number(units & 0xffffffffn), 8);
  packet.writeUInt32LE(1, 12);
  packet.writeUInt32LE(1, 16);
  const described = blockOf(1, octets(`0100 0000 00000000 0900 0100 ${resolution} 0000 0000`));
  return Buffer.concat([SECTION, described, blockOf(6, packet)]);
}

interface Timed {
  /** `[microseconds since START, nanoseconds beyond]` of each frame. */
  readonly times: readonly (readonly [number, number])[];
  readonly finer: readonly boolean[];
}

async function timesOf(paths: readonly string[], speed = 0): Promise<Timed> {
  const { source } = openSource(paths, { speed });
  const batch = new FrameBatch(3);
  const times: [number, number][] = [];
  for (let more = true; more;) {
    batch.askNanos();
    more = await source.read(batch);
    for (let i = 0; i < batch.count; i++) {
      times.push([batch.time[i] - START, batch.nanos?.[i] ?? Number.NaN]);
    }
  }
  await source.close?.();
  return { times, finer: source.interfaces.map(({ finer }) => finer === true) };
}

describe('pcap: nanoseconds for who asks', () => {
  after(() => folder.remove());

  it('of a nanosecond pcap, batch after batch', async () => {
    const path = folder.put('nano.pcap', nanoPcap(5, 1001, 1002));
    assert.deepEqual(await timesOf([path]), {
      times: [
        [1, 1],
        [2, 3],
        [3, 5],
        [4, 7],
        [5, 9],
      ],
      finer: [true],
    });
  });

  it('none of microseconds', async () => {
    const path = folder.put('micro.pcapng', pcapngOf(recordsFrom(START, 2, 1)));
    assert.deepEqual(await timesOf([path]), {
      times: [
        [0, 0],
        [1, 0],
      ],
      finer: [false],
    });
  });

  const clocks: [name: string, units: bigint, resolution: string, nanos: number][] = [
    ['nanoseconds', 1_700_000_000_000_000_999n, '09 000000', 999],
    ['2^-20 s', (1_700_000_000n << 20n) + 1n, '94 000000', 953],
    ['2^-30 s', (1_700_000_000n << 30n) + 1n, '9e 000000', 0],
    ['2^-30 s, the last before a microsecond', (1_700_000_000n << 30n) + 1073n, '9e 000000', 999],
  ];
  for (const [name, units, resolution, nanos] of clocks) {
    it(`of pcapng with a clock in ${name}`, async () => {
      const path = folder.put('clock.pcapng', timed(units, resolution));
      assert.deepEqual(await timesOf([path]), { times: [[0, nanos]], finer: [true] });
    });
  }

  it('of files that are merged, and at the pace of their recording', async () => {
    const a = folder.put('a.pcap', nanoPcap(3, 1001, 2000));
    const b = folder.put('b.pcap', nanoPcap(3, 2002, 2000));
    const c = folder.put('c.pcapng', pcapngOf(recordsFrom(START + 4, 1)));
    const times = [
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 2],
      [4, 0],
      [5, 1],
      [6, 2],
    ];
    assert.deepEqual((await timesOf([a, b, c])).times, times);
    assert.deepEqual((await timesOf([a, b, c], 1000)).times, times);
  });
});
