import assert from 'node:assert/strict';
import { assertNothing, decode, FLOW4, FLOW6, flow, flowOf } from './support/frames.ts';
import { ETHERNET, FRAME, IPV4, IPV6, MACS, RAW } from './support/frames.ts';

/** An outer header from 192.0.2.1 to 192.0.2.2. Its total length of 0 stands for all that there is. */
function outer(protocol: string, rest: string, fragment = '0000'): string {
  return `45 00 0000 0000 ${fragment} 40 ${protocol} 0000 c0000201 c0000202 ${rest}`;
}

function udp(port: string, rest: string, length = '0000'): string {
  return outer('11', `c000 ${port} ${length} 0000 ${rest}`);
}

const gre = (rest: string): string => outer('2f', rest);

describe('wire: IP in IP', () => {
  it('decodes the innermost packet', () => {
    assert.equal(flowOf(outer('04', IPV4), RAW), FLOW4);
    assert.equal(flowOf(outer('29', IPV6), RAW), FLOW6);
    assert.equal(flowOf(outer('04', outer('29', IPV6)), RAW), FLOW6);
    assert.equal(flowOf(outer('89', `00010140 ${IPV4}`), RAW), FLOW4); // MPLS in IP
  });
  it('gives up on tunnels in tunnels', () => {
    let packet = IPV4;
    for (let i = 0; i < 30; i++) packet = outer('04', packet);
    assertNothing(packet, RAW, 'nested-too-deep');
  });
});

describe('wire: GRE', () => {
  it('decodes IP, Ethernet and MPLS', () => {
    assert.equal(flowOf(gre(`0000 0800 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`0000 86dd ${IPV6}`), RAW), FLOW6);
    assert.equal(flowOf(gre(`0000 6558 ${FRAME}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`0000 8847 00010140 ${IPV4}`), RAW), FLOW4);
  });
  it('passes over checksum, key and sequence number', () => {
    assert.equal(flowOf(gre(`8000 0800 00000000 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`2000 0800 00000001 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`1000 0800 00000001 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`b000 0800 00000000 00000001 00000002 ${IPV4}`), RAW), FLOW4);
  });
  it('passes over source routes', () => {
    const routes = '0800 00 04 c0000203 0000 00 00';
    assert.equal(flowOf(gre(`4000 0800 00000000 ${routes} ${IPV4}`), RAW), FLOW4);
    assertNothing(gre(`4000 0800 00000000 0800 00 00 ${IPV4}`), RAW, 'gre-routing');
    assertNothing(gre(`4000 0800 00000000 0800 00 ff ${IPV4}`), RAW, 'gre-truncated');
  });
  it('decodes PPP of PPTP (version 1)', () => {
    assert.equal(flowOf(gre(`3001 880b 002c0001 00000001 ff03 0021 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`3081 880b 00290001 00000001 00000002 21 ${IPV4}`), RAW), FLOW4);
    assertNothing(gre('2081 880b 00000001 00000002'), RAW);
  });
  it('decodes ERSPAN of types I, II and III', () => {
    assert.equal(flowOf(gre(`0000 88be ${FRAME}`), RAW), FLOW4);
    assert.equal(flowOf(gre(`1000 88be 00000001 10010001 00000000 ${FRAME}`), RAW), FLOW4);
    const type3 = '20010001 00000000 00000000';
    assert.equal(flowOf(gre(`1000 22eb 00000001 ${type3} ${FRAME}`), RAW), FLOW4);
    const subheader = '20010001 00000000 00000001 1122334455667788';
    assert.equal(flowOf(gre(`1000 22eb 00000001 ${subheader} ${FRAME}`), RAW), FLOW4);
    const ip = '20010001 00000000 00000800';
    assert.equal(flowOf(gre(`1000 22eb 00000001 ${ip} ${IPV4}`), RAW), FLOW4);
  });
  it('counts what is malformed', () => {
    assertNothing(gre('0000'), RAW, 'gre-truncated');
    assertNothing(gre('b000 0800 00000000'), RAW, 'gre-truncated');
    assertNothing(gre(`0002 0800 ${IPV4}`), RAW, 'gre-version');
    assertNothing(gre('1000 88be 00000001 1001'), RAW, 'erspan-truncated');
    assertNothing(gre(`1000 88be 00000001 30010001 00000000 ${FRAME}`), RAW, 'erspan-version');
    assertNothing(gre('1000 22eb 00000001 20010001 00000000 00000001'), RAW, 'erspan-truncated');
    assertNothing(gre(`1000 22eb 00000001 10010001 ${FRAME}`), RAW, 'erspan-version');
  });
});

