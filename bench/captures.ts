/** The captures that are measured: made once, the same on every machine. */
import { mkdirSync, statSync } from 'node:fs';
import { ACK, FIN, PcapWriter, SYN, pcapSize } from './pcap-writer.ts';
import { Random } from './random.ts';

/** 2026-09-21T14:13:20Z */
const START = 1_790_000_000e6;
const SERVERS = 0x0a01_0000; // 10.1.0.0
const CLIENTS = 0x0a02_0000; // 10.2.0.0

export interface Capture {
  readonly name: string;
  readonly about: string;
  readonly packets: number;
  /** Bytes of each frame. */
  readonly frame: number;
  readonly write: (path: string, packets: number) => void;
}

/** Where each flow stands: 0 to 2 is the handshake, then bulk, then two FINs and the last ACK. */
interface Flows {
  readonly step: Uint32Array;
  readonly end: Uint32Array;
  readonly port: Uint16Array;
  readonly isn: Uint32Array;
}

/**
 * Connections that open, carry and close, thousands at a time, one packet each
 * in turn at random.
 *
 * @param concurrent connections at any time
 * @param length     packets of a connection, in the mean
 * @param gap        microseconds between packets
 */
function writeConnections(
  path: string,
  packets: number,
  frame: number,
  concurrent: number,
  length: number,
  gap: number,
): void {
  const data = frame > 64 ? frame - 54 : 0;
  const random = new Random(1);
  const writer = new PcapWriter(path, frame, data);
  const flows: Flows = {
    step: new Uint32Array(concurrent),
    end: new Uint32Array(concurrent).map(() => 6 + random.below(2 * length)),
    port: new Uint16Array(concurrent).map(() => 1024 + random.below(64_000)),
    isn: new Uint32Array(concurrent).map(() => random.next()),
  };
  for (let i = 0; i < packets; i++) {
    const flow = random.below(concurrent);
    const client = CLIENTS + flow;
    const server = SERVERS + (flow & 0xff);
    const port = flows.port[flow];
    const isn = flows.isn[flow];
    const peer = isn ^ 0x5a5a_5a5a;
    const step = flows.step[flow]++;
    const left = flows.end[flow] - step;
    const sent = isn + 1 + step * data;
    const received = peer + 1 + step * data;
    const time = START + i * gap;
    if (step === 0) writer.segment(time, client, port, server, 443, isn, 0, SYN);
    else if (step === 1) writer.segment(time, server, 443, client, port, peer, isn + 1, SYN | ACK);
    else if (step === 2) writer.segment(time, client, port, server, 443, isn + 1, peer + 1, ACK);
    else if (left === 3 || (left > 3 && step % 3 === 0))
      writer.segment(time, client, port, server, 443, sent, received, left === 3 ? ACK | FIN : ACK);
    else
      writer.segment(time, server, 443, client, port, received, sent, left === 2 ? ACK | FIN : ACK);
    if (left > 1) continue;
    flows.step[flow] = 0;
    flows.end[flow] = 6 + random.below(2 * length);
    flows.port[flow] = 1024 + ((port - 1024 + 1) % 64_000);
    flows.isn[flow] = random.next();
  }
  writer.close();
}

/** A different public-looking source for each number below 2^23. */
function spoofed(i: number): number {
  const mixed = Math.imul(i, 0x9e37_79b1) & 0x7f_ffff; // an odd factor: no two collide
  const first = 11 + (mixed >>> 16); // 11 to 138
  return (((first === 127 ? 200 : first) << 24) | ((mixed & 0xffff) << 8) | (i & 0x7f)) >>> 0;
}

/** A flood of SYNs, each source once, and in each 10,000th place a step of a real handshake. */
function writeFlood(path: string, packets: number): void {
  const random = new Random(2);
  const writer = new PcapWriter(path, 60, 0);
  const server = SERVERS + 1;
  let steps = 0;
  for (let i = 0; i < packets; i++) {
    const time = START + i * 5; // 200,000 a second
    if (i % 10_000 !== 0) {
      writer.segment(
        time,
        spoofed(i),
        1024 + random.below(64_000),
        server,
        443,
        random.next(),
        0,
        SYN,
      );
      continue;
    }
    const number = Math.floor(steps / 3);
    const client = CLIENTS + number;
    const isn = Math.imul(number + 1, 0x9e37_79b1) >>> 0;
    const step = steps++ % 3;
    if (step === 0) writer.segment(time, client, 40_000, server, 443, isn, 0, SYN);
    else if (step === 1)
      writer.segment(time, server, 443, client, 40_000, ~isn, isn + 1, SYN | ACK);
    else writer.segment(time, client, 40_000, server, 443, isn + 1, ~isn + 1, ACK);
  }
  writer.close();
}

export const captures: readonly Capture[] = [
  {
    name: 'acks',
    about:
      '10 million frames of 64 bytes: bulk ACKs of 4096 connections at a time, with their handshakes',
    packets: 10_000_000,
    frame: 64,
    write: (path, packets) => writeConnections(path, packets, 64, 4096, 400, 2),
  },
  {
    name: 'bulk',
    about: '2 million frames of 1000 bytes: data of 1024 connections at a time',
    packets: 2_000_000,
    frame: 1000,
    write: (path, packets) => writeConnections(path, packets, 1000, 1024, 400, 8),
  },
  {
    name: 'flood',
    about:
      '5 million SYNs at 200,000 a second, each from another source, among few real handshakes',
    packets: 5_000_000,
    frame: 60,
    write: writeFlood,
  },
];

/** Hardly anything but handshakes and their ends: what analysers of segments have most to do with. */
export const handshakes: Capture = {
  name: 'handshakes',
  about: '3 million frames of 64 bytes: 4096 connections at a time of six or seven packets each',
  packets: 3_000_000,
  frame: 64,
  write: (path, packets) => writeConnections(path, packets, 64, 4096, 1, 20),
};

/**
 * Connections that never end: all handshakes are at the start, so that whatever
 * grows with the packets is due to the packets alone.
 */
export const steady: Capture = {
  name: 'steady',
  about: '10 million frames of 64 bytes: bulk ACKs of 4096 connections that stay open',
  packets: 10_000_000,
  frame: 64,
  write: (path, packets) => writeConnections(path, packets, 64, 4096, 1e9, 2),
};

/** The capture's file with that many packets; written unless it is there in full. */
export function captureFile(capture: Capture, packets: number, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${capture.name}-${packets}.pcap`;
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.size !== pcapSize(packets, capture.frame)) capture.write(path, packets);
  return path;
}
