/** Whatever the octets: no exception, no end missing, nothing read outside of the frame, nothing allocated. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Decoder } from '../../src/wire/decoder.ts';
import { KIND_ICMP, KIND_NONE, KIND_TCP } from '../../src/wire/segment.ts';
import { octets } from './support/frames.ts';
import { ETHERNET, FRAME, IPV4, IPV6, MACS, RAW, TCP } from './support/frames.ts';

const LINK_TYPES = [
  0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 166, 204, 205, 228, 229, 276,
];

const OUTER = '45 00 0000 0000 0000 40';
const ENDS = '0000 c0000201 c0000202';
/** One good frame of each protocol. */
const GOOD: readonly (readonly [linkType: number, frame: Uint8Array])[] = (
  [
    [ETHERNET, FRAME],
    [ETHERNET, `${MACS} 86dd ${IPV6}`],
    [ETHERNET, `${MACS} 88a8 0001 8100 0002 0800 ${IPV4}`],
    [ETHERNET, `${MACS} 0030 aaaa03 000000 0800 ${IPV4}`],
    [ETHERNET, `${MACS} 8847 00010040 00011140 00000000 ${FRAME}`],
    [ETHERNET, `${MACS} 8864 11 00 0001 002a 0021 ${IPV4}`],
    [ETHERNET, `${MACS} 8903 0460 ${FRAME}`],
    [ETHERNET, `${MACS} 8909 01 01 0001 0005 0800 ${IPV4}`],
    [ETHERNET, `${MACS} 0800 ${OUTER} 11 ${ENDS} c000 12b5 0000 0000 08000000 00002a00 ${FRAME}`],
    [RAW, `${OUTER} 11 ${ENDS} c000 17c1 0000 0000 01 00 6558 00002a00 00000000 ${FRAME}`],
    [RAW, `${OUTER} 2f ${ENDS} b000 0800 00000000 00000001 00000002 ${IPV4}`],
    [RAW, `${OUTER} 2f ${ENDS} 4000 0800 00000000 0800 00 04 c0000203 00000000 ${IPV4}`],
    [RAW, `${OUTER} 2f ${ENDS} 3081 880b 00290001 00000001 00000002 21 ${IPV4}`],
    [RAW, `${OUTER} 2f ${ENDS} 1000 88be 00000001 10010001 00000000 ${FRAME}`],
    [
      RAW,
      `${OUTER} 2f ${ENDS} 1000 22eb 00000001 20010001 ${'00'.repeat(7)}01 ${'00'.repeat(8)} ${FRAME}`,
    ],
    [RAW, `${OUTER} 04 ${ENDS} ${OUTER} 29 ${ENDS} ${IPV6}`],
    [RAW, `${OUTER} 01 ${ENDS} 0303 0000 00000000 ${IPV4}`],
    [RAW, `60000000 0000 3a 40 ${'20010db8'.repeat(8)} 0104 0000 00000000 ${IPV6}`],
    [RAW, `60000000 0000 00 40 ${'20010db8'.repeat(8)} 3c00050200000100 0600010400000000 ${TCP}`],
    [0, `02000000 ${IPV4}`],
    [50, `0f00 0800 ${IPV4}`],
    [51, `11 00 0001 002a 0021 ${IPV4}`],
    [113, `0000 0001 0006 0200000000a1 0000 0800 ${IPV4}`],
    [276, `0800 0000 00000002 0001 00 06 0200000000a1 0000 ${IPV4}`],
    [
      127,
      `00 00 0900 02000000 10 8801 0000 ${'02'.repeat(18)} 1000 8000 ${MACS} 0030 aaaa03 000000 0800 ${IPV4} deadbeef`,
    ],
    [
      119,
      `44000000 10000000 ${'00'.repeat(8)} 0801 0000 ${'02'.repeat(18)} 1000 aaaa03 000000 0800 ${IPV4}`,
    ],
    [
      ETHERNET,
      `${MACS} 0800 45 00 003c 0001 4000 40 06 0000 0a000001 0a000002
       9c40 01bb 00000001 00000000 a002 faf0 0000 0000 0204 05b4 0402 080a 00000011 00000022 01 0303 07`,
    ],
  ] as const
).map(([linkType, text]) => [linkType, octets(text)]);

interface Frame {
  readonly linkType: number;
  readonly bytes: Uint8Array;
  readonly wire: number;
}