describe('wire: VXLAN', () => {
  const header = '08000000 00002a00';
  it('decodes on both ports', () => {
    assert.equal(flowOf(udp('12b5', `${header} ${FRAME}`), RAW), FLOW4);
    assert.equal(flowOf(udp('2118', `${header} ${FRAME}`), RAW), FLOW4);
    const v6 = `60000000 0046 11 40 ${'20010db8'.repeat(8)} c000 12b5 0046 0000`;
    assert.equal(flowOf(`${v6} ${header} ${FRAME}`, RAW), FLOW4);
  });
  it('decodes GPE', () => {
    assert.equal(flowOf(udp('12b6', `0c000001 00002a00 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(udp('12b6', `0c000002 00002a00 ${IPV6}`), RAW), FLOW6);
    assert.equal(flowOf(udp('12b6', `0c000003 00002a00 ${FRAME}`), RAW), FLOW4);
    assert.equal(flowOf(udp('12b6', `0c000005 00002a00 00010140 ${IPV4}`), RAW), FLOW4);
    assert.equal(flowOf(udp('12b6', `08000000 00002a00 ${FRAME}`), RAW), FLOW4);
    assertNothing(udp('12b6', `0c000004 00002a00 ${IPV4}`), RAW);
  });
  it('finds nothing in other UDP', () => {
    assertNothing(udp('0035', `${header} ${FRAME}`), RAW);
  });
  it('counts what is malformed', () => {
    assertNothing(udp('12b5', `00000000 00002a00 ${FRAME}`), RAW, 'vxlan-flags');
    assertNothing(udp('12b5', '08000000'), RAW, 'vxlan-truncated');
    assertNothing(udp('12b6', '0c000001'), RAW, 'vxlan-truncated');
    assertNothing(udp('12b5', `${header} ${FRAME}`, '0007'), RAW, 'udp-length');
    assertNothing(outer('11', 'c000 12b5'), RAW, 'udp-truncated');
    const { events, segment } = decode(udp('12b5', `${header} ${FRAME}`, '0fff'), RAW);
    assert.deepEqual(events, { 'udp-beyond-frame': 1 });
    assert.equal(flow(segment), FLOW4);
  });
  it('lets the first fragment of a datagram claim more than itself', () => {
    const datagram = `c000 12b5 0fff 0000 ${header} ${FRAME.replace('0028', '0f00')}`;
    const { events, segment } = decode(outer('11', datagram, '2000'), RAW);
    assert.deepEqual(events, {});
    assert.equal(flow(segment), FLOW4);
    assert.equal(segment.payload, 0xf00 - 40);
  });
});

describe('wire: GENEVE', () => {
  it('decodes with and without options', () => {
    assert.equal(flowOf(udp('17c1', `00 00 6558 00002a00 ${FRAME}`), RAW), FLOW4);
    assert.equal(flowOf(udp('17c1', `00 00 0800 00002a00 ${IPV4}`), RAW), FLOW4);
    const options = '0102 80 01 00000001';
    assert.equal(flowOf(udp('17c1', `02 40 6558 00002a00 ${options} ${FRAME}`), RAW), FLOW4);
  });
  it('counts what is malformed', () => {
    assertNothing(udp('17c1', '00 00 6558'), RAW, 'geneve-truncated');
    assertNothing(udp('17c1', `3f 00 6558 00002a00 ${FRAME}`), RAW, 'geneve-truncated');
    assertNothing(udp('17c1', `40 00 6558 00002a00 ${FRAME}`), RAW, 'geneve-version');
  });
});

describe('wire: all at once', () => {
  it('decodes QinQ, PPPoE, VXLAN, VLAN, GRE and ERSPAN in one frame', () => {
    const mirrored = gre(`1000 88be 00000001 10010001 00000000 ${FRAME}`);
    const overlay = `08000000 00002a00 ${MACS} 8100 0064 0800 ${mirrored}`;
    const ppp = `11 00 0001 0092 0021 ${udp('12b5', overlay)}`;
    assert.equal(flowOf(`${MACS} 88a8 0001 8100 0002 8864 ${ppp}`, ETHERNET), FLOW4);
  });
});
