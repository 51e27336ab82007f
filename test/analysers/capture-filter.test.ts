import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { hidesIcmp } from '../../plugins/analysers/icmp-correlation/capture-filter.ts';
import { needs } from '../support/needs.ts';

/** The default filter of live capture. */
const E =
  '(tcp[13]&6!=0) or (icmp[0]=3 or icmp[0]=11 or icmp[0]=12) or (ip6[6]=6 and ip6[53]&6!=0) or (ip6[6]=58 and (ip6[40]=1 or ip6[40]=3 or ip6[40]=4)) or (ip6[6]=44 and ip6[42:2]&0xfff8=0 and ip6[40]=6 and ip6[61]&6!=0) or ip6[6]=0 or ip6[6]=43 or ip6[6]=51 or ip6[6]=60';

const HIDES = [
  'tcp',
  'port 8000',
  'tcp port 8000',
  'host 127.0.0.1 and port 8000',
  'host 10.1.0.1 and port 80',
  'port 80 or 443',
  'port (80 or 443)',
  'tcp port 80 or tcp port 443',
  'tcp dst portrange 8000-8100',
  'src port 80 || dst port 80',
  'ip proto 6',
  'ip proto \\tcp',
  'proto 6',
  'ip[9] == 6',
  'tcp[13]&2!=0',
  'tcp[tcpflags] & (tcp-syn|tcp-rst) != 0',
  '(tcp[13] & 2) != 0 and not src net 10.0.0.0/8',
  'tcp and host 10.1.0.1 and (port 80 or port 443)',
  'tcp or udp',
  'tcp or arp',
  'not icmp and not icmp6',
  'ip and not icmp',
  'vlan and tcp',
  'tcp and not port 22',
  // and, or: from left to right, not as in C
  'icmp or host 10.1.0.1 and tcp',
  'host 2001:db8::1 and tcp port 443',
];

const SHOWS = [
  '',
  'host 10.1.0.1',
  'host 10.1.0.1 or 10.1.0.2',
  'host (10.1.0.1 or 10.1.0.2)',
  'host 2001:db8::1',
  'net 10.0.0.0/8',
  'net 10.0.0.0 mask 255.0.0.0 and not host 10.1.0.9',
  'not port 22',
  '!port 22 && host 10.1.0.1',
  'tcp or icmp',
  'icmp or icmp6 or (tcp port 8000)',
  'host 10.1.0.1 and (tcp port 8000 or icmp)',
  'port 8000 or icmp or icmp6',
  'ip proto 6 or ip proto 1',
  'ip',
  'ip6',
  'not arp',
  'not udp',
  'host 10.1.0.1 or arp',
  'ether host 02:00:00:00:00:01',
  'vlan 7 and host 10.1.0.1',
  'src or dst host 10.1.0.1',
  'icmp[icmptype] = icmp-unreach or tcp',
  E,
  `${E} or (vlan and (${E} or (vlan and ${E})))`,
];

const UNCLEAR = [
  // attempts at port 80 of another host would lack their ICMP
  'port 80 or host x',
  'tcp or host 10.1.0.1',
  'src host 10.1.0.1',
  'dst 10.1.0.1',
  'greater 100',
  'len < 200',
  'icmp[0] & 3 != 0 or tcp',
  'inbound',
  // not this language
  'tcp.port == 8000',
  'port',
  '10.1.0.1',
  'host 10.1.0.1 and',
  '(tcp',
  'tcp)',
  'icmp host 10.1.0.1',
  'port 80 port 81',
  '"tcp"',
  '((('.repeat(2000),
];

const octets = (hex: string) => Buffer.from(hex.replaceAll(/[^\da-f]/g, ''), 'hex');

/** A capture of what 10.1.0.1 and 2001:db8::1 send to refuse a SYN, behind a VLAN tag or not. */
function refusals(tag: string): Buffer {
  const macs = '02 00 00 00 00 02  02 00 00 00 00 01';
  const v4 = `0800  45 00 00 38 00 00 00 00 40 01 00 00  0a 01 00 01  0a 02 00 01
    03 03 00 00 00 00 00 00  45 00 00 3c 00 00 40 00 40 06 00 00 0a 02 00 01 0a 01 00 01
    9e b2 1f 40 10 60 00 00`;
  const v6 = `86dd  60 00 00 00 00 38 3a 40  2001 0db8 00000000 00000000 0000 0001
    2001 0db8 00000000 00000000 0000 0002  01 04 00 00 00 00 00 00
    60 00 00 00 00 28 06 40  2001 0db8 00000000 00000000 0000 0002
    2001 0db8 00000000 00000000 0000 0001  9e b2 1f 40 10 60 00 00`;
  const records = [v4, v6].map((packet) => {
    const frame = octets(`${macs} ${tag} ${packet}`);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(frame.length, 8);
    head.writeUInt32LE(frame.length, 12);
    return Buffer.concat([head, frame]);
  });
  const file = octets('d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000');
  return Buffer.concat([file, ...records]);
}

/** How many of them tcpdump lets pass; `null` where it refuses the filter. */
function passing(filter: string): number | null {
  const input = refusals(filter.includes('vlan') ? '8100 0007' : '');
  const run = spawnSync('tcpdump', ['-r', '-', '-w', '-', filter], { input });
  if (run.status !== 0) return null;
  let count = 0;
  for (let at = 24; at < run.stdout.length; at += 16 + run.stdout.readUInt32LE(at + 8)) count++;
  return count;
}

describe('icmp-correlation: hidesIcmp', () => {
  it('knows filters that let no ICMP pass', () => {
    for (const filter of HIDES) assert.equal(hidesIcmp(filter), true, filter);
  });

  it('knows filters that let it pass', () => {
    for (const filter of SHOWS) assert.equal(hidesIcmp(filter), false, filter);
  });

  it('agrees with libpcap', function () {
    needs(this, spawnSync('tcpdump', ['--version']).error === undefined, 'no tcpdump');
    for (const filter of HIDES) assert.equal(passing(filter), 0, filter);
    for (const filter of SHOWS) assert.ok((passing(filter) ?? 0) > 0, filter);
  });

  it('says where it cannot tell', () => {
    for (const filter of UNCLEAR) assert.equal(hidesIcmp(filter), null, filter);
  });

  it('judges ICMP and ICMPv6 apart', () => {
    assert.equal(hidesIcmp('tcp or icmp', 4), false);
    assert.equal(hidesIcmp('tcp or icmp', 6), true);
    assert.equal(hidesIcmp('tcp or ip6 proto 58', 4), true);
    assert.equal(hidesIcmp('tcp or ip6 proto 58', 6), false);
    assert.equal(hidesIcmp(E, 4), false);
    assert.equal(hidesIcmp(E, 6), false);
  });

  it('never throws', () => {
    const word = fc.constantFrom(
      ...'tcp icmp host port src dst ( ) [ ] not ! and or = & 80 10.1.0.1 ip6 proto vlan len'.split(
        ' ',
      ),
    );
    fc.assert(fc.property(fc.array(word), (words) => void hidesIcmp(words.join(' '))));
    fc.assert(fc.property(fc.string(), (text) => void hidesIcmp(text)));
  });
});
