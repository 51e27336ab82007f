import assert from 'node:assert/strict';
import { assertNothing, decode, FLOW4, FLOW6, flow, flowOf } from './support/frames.ts';
import { ETHERNET, FRAME, IPV4, IPV6, MACS, RAW, TCP } from './support/frames.ts';

const ADDRESSES4 = '0a000001 0a000002';
const ADDRESSES6 = `20010db8000000000000000000000001
  20010db8000000000000000000000002`;

describe('wire: IPv4', () => {
  it('passes over options', () => {
    const header = `46 00 002c 1234 4000 40 06 0000 ${ADDRESSES4} 94040000`; // router alert
    assert.equal(flowOf(`${header} ${TCP}`, RAW), FLOW4);
    assert.equal(flowOf(`${MACS} 0800 ${header} ${TCP}`, ETHERNET), FLOW4);
  });
  it('takes the TTL and leaves the reserved bit alone', () => {
    const { segment } = decode(`45 00 0028 1234 8000 ff 06 0000 ${ADDRESSES4} ${TCP}`, RAW);
    assert.equal(segment.ttl, 255);
    assert.equal(flow(segment), FLOW4);
  });
  it("takes the wire's length where the total length is 0 (TSO)", () => {
    const header = `45 00 0000 1234 4000 40 06 0000 ${ADDRESSES4}`;
    for (const prefix of ['', `${MACS} 0800`]) {
      const linkType = prefix === '' ? RAW : ETHERNET;
      const bytes = `${prefix} ${header} ${TCP}`;
      const link = prefix === '' ? 0 : 14;
      const { segment, events } = decode(bytes, linkType, { wire: link + 40 + 9000 });
      assert.deepEqual(events, {});
      assert.equal(segment.payload, 9000);
    }
  });
  it('counts impossible header lengths', () => {
    assertNothing(`44 ${IPV4.slice(IPV4.indexOf('00'))}`, RAW, 'ipv4-header-length');
    assertNothing(
      `4f 00 0000 1234 4000 40 06 0000 ${ADDRESSES4} ${TCP}`,
      RAW,
      'ipv4-header-length',
    );
    assertNothing(`4f 00 0028 1234 4000 40 06 0000 ${ADDRESSES4} ${TCP}`, RAW, 'ipv4-total-length');
    assertNothing(`45 00 0013 1234 4000 40 06 0000 ${ADDRESSES4} ${TCP}`, RAW, 'ipv4-total-length');
    assertNothing('45 00 0028 1234', RAW, 'ipv4-truncated');
    assertNothing(IPV4, RAW, 'cut-by-snap-length', { captured: 19 });
  });
  it('counts a total length beyond the frame, and believes it', () => {
    const { segment, events } = decode(FRAME.replace('0028', '0128'), ETHERNET);
    assert.deepEqual(events, { 'ipv4-beyond-frame': 1 });
    assert.equal(flow(segment), FLOW4);
    assert.equal(segment.payload, 0x100);
  });
  it('decodes first fragments and counts later ones', () => {
    assert.equal(flowOf(`45 00 0028 1234 2000 40 06 0000 ${ADDRESSES4} ${TCP}`, RAW), FLOW4);
    assertNothing(`45 00 0028 1234 2001 40 06 0000 ${ADDRESSES4} ${TCP}`, RAW, 'ipv4-fragment');
    assertNothing(`45 00 0028 1234 0001 40 06 0000 ${ADDRESSES4} ${TCP}`, RAW, 'ipv4-fragment');
    assertNothing(
      `${MACS} 0800 45 00 0028 1234 00b9 40 06 0000 ${ADDRESSES4} ${TCP}`,
      ETHERNET,
      'ipv4-fragment',
    );
    // A fragment too small for a TCP header (RFC 1858).
    assertNothing(
      `45 00 001c 1234 2000 40 06 0000 ${ADDRESSES4} 9c40 01bb 01020304`,
      RAW,
      'tcp-truncated',
    );
  });
  it('passes over an authentication header, stops at encryption', () => {
    const ah = '06 04 0000 00000001 00000001 000000000000000000000000';
    assert.equal(flowOf(`45 00 0040 1234 0000 40 33 0000 ${ADDRESSES4} ${ah} ${TCP}`, RAW), FLOW4);
    assertNothing(
      `45 00 0028 1234 0000 40 33 0000 ${ADDRESSES4} ${TCP}`,
      RAW,
      'ipv6-extension-truncated',
    );
    assertNothing(`45 00 0028 1234 0000 40 32 0000 ${ADDRESSES4} ${TCP}`, RAW, 'esp');
  });
  it('passes over other protocols without a word', () => {
    assertNothing(`45 00 0028 1234 0000 40 59 0000 ${ADDRESSES4} ${TCP}`, RAW);
    assertNothing(`45 00 0028 1234 0000 40 3a 0000 ${ADDRESSES4} ${TCP}`, RAW); // ICMPv6
  });
});

