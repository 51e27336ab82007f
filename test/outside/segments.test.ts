/** The topic `segment`: which packets arrive, in what order, and the same within the daemon and beyond it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { SourceComponent } from '../../src/config/resolved.ts';
import { Engine } from '../../src/engine/engine.ts';
import { sample } from '../../src/plugin/conformance/sample.ts';
import { defineAnalyser, defineSource, keepSegment, TCP_FLAGS } from 'unackd';
import type { AnalyserDefinition, Attempt, Notice, Segment } from 'unackd';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { frame, LINK_TYPE } from '../simulator/frames.ts';
import { icmpPacket, tcpPacket } from '../simulator/packets.ts';
import { configOf, START, taking } from '../support/scripted.ts';
import { CAPTURES } from '../support/unackd.ts';
import packets from './plugins/packets.ts';
import { outside } from './support/opened.ts';

const BLACK_HOLE = join(CAPTURES, 'black-hole.pcap');

interface Timed {
  /** Microseconds after START. */
  readonly at: number;
  readonly frame: Uint8Array;
}

/** Ethernet frames as a file would bring them. */
function framesOf(frames: readonly Timed[]): SourceComponent {
  const definition = defineSource({
    api: 1,
    name: 'frames',
    doc: 'What a test made.',
    options: {},
    create() {
      let next = 0;
      return {
        interfaces: [{ name: 'eth7', linkType: LINK_TYPE.ethernet, filter: null, snapLength: 0 }],
        read(batch) {
          const taken = frames.slice(next, next + batch.capacity);
          next += taken.length;
          batch.bytes = Buffer.concat(taken.map((one) => one.frame));
          let at = 0;
          for (const [i, { at: time, frame: bytes }] of taken.entries()) {
            batch.offset[i] = at;
            batch.captured[i] = bytes.length;
            batch.wire[i] = bytes.length;
            batch.time[i] = START + time;
            batch.iface[i] = 0;
            at += bytes.length;
          }
          batch.count = taken.length;
          return next < frames.length;
        },
      };
    },
  });
  return { id: 'wire', kind: 'source', definition, options: {}, inputs: [] };
}

const file: SourceComponent = {
  id: 'wire',
  kind: 'source',
  definition: pcap,
  options: { ...defaultOptions(pcap.options), path: [BLACK_HOLE] },
  inputs: [],
};

/** Segments that the analyser was not told when that was last tried, as `/metrics` shows it. */
let missed: number | undefined;

/** What an analyser of a source's segments and attempts tells. */
async function noticesOf(
  definition: AnalyserDefinition,
  source: SourceComponent,
  options: Readonly<Record<string, unknown>> = {},
  table = 1024,
): Promise<Notice[]> {
  const notices: Notice[] = [];
  const sink = taking('out', { notice: (notice) => notices.push(notice) });
  const config = configOf([], []);
  const analyser = {
    id: 'a',
    kind: 'analyser' as const,
    definition,
    options: { ...defaultOptions(definition.options), ...options },
    inputs: definition.reads
      .filter((topic) => topic === 'segment' || topic === 'attempt')
      .map((topic) => ({ from: 'wire', topic })),
  };
  const engine = new Engine(
    {
      ...config,
      sources: [source],
      analysers: [analyser],
      sinks: [{ ...sink, inputs: ['a', 'wire'].map((from) => ({ from, topic: 'notice' })) }],
      flow: { table },
    },
    { log: () => undefined },
  );
  await engine.run();
  missed = engine.hosts.shortfalls.get('a')?.segments;
  return notices;
}

type Told =
  | { readonly segment: Segment }
  | { readonly attempt: Pick<Attempt, 'outcome' | 'server_key' | 'client_key' | 'isn'> }
  | { readonly woken: number };

/** All that an analyser within the daemon is told, in order. */
async function toldOf(
  source: SourceComponent,
  every = 0,
  reads: AnalyserDefinition['reads'] = ['segment', 'attempt'],
  table = 1024,
): Promise<Told[]> {
  const told: Told[] = [];
  const definition = defineAnalyser({
    api: 1,
    name: 'listener',
    doc: 'Keeps what it is told.',
    reads,
    emits: [],
    options: {},
    create: (_, host) => ({
      segment(s) {
        if (every > 0 && !told.some((one) => 'woken' in one)) host.wakeAt(s.time + every);
        told.push({ segment: keepSegment(s) });
      },
      attempt({ outcome, server_key, client_key, isn }) {
        told.push({ attempt: { outcome, server_key, client_key, isn } });
        return undefined;
      },
      advance(now) {
        told.push({ woken: now });
        host.wakeAt(now + every);
      },
    }),
  });
  await noticesOf(definition, source, {}, table);
  return told;
}

