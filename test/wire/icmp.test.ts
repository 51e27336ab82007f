import assert from 'node:assert/strict';
import { icmpName, isHardError } from '../../src/wire/icmp-names.ts';
import { KIND_ICMP, KIND_NONE } from '../../src/wire/segment.ts';
import { decode, FLOW4, FLOW6, flowOf, octets, quotedFlow } from './support/frames.ts';
import { ETHERNET, IPV4, IPV6, MACS, RAW, TCP } from './support/frames.ts';

/** From 192.0.2.9 to 10.0.0.1; the total length of 0 stands for all that there is. */
const icmp = (type: string, quote: string): string =>
  `45 00 0000 0000 0000 3f 01 0000 c0000209 0a000001 ${type} 0000 00000000 ${quote}`;
/** From 2001:db8::9 to 2001:db8::1. */
const icmpv6 = (type: string, quote: string): string =>
  `60000000 0000 3a 40 20010db8${'0'.repeat(23)}9 20010db8${'0'.repeat(23)}1
   ${type} 0000 00000000 ${quote}`;

describe('wire: ICMP', () => {
  it('reads what a port unreachable quotes', () => {
    const { kind, segment, events, icmpPackets } = decode(icmp('0303', IPV4), RAW);
    assert.equal(kind, KIND_ICMP);
    assert.deepEqual(events, {});
    assert.equal(icmpPackets, 1);
    assert.deepEqual([segment.icmpType, segment.icmpCode], [3, 3]);
    assert.deepEqual([segment.src0 >>> 0, segment.dst0 >>> 0], [0xc0000209, 0x0a000001]);
    assert.equal(segment.ttl, 63);
    assert.equal(quotedFlow(segment), FLOW4);
    assert.deepEqual([segment.quotesTcp, segment.quotesSeq], [1, 1]);
    assert.equal(segment.quoteSeq, 0x01020304);
  });

  it('reads time exceeded and parameter problem too, and only counts the rest', () => {
    for (const type of ['0304', '0b00', '0c00']) {
      assert.equal(decode(icmp(type, IPV4), RAW).kind, KIND_ICMP);
    }
    for (const type of ['0000', '0800', '0500', '0400', '0d00']) {
      const { kind, icmpPackets, events } = decode(icmp(type, IPV4), RAW);
      assert.deepEqual([kind, icmpPackets, events], [KIND_NONE, 1, {}]);
    }
  });

  it('takes what there is of a quote: 0 to 28 octets', () => {
    const whole = octets(IPV4);
    for (let length = 0; length <= 28; length++) {
      const quote = Buffer.from(whole.subarray(0, length)).toString('hex');
      const { kind, segment, events } = decode(icmp('0303', quote), RAW);
      assert.equal(kind, KIND_ICMP);
      assert.deepEqual(events, length < 28 ? { 'icmp-quote-truncated': 1 } : {});
      assert.equal(segment.quotesTcp, length >= 24 ? 1 : 0);
      assert.equal(segment.quotesSeq, length >= 28 ? 1 : 0);
      assert.equal(segment.quoteSrc0, length >= 20 ? 0x0a000001 : 0);
      assert.equal(segment.quoteSrcPort, length >= 24 ? 40000 : 0);
      assert.equal(segment.quoteSeq, length >= 28 ? 0x01020304 : 0);
    }
  });

  it('tells a short quote from one that the capture cut', () => {
    const { segment, events } = decode(icmp('0303', IPV4), RAW, { captured: 28 + 24 });
    assert.deepEqual(events, { 'cut-by-snap-length': 1 });
    assert.deepEqual([segment.quotesTcp, segment.quotesSeq], [1, 0]);
  });

  it('passes over options in the quoted header', () => {
    const quote = `46 00 002c 1234 4000 01 06 0000 0a000001 0a000002 94040000 ${TCP}`;
    assert.equal(quotedFlow(decode(icmp('0303', quote), RAW).segment), FLOW4);
  });

  it('does not mind what routers write into the quoted lengths', () => {
    const quote = IPV4.replace('0028', '0000');
    assert.equal(quotedFlow(decode(icmp('0303', quote), RAW).segment), FLOW4);
    assert.equal(
      quotedFlow(decode(icmp('0b00', IPV4.replace('0028', 'ffff')), RAW).segment),
      FLOW4,
    );
  });

  it('does not take a swapped "don\'t fragment" for an offset', () => {
    const swapped = IPV4.replace('0028', '2800').replace('4000', '0040');
    const { segment, events } = decode(icmp('0303', swapped), RAW);
    assert.deepEqual(events, {});
    assert.equal(quotedFlow(segment), FLOW4);
    assert.equal(segment.quotesSeq, 1);
  });

  it('says no ports where there are none', () => {
    const udp = IPV4.replace('40 06', '40 11');
    assert.deepEqual(quoted(icmp('0303', udp)), [0, {}]);
    const later = IPV4.replace('4000', '2010');
    assert.deepEqual(quoted(icmp('0303', later)), [0, { 'icmp-quote-fragment': 1 }]);
    const first = IPV4.replace('4000', '2000');
    assert.deepEqual(quoted(icmp('0303', first)), [1, {}]);
  });

  it('counts quotes that are malformed', () => {
    const malformed = { 'icmp-quote-malformed': 1 };
    assert.deepEqual(quoted(icmp('0303', IPV6)), [0, malformed]);
    assert.deepEqual(quoted(icmp('0303', IPV4.replace('45 00', '44 00'))), [0, malformed]);
    const long = IPV4.replace('45 00', '4f 00');
    assert.deepEqual(quoted(icmp('0303', long)), [0, { 'icmp-quote-truncated': 1 }]);
  });

  it('counts a message shorter than its header', () => {
    const { kind, events, icmpPackets } = decode(icmp('0303', '').slice(0, -5), RAW);
    assert.deepEqual([kind, events, icmpPackets], [KIND_NONE, { 'icmp-truncated': 1 }, 1]);
  });

  it('does not take padding for a quote', () => {
    const message = icmp('0303', '').replace('0000', '001c');
    const { events } = decode(`${MACS} 0800 ${message} ${IPV4}`, ETHERNET);
    assert.deepEqual(events, { 'icmp-quote-truncated': 1 });
  });
});