const packet = (next: string, length: string, rest: string): string =>
  `60000000 ${length} ${next} 40 ${ADDRESSES6} ${rest}`;

// Extension headers, with the number of what follows them.
const hopByHop = (next: string): string => `${next} 00 05020000 0100`;
const routing = (next: string): string => `${next} 02 00 00 00000000 ${ADDRESSES6.slice(0, 32)}`;
const destination = (next: string): string => `${next} 01 0104 00000000 0104 00000000 0000`;
const ah = (next: string): string => `${next} 04 0000 00000001 00000001 ${'00'.repeat(12)}`;

describe('wire: IPv6', () => {
  it('passes over extension headers', () => {
    assert.equal(flowOf(packet('00', '001c', hopByHop('06') + TCP), RAW), FLOW6);
    assert.equal(flowOf(packet('2b', '002c', routing('06') + TCP), RAW), FLOW6);
    assert.equal(flowOf(packet('3c', '0024', destination('06') + TCP), RAW), FLOW6);
    assert.equal(flowOf(packet('33', '002c', ah('06') + TCP), RAW), FLOW6);
    assert.equal(flowOf(packet('87', '001c', hopByHop('06') + TCP), RAW), FLOW6); // mobility
    const all = hopByHop('3c') + destination('2b') + routing('33') + ah('06') + TCP;
    assert.equal(flowOf(packet('00', '005c', all), RAW), FLOW6);
  });
  it('decodes first fragments and counts later ones', () => {
    assert.equal(flowOf(packet('2c', '001c', `06 00 0001 00000007 ${TCP}`), RAW), FLOW6);
    assert.equal(flowOf(packet('2c', '001c', `06 00 0000 00000007 ${TCP}`), RAW), FLOW6);
    assertNothing(packet('2c', '001c', `06 00 0009 00000007 ${TCP}`), RAW, 'ipv6-fragment');
    assertNothing(packet('2c', '001c', `06 00 0100 00000007 ${TCP}`), RAW, 'ipv6-fragment');
  });
  it('stops at encryption and at no next header', () => {
    assertNothing(packet('32', '0014', TCP), RAW, 'esp');
    assertNothing(packet('3b', '0000', ''), RAW);
    assertNothing(packet('01', '0014', TCP), RAW); // ICMP of IPv4
  });
  it("takes the wire's length where the payload length is 0", () => {
    const { segment, events } = decode(packet('06', '0000', TCP), RAW, { wire: 60 + 70000 });
    assert.deepEqual(events, {});
    assert.equal(segment.payload, 70000);
  });
  it('counts what is malformed', () => {
    assertNothing(IPV6, RAW, 'cut-by-snap-length', { captured: 39 });
    assertNothing(packet('00', '0004', '06 00 0502'), RAW, 'ipv6-extension-truncated');
    assertNothing(packet('00', '0008', '06 ff 05020000 0100'), RAW, 'ipv6-extension-truncated');
    const chain = '3c 00 0104 00000000'.repeat(13);
    assertNothing(packet('3c', '0068', chain), RAW, 'ipv6-too-many-extensions');
    const { segment, events } = decode(packet('06', '0114', TCP), RAW);
    assert.deepEqual(events, { 'ipv6-beyond-frame': 1 });
    assert.equal(flow(segment), FLOW6);
    assert.equal(segment.payload, 0x100);
  });
  it('leaves nothing of itself in the IPv4 packet that comes next', () => {
    const inner = decode(packet('04', '0028', IPV4), RAW);
    assert.equal(flow(inner.segment), FLOW4);
    assert.deepEqual([inner.segment.src1, inner.segment.dst3], [0, 0]);
  });
});
