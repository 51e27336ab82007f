/** Frames of Ethernet, IPv4 and TCP to be sent on a cable between two hosts. */
import { IPV4 } from '../../src/lab/hosts.ts';

export const FRAME_MOST = 1514;

/** Where everything is sent to. */
export const PORT = 8000;

/** Another host's than any on the cable: what comes to it is captured, and then let go by the kernel. */
export const NOBODY = '02:00:00:00:00:99';

const IP = 14;
const SOURCE = IP + 12;
const DESTINATION = IP + 16;
const TCP = IP + 20;
const SEQUENCE = TCP + 4;

const SYN = 0x02;
const ACK = 0x10;

/** As Linux sends them: MSS 1460, SACK permitted, time stamps, NOP, window scale 7. */
const OPTIONS = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];

const BULK_PAYLOAD = 64;

interface Making {
  /** Writes the nth frame. @returns octets in all */
  fill(frame: DataView, mac: string, n: number): number;
  /** Makes it the nth after all, its checksums right; left out where frames may be sent again as they are. */
  change?(frame: DataView, n: number): void;
}

function quad(address: string): number {
  return address.split('.').reduce((word, octet) => (word << 8) | Number(octet), 0);
}

function sum(frame: DataView, from: number, to: number, start: number): number {
  let total = start;
  for (let at = from; at < to; at += 2) total += frame.getUint16(at);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}

/** @returns octets in all */
function headers(
  frame: DataView,
  mac: string,
  flags: number,
  options: readonly number[],
  payload: number,
): number {
  const octets = TCP + 20 + options.length + payload;
  for (const [i, octet] of mac.split(':').entries()) frame.setUint8(i, Number.parseInt(octet, 16));
  frame.setUint8(6, 2); // a local source
  frame.setUint16(12, 0x0800);
  frame.setUint16(IP, 0x4500);
  frame.setUint16(IP + 2, octets - IP);
  frame.setUint16(IP + 6, 0x4000); // don't fragment
  frame.setUint16(IP + 8, (64 << 8) | 6);
  frame.setInt32(DESTINATION, quad(IPV4.server));
  frame.setUint16(TCP + 2, PORT);
  frame.setUint16(TCP + 12, ((20 + options.length) << 10) | flags);
  frame.setUint16(TCP + 14, 64_240);
  for (const [i, octet] of options.entries()) frame.setUint8(TCP + 20 + i, octet);
  // What stays the same of both checksums waits where they belong.
  frame.setUint16(
    TCP + 16,
    sum(frame, TCP + 2, octets, sum(frame, DESTINATION, TCP, 6 + octets - TCP)),
  );
  frame.setUint16(IP + 10, sum(frame, IP, SOURCE, sum(frame, DESTINATION, TCP, 0)));
  return octets;
}

/** What stays the same of the sums, as `headers` left it: all frames of one kind have the same. */
interface Constant {
  readonly ip: number;
  readonly tcp: number;
}

function constantOf(frame: DataView): Constant {
  return { ip: frame.getUint16(IP + 10), tcp: frame.getUint16(TCP + 16) };
}

function client(
  frame: DataView,
  constant: Constant,
  source: number,
  port: number,
  sequence: number,
): void {
  const address = (source >>> 16) + (source & 0xffff);
  const numbers = (sequence >>> 16) + (sequence & 0xffff);
  frame.setInt32(SOURCE, source);
  frame.setUint16(TCP, port);
  frame.setInt32(SEQUENCE, sequence);
  frame.setUint16(IP + 10, fold(constant.ip + address));
  frame.setUint16(TCP + 16, fold(constant.tcp + address + port + numbers));
}

function mixed(n: number): number {
  let x = Math.imul(n + 1, 0x9e37_79b1);
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  return x ^ (x >>> 13);
}

let constantOfSyns: Constant = { ip: 0, tcp: 0 };

/** A flood: opens from 10.0.0.0/8, each from another address and port than all before it. */
export const syn: Making = {
  fill(frame, mac, n) {
    const octets = headers(frame, mac, SYN, OPTIONS, 0);
    constantOfSyns = constantOf(frame);
    syn.change?.(frame, n);
    return octets;
  },
  change(frame, n) {
    const x = mixed(n);
    const source = (10 << 24) | (x & 0xff_ffff);
    client(frame, constantOfSyns, source, 1024 + (x >>> 24) * 199 + (n % 199), mixed(~n));
  },
};

/** Data of connections that stand, one a frame. */
export const bulk: Making = {
  fill(frame, mac, n) {
    const octets = headers(frame, mac, ACK, [], BULK_PAYLOAD);
    client(frame, constantOf(frame), (10 << 24) | n, 40_000, mixed(n));
    return octets;
  },
};
