/** Real captures, where they are present: as many SYNs as people counted in them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decoder } from '../../src/wire/decoder.ts';
import { KIND_TCP, TCP_ACK, TCP_SYN } from '../../src/wire/segment.ts';
import { needs } from '../support/needs.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
/** Classic pcap files, one for each way that TCP is wrapped in them. */
const FILES = [
  'arkime-80211http.pcap',
  'arkime-ospf-icmpv6.pcap',
  'arkime-tcp-handshake-synthetic.pcap',
  'kholia-msdp.pcap',
  'ndpi-gnutella.pcap',
  'ndpi-ocs-rawip.pcap',
  'ndpi-synscan.pcap',
  'pcpp-nanosecs-big-endian.pcap',
  'suricata-sll2.pcap',
  'tcpdump-handshake-nano.pcap',
  'zeek-cisco-fabric-path.pcap',
  'zeek-irc-353-null.pcap',
  'zeek-mixed-vlan-mpls.pcap',
  'zeek-pppoe-over-qinq.pcap',
  'zeek-ssh-client-side-half-duplex.pcap',
  'zeek-tcp-fast-open.pcap',
  'zeek-vxlan-http.pcap',
];

/** Decodes a whole classic pcap file; returns its SYNs and the errors that quote TCP. */
function countIn(file: string): { syns: number; quotes: number } {
  const bytes = readFileSync(join(CORPUS, file));
  const little = [0xa1b2c3d4, 0xa1b23c4d].includes(bytes.readUInt32LE(0));
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const decoder = new Decoder();
  const { segment } = decoder;
  const linkType = u32(20) & 0xffff;
  let syns = 0;
  let quotes = 0;
  for (let at = 24; at + 16 <= bytes.length; at += 16 + u32(at + 8)) {
    const kind = decoder.decode(bytes, at + 16, u32(at + 8), u32(at + 12), linkType);
    if (kind === KIND_TCP) syns += (segment.flags & (TCP_SYN | TCP_ACK)) === TCP_SYN ? 1 : 0;
    else quotes += kind * segment.quotesTcp > 0 ? 1 : 0;
  }
  return { syns, quotes };
}

function expectedSyns(): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of readFileSync(join(CORPUS, 'expected.jsonl'), 'utf8').trim().split('\n')) {
    const { file, syns } = JSON.parse(line) as { file: string; syns: number };
    sums.set(file, (sums.get(file) ?? 0) + syns);
  }
  return sums;
}

describe('wire: real captures', () => {
  for (const file of FILES) {
    it(`finds all SYNs of ${file}`, function () {
      needs(this, existsSync(CORPUS), 'no corpus beside the project');
      assert.equal(countIn(file).syns, expectedSyns().get(file));
    });
  }
  it('finds the refusals quoted in ICMPv6', function () {
    needs(this, existsSync(CORPUS), 'no corpus beside the project');
    assert.equal(countIn('arkime-ospf-icmpv6.pcap').quotes, 17);
  });
});
