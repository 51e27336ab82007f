import assert from 'node:assert/strict';
import { assertNothing, decode, FLOW4, flow, flowOf, IPV4 } from './support/frames.ts';

const IEEE80211 = 105;
const RADIOTAP = 127;

const ADDRESSES = '0200000000a2 0200000000a3 0200000000a1';
const SNAP = 'aaaa03 000000 0800';
/** Frame control, duration, three addresses, sequence control: a frame to the distribution system. */
const DATA = `08 01 0000 ${ADDRESSES} 1000`;
const QOS = `88 01 0000 ${ADDRESSES} 1000 0000`;

describe('wire: 802.11', () => {
  it('decodes data frames', () => {
    assert.equal(flowOf(`${DATA} ${SNAP} ${IPV4}`, IEEE80211), FLOW4);
    assert.equal(flowOf(`${QOS} ${SNAP} ${IPV4}`, IEEE80211), FLOW4);
  });
  it('decodes four addresses, and HT control', () => {
    const wds = `08 03 0000 ${ADDRESSES} 1000 0200000000a4`;
    assert.equal(flowOf(`${wds} ${SNAP} ${IPV4}`, IEEE80211), FLOW4);
    const all = `88 83 0000 ${ADDRESSES} 1000 0200000000a4 0000 00000000`;
    assert.equal(flowOf(`${all} ${SNAP} ${IPV4}`, IEEE80211), FLOW4);
    // The order bit of a frame without QoS means strict order: no HT control.
    assert.equal(flowOf(`08 81 0000 ${ADDRESSES} 1000 ${SNAP} ${IPV4}`, IEEE80211), FLOW4);
  });
  it("decodes an A-MSDU's first subframe", () => {
    const header = `88 01 0000 ${ADDRESSES} 1000 8000`;
    const subframe = `0200000000a2 0200000000a1 0030 ${SNAP} ${IPV4}`;
    assert.equal(flowOf(`${header} ${subframe}`, IEEE80211), FLOW4);
    const { events, segment } = decode(`${header} ${subframe} ${subframe}`, IEEE80211);
    assert.deepEqual(events, { 'ieee80211-amsdu-rest': 1 });
    assert.equal(flow(segment), FLOW4);
    assert.equal(segment.payload, 0);
  });
  it('lets the first fragment of a frame claim more than itself', () => {
    const first = `08 05 0000 ${ADDRESSES} 1000`;
    assert.equal(flowOf(`${first} ${SNAP} ${IPV4.replace('0028', '05dc')}`, IEEE80211), FLOW4);
  });
  it('passes over management, control and null frames', () => {
    assertNothing(`80 00 0000 ${ADDRESSES} 1000`, IEEE80211);
    assertNothing('d4 00 0000 0200000000a2', IEEE80211);
    assertNothing(`48 01 0000 ${ADDRESSES} 1000`, IEEE80211);
    assertNothing(`c8 01 0000 ${ADDRESSES} 1000 0000`, IEEE80211);
  });
  it('counts what cannot be read', () => {
    assertNothing(`08 41 0000 ${ADDRESSES} 1000 ${SNAP}`, IEEE80211, 'ieee80211-protected');
    assertNothing(`08 01 0000 ${ADDRESSES} 1100 ${SNAP}`, IEEE80211, 'ieee80211-fragment');
    assertNothing(`09 01 0000 ${ADDRESSES} 1000 ${SNAP}`, IEEE80211, 'ieee80211-version');
    assertNothing(`08 01 0000 ${ADDRESSES}`, IEEE80211, 'ieee80211-truncated');
    assertNothing('08', IEEE80211, 'ieee80211-truncated');
  });

  describe('radiotap', () => {
    const plain = '00 00 0800 00000000';
    it('decodes with no fields at all', () => {
      assert.equal(flowOf(`${plain} ${DATA} ${SNAP} ${IPV4}`, RADIOTAP), FLOW4);
    });
    it('leaves the frame check sequence out', () => {
      // A total length of 0 takes what there is, so that the four octets would show as data.
      const open = IPV4.replace('0028', '0000');
      const flags = '00 00 0900 02000000 10';
      const { segment } = decode(`${flags} ${DATA} ${SNAP} ${open} deadbeef`, RADIOTAP);
      assert.equal(flow(segment), FLOW4);
      assert.equal(segment.payload, 0);
    });
    it('finds the flags behind a timestamp and further presence words', () => {
      const header = `
        00 00 1900          # version, length 25
        030000a0            # timestamp, flags; the next namespace, more words
        00000000            # (the last word)
        00000000            # alignment to 8
        1122334455667788    # timestamp
        20`; // data pad
      const padded = `${QOS} 0000`; // 26 octets made 28
      assert.equal(flowOf(`${header} ${padded} ${SNAP} ${IPV4}`, RADIOTAP), FLOW4);
    });
    it('passes over frames that were received damaged', () => {
      assertNothing(`00 00 0900 02000000 50 ${DATA}`, RADIOTAP, 'radiotap-bad-fcs');
    });
    it('counts impossible lengths', () => {
      assertNothing('00 00 08', RADIOTAP, 'radiotap-truncated');
      assertNothing('00 00 0700 00000000', RADIOTAP, 'radiotap-length');
      assertNothing(`00 00 ff00 00000000 ${DATA}`, RADIOTAP, 'radiotap-length');
      // Presence words up to the end of the header and no field.
      assertNothing('00 00 0c00 02000080 02000080 80', RADIOTAP, 'ieee80211-truncated');
    });
  });

  it('decodes Prism and AVS headers', () => {
    const rest = `${DATA} ${SNAP} ${IPV4}`;
    assert.equal(flowOf(`44000000 90000000 ${'00'.repeat(136)} ${rest}`, 119), FLOW4);
    assert.equal(flowOf(`00000044 00000090 ${'00'.repeat(136)} ${rest}`, 119), FLOW4);
    assert.equal(flowOf(`80211001 00000040 ${'00'.repeat(56)} ${rest}`, 163), FLOW4);
    assertNothing('44000000 90000000', 119, 'prism-length');
    assertNothing('44000000 00000000', 119, 'prism-length');
    assertNothing('44000000', 119, 'prism-truncated');
  });
});
