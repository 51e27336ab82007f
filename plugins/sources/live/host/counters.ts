/**
 * What the kernel counts when it leaves a SYN unanswered: fields of
 * /proc/net/netstat and /proc/net/snmp, named as there.
 */
import { readFileSync } from 'node:fs';

/** By name: `ListenOverflows`. Those that a kernel does not have are missing. */
export type Counters = ReadonlyMap<string, number>;

/** Reasons to drop a SYN that have a counter of their own, and what to do; see Documentation/networking/snmp_counter.rst. */
export const DROPPING: readonly { readonly counter: string; readonly means: string }[] = [
  {
    counter: 'IPReversePathFilter',
    means:
      'the reverse path filter drops them, as the way back leaves by another interface (sysctl net.ipv4.conf.all.rp_filter)',
  },
  {
    counter: 'TCPReqQFullDrop',
    means: 'its SYN queue is full and SYN cookies are off (sysctl net.ipv4.tcp_syncookies)',
  },
  {
    counter: 'OutNoRoutes',
    means: 'there is no route back to the clients (ip route get CLIENT)',
  },
  {
    counter: 'Ip6OutNoRoutes',
    means: 'there is no route back to the clients (ip -6 route get CLIENT)',
  },
  {
    counter: 'PAWSPassive',
    means:
      'their timestamps are older than those of connections before from the same address, as of several machines behind one NAT (RFC 7323, 5.2)',
  },
  { counter: 'TCPMD5NotFound', means: 'the listener wants TCP MD5 signatures (RFC 2385)' },
  { counter: 'TCPMD5Failure', means: 'their TCP MD5 signatures are wrong (RFC 2385)' },
  { counter: 'TCPAORequired', means: 'the listener wants TCP-AO (RFC 5925)' },
  { counter: 'InCsumErrors', means: 'their TCP checksums are wrong' },
];

/** The accept queue of some listener was full. */
export const OVERFLOWS = 'ListenOverflows';
/** SYN queues overflow; SYN-ACKs go out all the same, with cookies. */
export const COOKIES = 'SyncookiesSent';

const FILES = ['/proc/net/netstat', '/proc/net/snmp'];
/** One name and one value a line. */
const FLAT = '/proc/net/snmp6';

/** @throws a system error where /proc is not there */
export function readCounters(): Counters {
  const wanted = new Set([OVERFLOWS, COOKIES, ...DROPPING.map(({ counter }) => counter)]);
  const counters = new Map<string, number>();
  for (const file of FILES) takePairs(readFileSync(file, 'utf8'), wanted, counters);
  for (const line of readFileSync(FLAT, 'utf8').split('\n')) {
    const [name, value] = line.split(/\s+/u);
    if (wanted.has(name)) counters.set(name, Number(value));
  }
  return counters;
}

/** Two lines a protocol: names, then values. Of ICMP's and UDP's checksums nothing is wanted. */
function takePairs(text: string, wanted: ReadonlySet<string>, into: Map<string, number>): void {
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [protocol, ...names] = lines[i].split(' ');
    if (!['TcpExt:', 'Tcp:', 'Ip:'].includes(protocol)) continue;
    const values = lines[i + 1].split(' ').slice(1);
    for (const [at, name] of names.entries()) {
      if (wanted.has(name)) into.set(name, Number(values[at]));
    }
  }
}
