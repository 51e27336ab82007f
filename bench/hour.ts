/** An hour of many endpoints: what a daemon sees of a large site. */
import { statSync } from 'node:fs';
import { ACK, PcapWriter, pcapSize, SYN } from './pcap-writer.ts';

/** 2026-09-21T14:13:20Z */
const START = 1_790_000_000e6;
const HOUR = 3600e6;
const SERVERS = 0x0a10_0000; // 10.16.0.0
const CLIENTS = 0x0a02_0000; // 10.2.0.0
const CLIENTS_IN_ALL = 10_000;
const PORTS = [22, 80, 443, 8000];
/** A frame that Ethernet pads. */
const FRAME = 60;

/** After an attempt's first SYN, microseconds. */
const SYN_ACK_AFTER = 20_000;
const ACK_AFTER = 20_300;
const RETRY_AFTER = 1_020_000;
/** One SYN in so many is lost, and sent again. */
const LOST_ONE_IN = 100;

/** A step that every attempt of one fate takes equally long after its first SYN. */
interface Step {
  readonly after: number;
  readonly fromServer: boolean;
  readonly flags: number;
  readonly of: 'all' | 'answered' | 'lost';
}

const CLIENT = { fromServer: false } as const;
const SERVER = { fromServer: true } as const;
const STEPS: readonly Step[] = [
  { ...CLIENT, after: 0, flags: SYN, of: 'all' },
  { ...SERVER, after: SYN_ACK_AFTER, flags: SYN | ACK, of: 'answered' },
  { ...CLIENT, after: ACK_AFTER, flags: ACK, of: 'answered' },
  { ...CLIENT, after: RETRY_AFTER, flags: SYN, of: 'lost' },
  { ...SERVER, after: RETRY_AFTER + SYN_ACK_AFTER, flags: SYN | ACK, of: 'lost' },
  { ...CLIENT, after: RETRY_AFTER + ACK_AFTER, flags: ACK, of: 'lost' },
];

function mixed(number: number): number {
  let x = Math.imul(number + 1, 0x9e37_79b1);
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  return (x ^ (x >>> 13)) >>> 0;
}

function isLost(attempt: number): boolean {
  return attempt % LOST_ONE_IN === LOST_ONE_IN - 1;
}

function takes(step: Step, attempt: number): boolean {
  return step.of === 'all' || (step.of === 'lost') === isLost(attempt);
}

function writeStep(
  writer: PcapWriter,
  time: number,
  step: Step,
  attempt: number,
  endpoints: number,
): void {
  // Each endpoint in turn, the clients at random.
  const endpoint = attempt % endpoints;
  const server = SERVERS + Math.floor(endpoint / PORTS.length);
  const port = PORTS[endpoint % PORTS.length];
  const isn = mixed(attempt);
  const client = CLIENTS + (isn % CLIENTS_IN_ALL);
  const clientPort = 1024 + (attempt % 64_000);
  const peer = ~isn >>> 0;
  if (step.fromServer) {
    writer.segment(time, server, port, client, clientPort, peer, (isn + 1) >>> 0, step.flags);
  } else if (step.flags === SYN) {
    writer.segment(time, client, clientPort, server, port, isn, 0, step.flags);
  } else {
    const acknowledged = (peer + 1) >>> 0;
    writer.segment(time, client, clientPort, server, port, (isn + 1) >>> 0, acknowledged, ACK);
  }
}

/**
 * The capture's file; written unless it is there in full.
 * @param attempts spread evenly over an hour; one in a hundred loses its first SYN
 */
export function hourFile(folder: string, attempts: number, endpoints: number): string {
  const path = `${folder}/hour-${attempts}-${endpoints}.pcap`;
  // Three frames an attempt, four where the first SYN was lost.
  const frames = 3 * attempts + Math.floor(attempts / LOST_ONE_IN);
  if (statSync(path, { throwIfNoEntry: false })?.size === pcapSize(frames, FRAME)) return path;
  const writer = new PcapWriter(path, FRAME, 0);
  const gap = HOUR / attempts;
  // Where each step has got to: the earliest of them comes next.
  const at = STEPS.map(() => 0);
  for (;;) {
    let next = -1;
    let time = Number.POSITIVE_INFINITY;
    for (const [i, step] of STEPS.entries()) {
      while (at[i] < attempts && !takes(step, at[i])) at[i]++;
      const due =
        at[i] < attempts ? Math.round(at[i] * gap) + step.after : Number.POSITIVE_INFINITY;
      if (due >= time) continue;
      time = due;
      next = i;
    }
    if (next < 0) break;
    writeStep(writer, START + time, STEPS[next], at[next]++, endpoints);
  }
  writer.close();
  return path;
}
