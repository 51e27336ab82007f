/**
 * A minute of traffic of every kind, for plugins that nobody gave a capture for:
 * made here, so that there is one in the packed binary too, and always the same.
 */
import { defineSource } from '../api.ts';
import {
  ACK,
  LINKTYPE_RAW,
  portUnreachable,
  RST_ACK,
  SYN,
  SYN_ACK,
  tcp,
  type Octets,
  type TcpEnd,
} from './packets.ts';

interface Packet {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly frame: Uint8Array;
}

const SECOND = 1_000_000;
/** 2026-09-21T14:13:20Z */
export const SAMPLE_START = 1_790_000_000 * SECOND;
/** Seconds of traffic; each port gets a connection in each. */
const SECONDS = 60;
/** Port 8000 swallows SYNs in these seconds. */
const SILENT = { from: 20, to: 40 };
/** When Linux repeats a SYN (RFC 6298, tcp(7)): seconds after the first one. */
const RETRIES = [1, 3, 7, 15];
const ROUND_TRIP = 0.02;

const SERVER: Octets = [10, 1, 0, 1];
const CLIENTS: readonly Octets[] = [
  [10, 2, 0, 1],
  [10, 2, 0, 2],
  [10, 2, 1, 7],
];
const V6 = { server: documentation(1), client: documentation(2) };

/** An address of 2001:db8::/32 (RFC 3849). */
function documentation(last: number): Octets {
  return [0x20, 0x01, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), last];
}

/** The packets of one connection attempt that begins `at` so many seconds. */
type Fate = (at: number, client: TcpEnd, server: TcpEnd, isn: number) => Packet[];

function packet(at: number, frame: Uint8Array): Packet {
  return { time: SAMPLE_START + Math.round(at * SECOND), frame };
}

const answers: Fate = (at, client, server, isn) => [
  packet(at, tcp({ from: client, to: server, seq: isn, ack: 0, flags: SYN })),
  packet(
    at + ROUND_TRIP,
    tcp({ from: server, to: client, seq: isn ^ 0x5a5a, ack: isn + 1, flags: SYN_ACK }),
  ),
  packet(
    at + ROUND_TRIP * 1.1,
    tcp({ from: client, to: server, seq: isn + 1, ack: (isn ^ 0x5a5a) + 1, flags: ACK }),
  ),
];

const swallows: Fate = (at, client, server, isn) =>
  [0, ...RETRIES].map((after) =>
    packet(at + after, tcp({ from: client, to: server, seq: isn, ack: 0, flags: SYN })),
  );

const refuses: Fate = (at, client, server, isn) => [
  packet(at, tcp({ from: client, to: server, seq: isn, ack: 0, flags: SYN })),
  packet(at + ROUND_TRIP, tcp({ from: server, to: client, seq: 0, ack: isn + 1, flags: RST_ACK })),
];

const rejects: Fate = (at, client, server, isn) => {
  const syn = tcp({ from: client, to: server, seq: isn, ack: 0, flags: SYN });
  return [packet(at, syn), packet(at + ROUND_TRIP, portUnreachable(syn))];
};

const PORTS: readonly [port: number, fate: (second: number) => Fate][] = [
  [443, () => answers],
  [8000, (second) => (second >= SILENT.from && second < SILENT.to ? swallows : answers)],
  [8002, () => refuses],
  [8003, () => rejects],
];

/** All packets, by time. */
export function samplePackets(): readonly Packet[] {
  const packets: Packet[] = [];
  for (let second = 0; second < SECONDS; second++) {
    const client = CLIENTS[second % CLIENTS.length];
    for (const [i, [port, fate]] of PORTS.entries()) {
      const from = { address: client, port: 40_000 + second * PORTS.length + i };
      const isn = 1000 + second * 65_536 + port;
      packets.push(...fate(second)(second + i / 10, from, { address: SERVER, port }, isn));
    }
    const from = { address: V6.client, port: 50_000 + second };
    packets.push(...answers(second + 0.5, from, { address: V6.server, port: 443 }, 77 + second));
  }
  return packets.toSorted((a, b) => a.time - b.time);
}

/** The traffic as a source of frames. */
export const sample = defineSource({
  api: 1,
  name: 'sample',
  doc: 'A minute of made-up traffic.',
  options: {},
  create() {
    const packets = samplePackets();
    let next = 0;
    return {
      interfaces: [{ name: 'sample', linkType: LINKTYPE_RAW, filter: null, snapLength: 0 }],
      read(batch) {
        const taken = packets.slice(next, next + batch.capacity);
        next += taken.length;
        const bytes = new Uint8Array(taken.reduce((sum, { frame }) => sum + frame.length, 0));
        let at = 0;
        for (const [i, { time, frame }] of taken.entries()) {
          bytes.set(frame, at);
          batch.offset[i] = at;
          batch.captured[i] = frame.length;
          batch.wire[i] = frame.length;
          batch.time[i] = time;
          batch.iface[i] = 0;
          at += frame.length;
        }
        batch.bytes = bytes;
        batch.count = taken.length;
        return next < packets.length;
      },
    };
  },
});