function segmentsOf(told: readonly Told[]): Segment[] {
  return told.flatMap((one) => ('segment' in one ? [one.segment] : []));
}

const CLIENT = {
  src: '10.2.0.1',
  dst: '10.1.0.1',
  ttl: 64,
  id: 1,
  dontFragment: true,
  trafficClass: 0,
};
const NO_OPTIONS = new Uint8Array(0);

function tcp(
  at: number,
  {
    flags,
    back = false,
    port = 40_000,
    payload = 0,
    seq = (flags & TCP_FLAGS.syn) === 0 ? 1001 : 1000,
    options = NO_OPTIONS,
    ip = CLIENT,
  }: {
    readonly flags: number;
    readonly back?: boolean;
    readonly port?: number;
    readonly payload?: number;
    readonly seq?: number;
    readonly options?: Uint8Array;
    readonly ip?: typeof CLIENT;
  },
): Timed {
  const way = back ? { ...ip, src: ip.dst, dst: ip.src } : ip;
  const [srcPort, dstPort] = back ? [443, port] : [port, 443];
  const packet = tcpPacket(way, {
    srcPort,
    dstPort,
    seq,
    ack: (flags & TCP_FLAGS.ack) === 0 ? 0 : back ? 1001 : 77,
    flags,
    window: 64_240,
    options,
    payload,
  });
  return { at, frame: frame(packet, way.src, way.dst, { link: 'ethernet' }) };
}

const { syn, ack, rst, fin, psh } = TCP_FLAGS;

/** 30,000 lone SYNs, so that they are taken in runs, and handshakes among them. */
function flood(after = 0): Timed[] {
  return Array.from({ length: 30_000 }, (_, i) => {
    if (i % 1000 === 999)
      return tcp(after + i * 10, { flags: syn | ack, back: true, port: 1 + (i % 60_000) });
    const ip = { ...CLIENT, src: `11.${(i >> 14) & 255}.${(i >> 7) & 127}.${i & 127}` };
    return tcp(after + i * 10, { flags: syn, ip, port: 1 + (i % 60_000), seq: i });
  });
}

