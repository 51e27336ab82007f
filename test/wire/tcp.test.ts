import assert from 'node:assert/strict';
import { KIND_NONE, KIND_TCP } from '../../src/wire/segment.ts';
import { Decoder } from '../../src/wire/decoder.ts';
import { assertNothing, decode, FLOW4, flow, octets } from './support/frames.ts';
import type { Decoded } from './support/frames.ts';
import { ETHERNET, FRAME, IPV4, MACS, RAW, TCP } from './support/frames.ts';

/** A SYN with these options, its data offset and total length made to fit. */
function syn(options: string): string {
  const length = octets(options).length;
  const total = (40 + length).toString(16).padStart(4, '0');
  const words = (5 + length / 4).toString(16);
  return (IPV4 + options).replace('0028', total).replace('5002', `${words}002`);
}

/** The options' fields of a SYN, where not at their defaults. */
function optionsOf({ segment: s }: Decoded): Record<string, number> {
  const all = {
    mss: s.mss,
    windowScale: s.windowScale + 1 && s.windowScale,
    sackPermitted: s.sackPermitted,
    timestamps: s.timestamps,
    tsVal: s.tsVal,
    tsEcr: s.tsEcr,
    fastOpen: s.fastOpen,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0));
}

const LINUX = `
  0204 05b4                  # MSS 1460
  0402                       # SACK permitted
  080a 00000011 00000022     # timestamps
  01                         # NOP
  0303 07                    # window scale 7
`;

describe('wire: TCP', () => {
  it('reads the header', () => {
    const { segment } = decode(
      `45 00 002b 1234 4000 40 06 0000 0a000001 0a000002
       ffff 0001 fedcba98 89abcdef 50ff 1234 0000 0000 616263`,
      RAW,
    );
    assert.equal(flow(segment), '10.0.0.1:65535 > 10.0.0.2:1');
    assert.deepEqual([segment.seq >>> 0, segment.ack >>> 0], [0xfedcba98, 0x89abcdef]);
    assert.deepEqual([segment.flags, segment.window, segment.payload], [0xff, 0x1234, 3]);
  });

  it('counts data offsets below 5 and beyond the packet', () => {
    for (const offset of ['0002', '4002', '6002', 'f002']) {
      assertNothing(FRAME.replace('5002', offset), ETHERNET, 'tcp-data-offset');
      assertNothing(IPV4.replace('5002', offset), RAW, 'tcp-data-offset');
    }
  });

  it('counts a packet with less than a header', () => {
    assertNothing(IPV4.replace('0028', '0027'), RAW, 'tcp-truncated');
    assertNothing(FRAME.replace('0028', '0014'), ETHERNET, 'tcp-truncated');
  });

  it('reads a header that goes on in the next fragment as far as the flags', () => {
    const addresses = '0a000001 0a000002';
    const ports = '9c40 01bb 01020304 00000000';
    // Options of 20 octets, of which the first fragment holds the first 4; then none of 4.
    const part = `45 00 002c 1234 2000 40 06 0000 ${addresses} ${ports} a002 faf0 0000 0000 020405b4`;
    for (const frame of [part, `${MACS} 0800 ${part}`]) {
      const { kind, segment, events } = decode(frame, frame === part ? RAW : ETHERNET);
      assert.equal(kind, KIND_TCP);
      assert.deepEqual(events, { 'tcp-options-cut': 1 });
      assert.equal(flow(segment), FLOW4);
      assert.equal(segment.flags, 0x02);
      assert.equal(segment.mss, 1460);
      assert.equal(segment.payload, 0);
    }
    const short = `45 00 0024 1234 2000 40 06 0000 ${addresses} ${ports} 6002 faf0`;
    const { segment, events } = decode(short, RAW);
    assert.deepEqual(events, { 'tcp-options-cut': 1 });
    assert.equal(flow(segment), FLOW4);
    assert.equal(segment.window, 0xfaf0);
    // The last fragment, and what is none, must hold all of it; and no fragment can do without flags.
    assertNothing(part.replace('2000', '0000'), RAW, 'tcp-data-offset');
    assertNothing(short.replace('2000', '0000'), RAW, 'tcp-truncated');
    assertNothing(short.replace('0024', '0020'), RAW, 'tcp-truncated');
  });

  it('forgets that the frame before was a fragment', () => {
    const decoder = new Decoder();
    const fragment = octets(FRAME.replace('1234 4000', '1234 2000'));
    assert.equal(decoder.decode(fragment, 0, fragment.length, fragment.length, ETHERNET), KIND_TCP);
    const frame = octets(FRAME.replace('5002', 'f002'));
    assert.equal(decoder.decode(frame, 0, frame.length, frame.length, ETHERNET), KIND_NONE);
    assert.deepEqual(decoder.counters.seen(), { 'tcp-data-offset': 1 });
  });

  it('reads a header that was captured as far as its flags', () => {
    for (const captured of [14, 15, 16, 19]) {
      const { segment, kind, events } = decode(IPV4, RAW, { captured: 20 + captured });
      assert.equal(kind, KIND_TCP);
      assert.deepEqual(events, {});
      assert.equal(flow(segment), FLOW4);
      assert.equal(segment.flags, 2);
      assert.equal(segment.window, captured < 16 ? 0 : 64240);
    }
    assertNothing(IPV4, RAW, 'cut-by-snap-length', { captured: 33 });
    assertNothing(FRAME, ETHERNET, 'cut-by-snap-length', { captured: 47 });
  });

  it('says how much data there was, not how much was captured', () => {
    const packet = `${MACS} 0800 ${IPV4.replace('0028', '05dc')}`;
    const { segment, events } = decode(packet, ETHERNET, { captured: 54, wire: 1514 });
    assert.deepEqual(events, {});
    assert.equal(segment.payload, 1460);
  });
});