const noise: fc.Arbitrary<Frame> = fc.record({
  linkType: fc.oneof(fc.constantFrom(...LINK_TYPES), fc.integer({ min: -1, max: 300 })),
  bytes: fc.uint8Array({ maxLength: 200 }),
  wire: fc.oneof(fc.nat(300), fc.integer(), fc.double()),
});

/** A good frame with a few octets changed, its end cut off or its length on the wire untrue. */
const spoilt: fc.Arbitrary<Frame> = fc
  .record({
    good: fc.constantFrom(...GOOD),
    changes: fc.array(fc.tuple(fc.nat(140), fc.nat(255)), { maxLength: 4 }),
    cut: fc.oneof(fc.constant(0), fc.nat(140)),
    wire: fc.oneof(fc.constant(0), fc.nat(200)),
  })
  .map(({ good: [linkType, frame], changes, cut, wire }) => {
    const bytes = frame.slice(0, Math.max(0, frame.length - cut));
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return { linkType, bytes, wire };
  });

/** All that decoding the frame says, when it lies between octets of this value. */
function surrounded({ linkType, bytes, wire }: Frame, value: number): unknown {
  const buffer = new Uint8Array(bytes.length + 256).fill(value);
  buffer.set(bytes, 128);
  const decoder = new Decoder();
  const kind = decoder.decode(buffer, 128, bytes.length, wire, linkType);
  assert.ok([KIND_NONE, KIND_TCP, KIND_ICMP].includes(kind));
  assert.equal(decoder.segment.kind, kind);
  for (const field of Object.values(decoder.segment)) assert.equal(field, field | 0);
  return {
    segment: structuredClone(decoder.segment),
    events: decoder.counters.seen(),
    icmp: decoder.icmpPackets,
  };
}

function assertBounded(frame: Frame): void {
  const first = surrounded(frame, 0);
  for (const value of [0x45, 0x81, 0xff]) assert.deepEqual(surrounded(frame, value), first);
}

describe('wire: bounds', () => {
  it('start from frames that are good', () => {
    for (const [linkType, bytes] of GOOD) {
      const decoder = new Decoder();
      const kind = decoder.decode(bytes, 0, bytes.length, bytes.length, linkType);
      assert.notEqual(kind, KIND_NONE, Buffer.from(bytes).toString('hex'));
      assert.deepEqual(decoder.counters.seen(), {}, Buffer.from(bytes).toString('hex'));
    }
  });

  it('hold for each good frame cut anywhere', () => {
    for (const [linkType, frame] of GOOD) {
      for (let length = 0; length < frame.length; length++) {
        const bytes = frame.subarray(0, length);
        assertBounded({ linkType, bytes, wire: length });
        assertBounded({ linkType, bytes, wire: frame.length });
      }
    }
  });

  it('hold for random octets', () => {
    fc.assert(fc.property(noise, assertBounded), { numRuns: 2000 });
  });

  it('hold for good frames spoilt', () => {
    fc.assert(fc.property(spoilt, assertBounded), { numRuns: 4000 });
  });

  it('hold where the caller claims more than its buffer has', () => {
    const bytes = octets(FRAME).subarray(0, 40);
    const decoder = new Decoder();
    assert.equal(decoder.decode(bytes, 0, 54, 54, ETHERNET), KIND_NONE);
    assert.deepEqual(decoder.counters.seen(), { 'cut-by-snap-length': 1 });
    assert.equal(decoder.decode(bytes, 100, 54, 54, ETHERNET), KIND_NONE);
    assert.equal(decoder.decode(bytes, 0, -1, -1, ETHERNET), KIND_NONE);
  });

  it('leave the heap alone', () => {
    const decoder = new Decoder();
    const frames = GOOD.map(([linkType, bytes]) => ({ linkType, bytes }));
    const run = (rounds: number): void => {
      for (let i = 0; i < rounds; i++) {
        for (const { bytes, linkType } of frames) {
          decoder.decode(bytes, 0, bytes.length, bytes.length, linkType);
        }
      }
    };
    run(20_000); // until optimised
    const before = process.memoryUsage().heapUsed;
    run(10_000);
    const grown = process.memoryUsage().heapUsed - before;
    // One object of 16 octets a frame would come to over 4 MB.
    assert.ok(grown < 1_000_000, `${grown} octets`);
  });
});
