import assert from 'node:assert/strict';
import { isKnownLinkType } from '../../src/wire/decoder.ts';
import { linkTypeName } from '../../src/wire/link-type-names.ts';
import { assertNothing, FLOW4, FLOW6, flowOf, FRAME, IPV4, IPV6, RAW } from './support/frames.ts';

const NULL = 0;
const LOOP = 108;

describe('wire: link types', () => {
  it('names those it knows, and others that people come with', () => {
    const known = [
      0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 166, 204, 205, 228, 229, 276,
    ];
    for (const linkType of known) {
      assert.ok(isKnownLinkType(linkType));
      assert.match(linkTypeName(linkType), /^[A-Z]/);
    }
    for (const linkType of [-1, 2, 147, 189, 999]) assert.ok(!isKnownLinkType(linkType));
    assert.equal(linkTypeName(1), 'ETHERNET');
    assert.equal(linkTypeName(149), 'USER2');
    assert.equal(linkTypeName(189), 'USB_LINUX');
    assert.equal(linkTypeName(999), 'link type 999');
  });

  it('decodes NULL and LOOP in both byte orders', () => {
    for (const linkType of [NULL, LOOP]) {
      assert.equal(flowOf(`02000000 ${IPV4}`, linkType), FLOW4);
      assert.equal(flowOf(`00000002 ${IPV4}`, linkType), FLOW4);
    }
  });

  it('knows AF_INET6 of Linux, NetBSD, FreeBSD and Darwin', () => {
    for (const family of ['0a', '18', '1c', '1e']) {
      assert.equal(flowOf(`${family}000000 ${IPV6}`, NULL), FLOW6);
      assert.equal(flowOf(`000000${family} ${IPV6}`, LOOP), FLOW6);
    }
    assertNothing(`07000000 ${IPV6}`, NULL);
    assertNothing('020000', NULL, 'loopback-truncated');
  });

  it('decodes raw IP', () => {
    for (const linkType of [RAW, 12, 14]) {
      assert.equal(flowOf(IPV4, linkType), FLOW4);
      assert.equal(flowOf(IPV6, linkType), FLOW6);
    }
    assert.equal(flowOf(IPV4, 228), FLOW4);
    assert.equal(flowOf(IPV6, 229), FLOW6);
    assertNothing(IPV6, 228, 'ipv4-version');
    assertNothing(IPV4, 229, 'ipv6-version');
    assertNothing('60000000', 229, 'ipv6-truncated');
    assertNothing(FRAME, RAW, 'raw-ip-version');
    assertNothing('', RAW, 'raw-ip-truncated');
  });

  it('decodes PPP, with and without address and control, compressed or not', () => {
    assert.equal(flowOf(`ff03 0021 ${IPV4}`, 9), FLOW4);
    assert.equal(flowOf(`0021 ${IPV4}`, 9), FLOW4);
    assert.equal(flowOf(`21 ${IPV4}`, 9), FLOW4);
    assert.equal(flowOf(`ff03 57 ${IPV6}`, 9), FLOW6);
    assert.equal(flowOf(`ff03 0281 00010140 ${IPV4}`, 9), FLOW4);
    assertNothing('ff03 c021 01010004', 9);
    assertNothing('ff03', 9, 'ppp-truncated');
    assertNothing('00', 9, 'ppp-truncated');
    assertNothing('', 9, 'ppp-truncated');
    assertNothing('ff03 002d 0000', 9, 'ppp-compressed');
  });

  it('tells PPP from Cisco HDLC in PPP_HDLC', () => {
    assert.equal(flowOf(`ff03 0021 ${IPV4}`, 50), FLOW4);
    assert.equal(flowOf(`0f00 0800 ${IPV4}`, 50), FLOW4);
    assert.equal(flowOf(`8f00 86dd ${IPV6}`, 50), FLOW6);
    assertNothing('', 50, 'ppp-truncated');
  });

  it('decodes PPP and Cisco HDLC behind a direction', () => {
    for (const direction of ['00', '01']) {
      assert.equal(flowOf(`${direction} ff03 0021 ${IPV4}`, 204), FLOW4);
      assert.equal(flowOf(`${direction} 0057 ${IPV6}`, 204), FLOW6);
      assert.equal(flowOf(`${direction} 0f00 0800 ${IPV4}`, 205), FLOW4);
      assert.equal(flowOf(`${direction} 03 0021 ${IPV4}`, 166), FLOW4);
      assert.equal(flowOf(`${direction} 03 57 ${IPV6}`, 166), FLOW6);
    }
    assertNothing('', 204, 'ppp-truncated');
    assertNothing('00', 166, 'ppp-truncated');
    assertNothing('01 0f00 08', 205, 'cisco-hdlc-truncated');
    assertNothing('', 205, 'cisco-hdlc-truncated');
  });

  it('decodes PPPoE without Ethernet, and Cisco HDLC', () => {
    assert.equal(flowOf(`11 00 0001 002a 0021 ${IPV4}`, 51), FLOW4);
    assert.equal(flowOf(`0f00 0800 ${IPV4}`, 104), FLOW4);
    assertNothing('8f00 8035 00000002', 104);
    assertNothing('0f00 08', 104, 'cisco-hdlc-truncated');
  });

  it('decodes Linux cooked captures', () => {
    const sll = '0000 0001 0006 0200000000a1 0000';
    assert.equal(flowOf(`${sll} 0800 ${IPV4}`, 113), FLOW4);
    assert.equal(flowOf(`${sll} 86dd ${IPV6}`, 113), FLOW6);
    assert.equal(flowOf(`${sll} 8100 0064 0800 ${IPV4}`, 113), FLOW4);
    assert.equal(flowOf(`${sll} 0004 aaaa03 000000 0800 ${IPV4}`, 113), FLOW4);
    assertNothing(sll, 113, 'sll-truncated');
    const radiotap = '00 00 0800 00000000 08 01 0000 0200000000a2 0200000000a3 0200000000a1 1000';
    const monitor = `${radiotap} aaaa03 000000 0800 ${IPV4}`;
    assert.equal(flowOf(`${sll.replace('0001', '0323')} 0004 ${monitor}`, 113), FLOW4);
    const sll2 = '0000 00000002 0001 00 06 0200000000a1 0000';
    assert.equal(flowOf(`0800 ${sll2} ${IPV4}`, 276), FLOW4);
    assert.equal(flowOf(`86dd ${sll2} ${IPV6}`, 276), FLOW6);
    assert.equal(flowOf(`0019 ${sll2.replace('0001', '0323')} ${monitor}`, 276), FLOW4);
    assertNothing(`0800 ${sll2.slice(0, -2)}`, 276, 'sll-truncated');
  });
});