describe('wire: TCP options', () => {
  it('reads those of Linux', () => {
    const decoded = decode(syn(LINUX), RAW);
    assert.deepEqual(decoded.events, {});
    assert.deepEqual(optionsOf(decoded), {
      mss: 1460,
      windowScale: 7,
      sackPermitted: 1,
      timestamps: 1,
      tsVal: 0x11,
      tsEcr: 0x22,
    });
    assert.equal(decoded.segment.optionLayout, 0x31842);
  });
  it('tells a shift count of 0 from none', () => {
    assert.equal(decode(syn('0303 00 01'), RAW).segment.windowScale, 0);
    assert.equal(decode(syn('0303 ff 01'), RAW).segment.windowScale, 14); // RFC 7323
    assert.equal(decode(IPV4, RAW).segment.windowScale, -1);
  });
  it('reads Fast Open, the experiment too', () => {
    assert.equal(decode(syn('2202 0101'), RAW).segment.fastOpen, 1);
    assert.equal(decode(syn('fe04 f989'), RAW).segment.fastOpen, 1);
    assert.equal(decode(syn('fe04 0001'), RAW).segment.fastOpen, 0);
  });
  it('keeps eight kinds of the layout, large ones as 15', () => {
    assert.equal(
      decode(syn('2202 01010101 1e02 0303 00 0402 010101'), RAW).segment.optionLayout,
      0x43f1111f,
    );
  });
  it('stops at the end of the list', () => {
    assert.deepEqual(optionsOf(decode(syn('00 02 04 05'), RAW)), {});
  });
  it('are read of a SYN only, and forgotten afterwards', () => {
    const decoder = new Decoder();
    const first = octets(syn(LINUX));
    decoder.decode(first, 0, first.length, first.length, RAW);
    assert.equal(decoder.segment.mss, 1460);
    const second = octets(syn(LINUX).replace('a002', 'a010'));
    decoder.decode(second, 0, second.length, second.length, RAW);
    const { segment } = decoder;
    assert.deepEqual(optionsOf({ segment, kind: KIND_TCP, events: {}, icmpPackets: 0 }), {});
    assert.equal(segment.optionLayout, 0);
  });
  it('counts lengths that cannot be, and keeps what came before', () => {
    for (const bad of ['0800', '0801', '08ff', '0809 0000000000', '0303', '08']) {
      const rest = octets(bad).length;
      const padded = `0204 05b4 ${'01'.repeat((4 - (rest % 4)) % 4)} ${bad}`;
      const decoded = decode(syn(padded), RAW);
      assert.deepEqual(decoded.events, { 'tcp-option-length': 1 }, bad);
      assert.deepEqual(optionsOf(decoded), { mss: 1460 }, bad);
    }
    assert.deepEqual(decode(syn('0203 05 01'), RAW).events, { 'tcp-option-length': 1 });
    assert.deepEqual(decode(syn('0403 05 01'), RAW).events, { 'tcp-option-length': 1 });
  });
  it('keeps those before the cut where the capture ends within them', () => {
    for (let cut = 0; cut < 20; cut++) {
      const decoded = decode(syn(LINUX), RAW, { captured: 40 + cut });
      assert.equal(decoded.kind, KIND_TCP);
      assert.deepEqual(decoded.events, { 'tcp-options-cut': 1 });
      assert.equal(decoded.segment.mss, cut < 4 ? 0 : 1460);
      assert.equal(decoded.segment.timestamps, cut < 16 ? 0 : 1);
    }
  });
  it('are the same on the short way and on the long one', () => {
    const short = decode(`${MACS} 0800 ${syn(LINUX)}`, ETHERNET);
    const long = decode(`${MACS} 8100 0001 0800 ${syn(LINUX)}`, ETHERNET);
    assert.deepEqual(short, long);
  });
  it('leaves the checksum alone: captures at the sender have none', () => {
    assert.equal(
      decode(IPV4.replace('0000 0000           # checksum', 'dead 0000 #'), RAW).kind,
      1,
    );
    assert.ok(TCP.includes('0000 0000           # checksum'));
  });
});
