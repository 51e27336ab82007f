/** What the kernel lets through, by libpcap's own interpreter; takes no rights. */
import assert from 'node:assert/strict';
import { hidesIcmp, kernelProgram } from '../../../plugins/sources/live/kernel-filter.ts';
import { loadKoffi } from '../../../plugins/sources/live/koffi.ts';
import type { Pointer } from '../../../plugins/sources/live/koffi.ts';
import { loadLibpcap } from '../../../plugins/sources/live/libpcap.ts';
import type { Libpcap } from '../../../plugins/sources/live/libpcap.ts';
import { frame, LINK_TYPE } from '../../simulator/frames.ts';
import type { Link } from '../../simulator/frames.ts';
import { icmpPacket, tcpPacket } from '../../simulator/packets.ts';
import { needs } from '../../support/needs.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PUSH = 0x08;
const ACK = 0x10;

const ENDS = {
  4: ['10.2.0.1', '10.1.0.1'],
  6: ['fd00::2', 'fd00::1'],
} as const;
type Version = keyof typeof ENDS;

function ip(version: Version, towards: 'client' | 'server') {
  const [client, server] = ENDS[version];
  const [src, dst] = towards === 'server' ? [client, server] : [server, client];
  return { src, dst, ttl: 64, id: 1, dontFragment: true, trafficClass: 0 };
}

function tcp(version: Version, flags: number): Uint8Array {
  const options = new Uint8Array(0);
  const fields = { srcPort: 40_000, dstPort: 443, seq: 1, ack: 0, window: 1, options, payload: 0 };
  return tcpPacket(ip(version, 'server'), { ...fields, flags });
}

/** Its type for IPv4 or IPv6. */
function icmp(version: Version, type: number): Uint8Array {
  return icmpPacket(ip(version, 'client'), type, 0, tcp(version, SYN));
}

function onLink(packet: Uint8Array, version: Version, link: Link, vlans: number[]): Uint8Array {
  const [src, dst] = ENDS[version];
  return frame(packet, src, dst, { link, vlans });
}

describe('live: kernel filter', () => {
  let libpcap: Libpcap;
  let run: (program: object, header: Uint8Array, frame: Uint8Array) => number;
  const handles: Pointer[] = [];

  before(function () {
    try {
      libpcap = loadLibpcap();
    } catch {
      needs(this, false, 'no libpcap');
    }
    const library = loadKoffi().load('libpcap.so.0.8');
    run = library.func('int pcap_offline_filter(bpf_program *, void *, void *)');
  });
  after(() => {
    for (const handle of handles) libpcap.close(handle);
  });

  function open(link: Link): Pointer {
    const handle = libpcap.openDead(LINK_TYPE[link] === 101 ? 12 : LINK_TYPE[link], 160);
    handles.push(handle);
    return handle;
  }

  function passer(link: Link, users?: string): (bytes: Uint8Array) => boolean {
    const program = kernelProgram(libpcap, open(link), users);
    if (typeof program === 'string') throw new Error(program);
    return (bytes) => {
      // struct pcap_pkthdr: a struct timeval, then bytes captured and bytes on the wire.
      const header = Buffer.alloc(24);
      header.writeUInt32LE(bytes.length, 16);
      header.writeUInt32LE(bytes.length, 20);
      return run({ bf_len: program.length / 8, bf_insns: program }, header, bytes) !== 0;
    };
  }

  const places: readonly [Link, number[]][] = [
    ['ethernet', []],
    ['ethernet', [5]],
    ['ethernet', [5, 6]],
    ['sll2', []],
    ['sll', []],
    ['raw', []],
  ];
  for (const [link, vlans] of places) {
    for (const version of [4, 6] as const) {
      const tags = vlans.length > 0 ? `, tags ${vlans.join(' and ')}` : '';
      it(`${link}${tags}, IPv${version}: what matters to handshakes, and no bulk`, () => {
        const passes = passer(link);
        const on = (packet: Uint8Array): boolean => passes(onLink(packet, version, link, vlans));
        for (const flags of [SYN, SYN | ACK, RST, RST | ACK, FIN | ACK]) {
          assert.ok(on(tcp(version, flags)), `flags ${flags}`);
        }
        for (const flags of [ACK, PUSH | ACK])
          assert.ok(!on(tcp(version, flags)), `flags ${flags}`);
        const errors = version === 4 ? [3, 11, 12] : [1, 3, 4];
        const others = version === 4 ? [0, 8] : [128, 129, 135];
        for (const type of errors) assert.ok(on(icmp(version, type)), `ICMP ${type}`);
        for (const type of others) assert.ok(!on(icmp(version, type)), `ICMP ${type}`);
      });
    }
  }

  it("the user's filter holds for TCP, and ICMP errors pass all the same", () => {
    const passes = passer('ethernet', 'tcp port 80 or net 10.9.0.0/16');
    assert.ok(!passes(onLink(tcp(4, SYN), 4, 'ethernet', [])));
    assert.ok(passes(onLink(icmp(4, 3), 4, 'ethernet', [])));
    assert.ok(passes(onLink(icmp(6, 1), 6, 'ethernet', [7])));
    assert.ok(passer('ethernet', 'net 10.1.0.0/16')(onLink(tcp(4, SYN), 4, 'ethernet', [])));
  });

  it("'vlan' in the user's filter shifts nothing of ours", () => {
    const passes = passer('ethernet', 'vlan 5 and tcp port 443');
    assert.ok(passes(onLink(tcp(4, SYN), 4, 'ethernet', [5])));
    assert.ok(!passes(onLink(tcp(4, ACK), 4, 'ethernet', [5])));
    assert.ok(!passes(onLink(tcp(4, SYN), 4, 'ethernet', [6])));
    assert.ok(!passes(onLink(tcp(4, SYN), 4, 'ethernet', [])));
    assert.ok(passes(onLink(icmp(4, 3), 4, 'ethernet', [])));
  });

  it("says libpcap's words of a wrong filter", () => {
    assert.match(String(kernelProgram(libpcap, open('ethernet'), 'prot 80')), /syntax error/u);
  });

  const filters: readonly [string, boolean][] = [
    ['tcp', true],
    ['tcp port 443 or tcp port 80', true],
    ['host 10.1.0.1 and portrange 1-1024', true],
    ['tcp[13] & 2 != 0', true],
    ['net 10.0.0.0/8', false],
    ['not port 22', false],
    ['tcp or icmp', false],
    ['ip6', false],
  ];
  for (const [filter, hides] of filters) {
    it(`'${filter}' ${hides ? 'hides' : 'does not hide'} ICMP`, () => {
      assert.equal(hidesIcmp(libpcap, open('ethernet'), filter), hides);
    });
  }
});