describe('the topic segment', function () {
  this.timeout(60_000);

  it('has what opens, answers, refuses and closes, and the end of each handshake, as decoded', async () => {
    // MSS 1460, SACK permitted, timestamps 5 and 6, NOP, window scale 7.
    const options = Uint8Array.from([
      2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6, 1, 3, 3, 7,
    ]);
    const told = segmentsOf(
      await toldOf(
        framesOf([
          tcp(0, { flags: syn, options }),
          tcp(100, { flags: syn | ack, back: true, seq: 76 }),
          tcp(200, { flags: ack }),
          // The attempt is decided: data of a connection that stands.
          tcp(300, { flags: ack | psh, payload: 5 }),
          tcp(400, { flags: ack }),
          tcp(500, { flags: fin | ack }),
          tcp(600, { flags: rst, back: true, seq: 2 ** 32 - 1 }),
        ]),
      ),
    );
    assert.deepEqual(
      told.map(({ kind, time }) => [kind, time - START]),
      [
        ['syn', 0],
        ['syn-ack', 100],
        ['ack', 200],
        ['fin', 500],
        ['rst', 600],
      ],
    );
    assert.deepEqual(told[0], {
      type: 'segment',
      kind: 'syn',
      time: START,
      source: 'wire',
      interface: 'eth7',
      from: { ip: '10.2.0.1', port: 40_000 },
      to: { ip: '10.1.0.1', port: 443 },
      from_port: 40_000,
      to_port: 443,
      from_key: 0x0a02_0001 * 65_536 + 40_000,
      to_key: 0x0a01_0001 * 65_536 + 443,
      from_ip_key: 0x0a02_0001,
      to_ip_key: 0x0a01_0001,
      ttl: 64,
      flags: syn,
      seq: 1000,
      ack: 0,
      window: 64_240,
      payload: 0,
      mss: 1460,
      window_scale: 7,
      sack_permitted: true,
      timestamps: { value: 5, echo: 6 },
      fast_open: false,
      syn_layout: 0x3_1842,
      icmp: null,
    });
    assert.equal(told[1].ack, 1001);
    assert.equal(told[4].seq, 2 ** 32 - 1);
    assert.deepEqual([told[1].mss, told[1].window_scale, told[1].timestamps], [null, null, null]);
  });

  it('has ICMP errors with what they quote, of IPv6 too', async () => {
    for (const ip of [CLIENT, { ...CLIENT, src: '2001:db8::2', dst: '2001:db8::1' }]) {
      const v6 = ip.src.includes(':');
      const opens = tcp(0, { flags: syn, ip, seq: 0xffff_fff0 });
      const back = { ...ip, src: v6 ? '2001:db8::fe' : '10.1.0.254', dst: ip.src };
      const error = icmpPacket(back, v6 ? 1 : 3, v6 ? 4 : 3, opens.frame.slice(14));
      const told = await toldOf(
        framesOf([opens, { at: 9, frame: frame(error, back.src, back.dst, { link: 'ethernet' }) }]),
      );
      const [first, second] = segmentsOf(told);
      assert.deepEqual(
        [second.kind, second.from, second.to, second.flags, second.seq, second.mss],
        ['icmp', { ip: back.src, port: 0 }, { ip: ip.src, port: 0 }, 0, 0, null],
      );
      assert.deepEqual(second.icmp, {
        type: v6 ? 1 : 3,
        code: v6 ? 4 : 3,
        name: 'port-unreachable',
        quote: { from: first.from, to: first.to, seq: 0xffff_fff0 },
      });
      // A segment comes before what it does to an attempt; both have the same keys.
      const names = told.map((one) => Object.keys(one)[0]);
      assert.deepEqual(names.slice(0, 3), ['segment', 'segment', 'attempt']);
      const attempts = told.flatMap((one) => ('attempt' in one ? [one.attempt] : []));
      assert.deepEqual(attempts[0], {
        outcome: 'rejected',
        server_key: first.to_key,
        client_key: first.from_ip_key,
        isn: 0xffff_fff0,
      });
    }
  });

  it('has every SYN of a flood, once and in order, with wake-ups at their times', async () => {
    const frames = flood();
    for (const reads of [['segment'], ['segment', 'attempt']] as const) {
      for (const table of [65_536, 12_000]) {
        const told = await toldOf(framesOf(frames), 777, reads, table);
        const seen = segmentsOf(told);
        assert.deepEqual(
          seen.map(({ time }) => time - START),
          frames.map(({ at }) => at),
        );
        let now = 0;
        let woken = 0;
        for (const one of told) {
          if ('woken' in one) woken = one.woken;
          if ('segment' in one) now = one.segment.time;
          assert.ok(!('woken' in one) || now < woken, `woken for ${woken} after ${now}`);
          assert.ok(!('segment' in one) || woken === 0 || now < woken + 777, 'woken late');
        }
        assert.ok(told.filter((one) => 'woken' in one).length > 300);
      }
    }
  });

  it('is the same in a process of its own, in its order with attempts and wake-ups', async () => {
    const made: SourceComponent = {
      id: 'wire',
      kind: 'source',
      definition: sample,
      options: {},
      inputs: [],
    };
    for (const source of [file, made]) {
      const within = await noticesOf(packets, source);
      const beyond = await noticesOf(outside('packets'), source);
      assert.ok(within.some(({ text }) => text.startsWith('woken')));
      assert.ok(within.filter(({ text }) => text.startsWith('segment')).length > 300);
      assert.deepEqual(beyond, within);
    }
  });

  it('says where a plugin failed, and how many segments it missed', async () => {
    const notices = await noticesOf(outside('packets'), file, { fail_at: 3000, quiet: true });
    const text = notices.find(({ code }) => code === 'plugin-failed')?.text ?? '';
    assert.match(
      text,
      /^a: plugin packets failed at packets\.ts:\d+:\d+: RangeError: enough; it missed (?:\d+ events? and )?\d+ segments; it starts again in 0\.25 s$/u,
    );
    assert.equal(missed, Number(/ (\d+) segments; /u.exec(text)?.[1]));
  });

  it('passes by a plugin that is too slow for a live source, which waits for nobody', async () => {
    const made = framesOf([0, 400_000, 800_000].flatMap((after) => flood(after)));
    const live = { ...made, definition: { ...made.definition, live: true as const } };
    const options = { spin: 20, quiet: true, every: 60_000_000 };
    const notices = await noticesOf(outside('packets'), live, options);
    const text = (wanted: string): string =>
      notices.find(({ code }) => code === wanted)?.text ?? '';
    assert.match(text('plugin-too-slow'), /^a: plugin packets is too slow for what comes in/u);
    const told = /keeps up again; it missed \d+ events and (\d+) segments$/u.exec(
      text('plugin-caught-up'),
    )?.[1];
    const taken = /^end: (\d+)$/u.exec(
      notices.findLast(({ code }) => code === 'packets')?.text ?? '',
    );
    assert.equal(Number(told) + Number(taken?.[1]), 90_000);
    assert.equal(missed, Number(told));
  });
});
