/** A live source that brings what a test wrote down, and says the time. */
import type { ResolvedConfig, SinkComponent } from '../../src/config/resolved.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import { STANDARD_CHAIN } from '../../src/config/resolved.ts';
import { bundled } from '../../src/engine/registry.ts';
import { LINK_TYPE } from '../simulator/frames.ts';
import { tcpPacket } from '../simulator/packets.ts';
import { BARE } from './bare-config.ts';
import { defineSink, defineSource } from 'unackd';
import type { AnalyserDefinition, CaptureDrops, Sink, Topic } from 'unackd';

/** 2026-09-21T14:13:20Z. */
export const START = 1_790_000_000_000_000;

/** One read: a frame at this many seconds, or the mere time. */
export interface Step {
  readonly at: number;
  readonly frame?: Uint8Array;
  readonly drops?: CaptureDrops;
  /** The read fails with this. */
  readonly fails?: Error;
}

export const SYN = 0x02;
const SYN_ACK = 0x12;
const ACK = 0x10;

export interface Packet {
  readonly flags: number;
  /** Client's port; server's is 8000. */
  readonly port: number;
  readonly fromServer?: boolean;
}

/** An IPv4 packet between 10.2.0.1 and 10.1.0.1:8000; sequence numbers begin at 1000 and 5000. */
export function packet({ flags, port, fromServer = false }: Packet): Uint8Array {
  const [src, dst] = fromServer ? ['10.1.0.1', '10.2.0.1'] : ['10.2.0.1', '10.1.0.1'];
  const [srcPort, dstPort] = fromServer ? [8000, port] : [port, 8000];
  return tcpPacket(
    { src, dst, ttl: 64, id: 1, dontFragment: true, trafficClass: 0 },
    {
      srcPort,
      dstPort,
      seq: (fromServer ? 5000 : 1000) + ((flags & SYN) === 0 ? 1 : 0),
      ack: (flags & ACK) === 0 ? 0 : fromServer ? 1001 : 5001,
      flags,
      window: 64_240,
      options: new Uint8Array(0),
      payload: 0,
    },
  );
}

/** A handshake that works, from `at` on. */
export function handshake(at: number, port: number): Step[] {
  return [
    { at, frame: packet({ flags: SYN, port }) },
    { at: at + 0.01, frame: packet({ flags: SYN_ACK, port, fromServer: true }) },
    { at: at + 0.02, frame: packet({ flags: ACK, port }) },
  ];
}

/** The time alone, twice a second, from `from` to `to`. */
export function ticks(from: number, to: number): Step[] {
  return Array.from({ length: Math.floor((to - from) * 2) + 1 }, (_, i) => ({ at: from + i / 2 }));
}

function scripted(steps: readonly Step[]) {
  return defineSource({
    api: 1,
    name: 'scripted',
    doc: 'What a test wrote down.',
    live: true,
    options: {},
    create() {
      let n = 0;
      let drops: CaptureDrops = { received: 0, kernel: 0, interface: 0 };
      return {
        interfaces: [{ name: 'void', linkType: LINK_TYPE.raw, filter: null, snapLength: 0 }],
        drops: () => drops,
        async read(batch) {
          if (n >= steps.length) return false;
          const { at, frame, fails, drops: counted = drops } = steps[n++];
          if (fails !== undefined) throw fails;
          drops = counted;
          const time = START + at * 1e6;
          if (frame === undefined) {
            batch.now = time;
            return true;
          }
          batch.bytes = frame;
          batch.offset[0] = 0;
          batch.captured[0] = frame.length;
          batch.wire[0] = frame.length;
          batch.time[0] = time;
          batch.iface[0] = 0;
          batch.count = 1;
          return true;
        },
      };
    },
  });
}

/** A sink of the test's own. */
export function taking(id: string, sink: Sink): SinkComponent {
  const reads: Topic[] = ['attempt', 'endpoint', 'incident', 'notice'];
  const definition = defineSink({
    api: 1,
    name: id,
    doc: 'A test sink.',
    options: {},
    reads,
    create: () => sink,
  });
  const last = STANDARD_CHAIN[STANDARD_CHAIN.length - 1];
  return {
    id,
    kind: 'sink',
    definition,
    options: {},
    inputs: [
      { from: last, topic: 'attempt' },
      ...['wire', ...STANDARD_CHAIN].map((from) => ({ from, topic: 'notice' as const })),
      ...STANDARD_CHAIN.map((from) => ({ from, topic: 'incident' as const })),
      { from: 'wire', topic: 'endpoint' },
    ],
  };
}

/** The source `wire`, the standard chain, and these sinks. */
export function configOf(steps: readonly Step[], sinks: readonly SinkComponent[]): ResolvedConfig {
  return {
    ...BARE,
    sources: [{ id: 'wire', kind: 'source', definition: scripted(steps), options: {}, inputs: [] }],
    analysers: STANDARD_CHAIN.map((name, i) => {
      const definition = bundled.find('analyser', name) as AnalyserDefinition;
      return {
        id: name,
        kind: 'analyser' as const,
        definition,
        options: defaultOptions(definition.options),
        inputs: [{ from: i === 0 ? 'wire' : STANDARD_CHAIN[i - 1], topic: 'attempt' as const }],
      };
    }),
    sinks,
    flow: { table: 1000 },
  };
}
