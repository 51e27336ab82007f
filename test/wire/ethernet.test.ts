import assert from 'node:assert/strict';
import { assertNothing, decode, ETHERNET, FLOW4, FLOW6, flow, flowOf } from './support/frames.ts';
import { FRAME, IPV4, IPV6, MACS } from './support/frames.ts';

describe('wire: Ethernet', () => {
  it('decodes IPv4 and IPv6', () => {
    assert.equal(flowOf(FRAME, ETHERNET), FLOW4);
    assert.equal(flowOf(`${MACS} 86dd ${IPV6}`, ETHERNET), FLOW6);
  });

  it('does not take padding for data', () => {
    assert.equal(decode(`${FRAME} 000000000000`, ETHERNET).segment.payload, 0);
    assert.equal(decode(`${MACS} 86dd ${IPV6} 00000000`, ETHERNET).segment.payload, 0);
  });

  it('passes over what is not IP without a word', () => {
    assertNothing(`${MACS} 0806 0001080006040001`, ETHERNET);
    assertNothing(`${MACS} 88cc 0207`, ETHERNET);
    assertNothing(`${MACS} 05ff 0000`, ETHERNET); // neither a length nor a type
  });

  it('counts frames shorter than a header, and tells them from cut ones', () => {
    assertNothing('', ETHERNET, 'ethernet-truncated');
    assertNothing(MACS, ETHERNET, 'ethernet-truncated');
    assertNothing(FRAME, ETHERNET, 'cut-by-snap-length', { captured: 13 });
    assertNothing(FRAME, ETHERNET, 'cut-by-snap-length', { captured: 0 });
  });

  it('counts an unknown link type', () => {
    assertNothing(FRAME, 147, 'unknown-link-type');
  });

  describe('802.3 with LLC', () => {
    it('decodes SNAP', () => {
      assert.equal(flowOf(`${MACS} 0030 aaaa03 000000 0800 ${IPV4} 00000000`, ETHERNET), FLOW4);
      assert.equal(flowOf(`${MACS} 0030 aaaa03 0000f8 0800 ${IPV4}`, ETHERNET), FLOW4);
    });
    it("decodes IP's own service access point", () => {
      assert.equal(flowOf(`${MACS} 002b 060603 ${IPV4}`, ETHERNET), FLOW4);
    });
    it('passes over spanning tree and vendors of their own', () => {
      assertNothing(`${MACS} 0007 424203 00000000`, ETHERNET);
      assertNothing(`${MACS} 0008 aaaa03 00000c 2000`, ETHERNET);
    });
    it('counts lengths that are too small or too large', () => {
      assertNothing(`${MACS} 0002 4242`, ETHERNET, 'llc-truncated');
      assertNothing(`${MACS} 0003 aaaa03 000000 0800 ${IPV4}`, ETHERNET, 'llc-truncated');
      const { events, segment } = decode(`${MACS} 0031 aaaa03 000000 0800 ${IPV4}`, ETHERNET);
      assert.deepEqual(events, { 'ieee8023-beyond-frame': 1 });
      assert.equal(flow(segment), FLOW4);
    });
  });

  describe('VLAN tags', () => {
    it('decodes one, two and three', () => {
      assert.equal(flowOf(`${MACS} 8100 0064 0800 ${IPV4}`, ETHERNET), FLOW4);
      assert.equal(flowOf(`${MACS} 88a8 0064 8100 00c8 86dd ${IPV6}`, ETHERNET), FLOW6);
      assert.equal(flowOf(`${MACS} 9100 0001 9200 0002 8100 0003 0800 ${IPV4}`, ETHERNET), FLOW4);
    });
    it('decodes LLC behind a tag', () => {
      assert.equal(flowOf(`${MACS} 8100 0064 0030 aaaa03 000000 0800 ${IPV4}`, ETHERNET), FLOW4);
    });
    it('counts a tag that is not all there', () => {
      assertNothing(`${MACS} 8100 0064`, ETHERNET, 'vlan-truncated');
    });
    it('gives up on a stack without end', () => {
      const tags = '0064 8100'.repeat(40);
      assertNothing(`${MACS} 8100 ${tags} 0064 0800 ${IPV4}`, ETHERNET, 'nested-too-deep');
    });
  });

  describe('MPLS', () => {
    const label = '00010 0 40'; // label 16, not the bottom, TTL 64
    const bottom = '00011 1 40';
    it('decodes IP behind one label or several', () => {
      assert.equal(flowOf(`${MACS} 8847 ${bottom} ${IPV4}`, ETHERNET), FLOW4);
      assert.equal(flowOf(`${MACS} 8847 ${label} ${label} ${bottom} ${IPV6}`, ETHERNET), FLOW6);
      assert.equal(flowOf(`${MACS} 8848 ${bottom} ${IPV4}`, ETHERNET), FLOW4);
    });
    it('decodes a pseudowire with a control word', () => {
      assert.equal(flowOf(`${MACS} 8847 ${bottom} 00000007 ${FRAME}`, ETHERNET), FLOW4);
    });
    it('decodes a pseudowire without one, whatever the address begins with', () => {
      assert.equal(flowOf(`${MACS} 8847 ${bottom} ${FRAME}`, ETHERNET), FLOW4);
      const other = 'a20000000001 0200000000a1';
      assert.equal(flowOf(`${MACS} 8847 ${bottom} ${other} 0800 ${IPV4}`, ETHERNET), FLOW4);
    });
    it('counts a stack without bottom', () => {
      assertNothing(`${MACS} 8847 ${label} ${label}`, ETHERNET, 'mpls-truncated');
      assertNothing(`${MACS} 8847 ${bottom}`, ETHERNET, 'mpls-truncated');
    });
  });

  describe('PPPoE', () => {
    it('decodes a session', () => {
      assert.equal(flowOf(`${MACS} 8864 11 00 0001 002a 0021 ${IPV4} 0000`, ETHERNET), FLOW4);
      assert.equal(flowOf(`${MACS} 8864 11 00 0001 003e 0057 ${IPV6}`, ETHERNET), FLOW6);
    });
    it('decodes a compressed protocol field', () => {
      assert.equal(flowOf(`${MACS} 8864 11 00 0001 0029 21 ${IPV4}`, ETHERNET), FLOW4);
    });
    it('passes over discovery and control', () => {
      assertNothing(`${MACS} 8863 11 09 0000 0000`, ETHERNET);
      assertNothing(`${MACS} 8864 11 a7 0001 0000`, ETHERNET);
      assertNothing(`${MACS} 8864 11 00 0001 0006 c021 01010004`, ETHERNET);
    });
    it('counts what is malformed', () => {
      assertNothing(`${MACS} 8864 11 00 0001`, ETHERNET, 'pppoe-truncated');
      assertNothing(`${MACS} 8864 21 00 0001 002a 0021 ${IPV4}`, ETHERNET, 'pppoe-version');
      assertNothing(`${MACS} 8864 11 00 0001 0001 00`, ETHERNET, 'ppp-truncated');
      const { events, segment } = decode(`${MACS} 8864 11 00 0001 ffff 0021 ${IPV4}`, ETHERNET);
      assert.deepEqual(events, { 'pppoe-beyond-frame': 1 });
      assert.equal(flow(segment), FLOW4);
      assertNothing(`${MACS} 8864 11 00 0001 0004 00fd 9000`, ETHERNET, 'ppp-compressed');
    });
  });

  describe("Cisco's own", () => {
    it('decodes FabricPath', () => {
      assert.equal(flowOf(`${MACS} 8903 0460 ${FRAME}`, ETHERNET), FLOW4);
      assertNothing(`${MACS} 8903 04`, ETHERNET, 'fabric-path-truncated');
      assertNothing(`${MACS} 8903 0460 ${MACS}`, ETHERNET, 'ethernet-truncated');
    });
    it('decodes MetaData', () => {
      assert.equal(flowOf(`${MACS} 8909 01 01 0001 0005 0800 ${IPV4}`, ETHERNET), FLOW4);
      assertNothing(`${MACS} 8909 01 01 0001`, ETHERNET, 'cisco-metadata-truncated');
    });
  });
});