describe('wire: ICMPv6', () => {
  it('reads what an unreachable quotes', () => {
    const { kind, segment, events, icmpPackets } = decode(icmpv6('0104', IPV6), RAW);
    assert.equal(kind, KIND_ICMP);
    assert.deepEqual(events, {});
    assert.equal(icmpPackets, 1);
    assert.deepEqual([segment.icmpType, segment.icmpCode], [1, 4]);
    assert.equal(quotedFlow(segment), FLOW6);
    assert.equal(segment.quoteSeq, 0x01020304);
  });

  it('reads time exceeded and parameter problem too, and only counts the rest', () => {
    for (const type of ['0300', '0401'])
      assert.equal(decode(icmpv6(type, IPV6), RAW).kind, KIND_ICMP);
    for (const type of ['0200', '8000', '8700']) {
      const { kind, icmpPackets, events } = decode(icmpv6(type, IPV6), RAW);
      assert.deepEqual([kind, icmpPackets, events], [KIND_NONE, 1, {}]);
    }
  });

  it('takes what there is of a quote', () => {
    const whole = octets(IPV6);
    for (let length = 0; length <= 48; length++) {
      const quote = Buffer.from(whole.subarray(0, length)).toString('hex');
      const { segment, events } = decode(icmpv6('0101', quote), RAW);
      assert.deepEqual(events, length < 48 ? { 'icmp-quote-truncated': 1 } : {});
      assert.equal(segment.quotesTcp, length >= 44 ? 1 : 0);
      assert.equal(segment.quotesSeq, length >= 48 ? 1 : 0);
    }
  });

  it('passes over extension headers in the quote', () => {
    const extended = IPV6.replace('06 40', '00 40').replace(TCP, `06 00 05020000 0100 ${TCP}`);
    assert.equal(quotedFlow(decode(icmpv6('0104', extended), RAW).segment), FLOW6);
    const first = IPV6.replace('06 40', '2c 40').replace(TCP, `06 00 0001 00000001 ${TCP}`);
    assert.equal(quotedFlow(decode(icmpv6('0104', first), RAW).segment), FLOW6);
    const later = first.replace('0001 00000001', '0011 00000001');
    assert.deepEqual(quoted(icmpv6('0104', later)), [0, { 'icmp-quote-fragment': 1 }]);
    assert.deepEqual(quoted(icmpv6('0104', IPV4 + IPV4)), [0, { 'icmp-quote-malformed': 1 }]);
  });

  it('leaves nothing of one quote in the next', () => {
    assert.equal(flowOf(IPV4, RAW), FLOW4);
    const { segment } = decode(icmp('0303', IPV4), RAW);
    assert.deepEqual([segment.quoteSrc1, segment.quoteDst3], [0, 0]);
  });
});

describe('wire: names of ICMP errors', () => {
  it("are IANA's, in kebab case", () => {
    assert.equal(icmpName(0, 3, 3), 'port-unreachable');
    assert.equal(icmpName(0, 3, 10), 'host-administratively-prohibited');
    assert.equal(icmpName(0, 3, 13), 'communication-administratively-prohibited');
    assert.equal(icmpName(1, 1, 4), 'port-unreachable');
    assert.equal(icmpName(1, 1, 0), 'no-route-to-destination');
    assert.equal(icmpName(0, 11, 0), 'time-to-live-exceeded-in-transit');
    assert.equal(icmpName(0, 3, 99), 'type-3-code-99');
    assert.equal(icmpName(1, 77, 0), 'type-77-code-0');
  });
  it('know which end an attempt', () => {
    assert.ok(isHardError(0, 3, 3) && isHardError(0, 3, 13) && isHardError(1, 1, 4));
    assert.ok(!isHardError(0, 3, 4) && !isHardError(0, 11, 0) && !isHardError(0, 12, 0));
    assert.ok(!isHardError(1, 3, 3) && !isHardError(1, 2, 0) && !isHardError(0, 1, 0));
  });
});

function quoted(message: string): [quotesTcp: number, events: Record<string, number>] {
  const { kind, segment, events } = decode(message, RAW);
  assert.equal(kind, KIND_ICMP);
  return [segment.quotesTcp, events];
}
