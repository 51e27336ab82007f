/**
 * A flood's short way gives what the common way gives: the same traffic once as
 * plain Ethernet or as Linux gives it on `any`, which is taken in runs, and once
 * with a VLAN tag, which never is.
 */
import assert from 'node:assert/strict';
import { AnalyserNode } from '../../src/engine/nodes.ts';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { defineAnalyser, FrameBatch, keepAttempt } from '../../src/plugin/api.ts';
import type { Analyser, Endpoint, Notice } from '../../src/plugin/api.ts';
import { Random } from '../simulator/random.ts';

const START = 1_760_000_000e6;
const [SYN, RST, ACK] = [0x02, 0x04, 0x10];
const IPV4_AND_TCP = 40;
const MSS_OPTION = [2, 4, 5, 180];

interface Segment {
  readonly time: number;
  readonly client: number;
  readonly port: number;
  readonly isn: number;
  readonly flags: number;
  readonly server: number;
  readonly options: boolean;
  /** Captured so much later than its time says. */
  readonly late: number;
}

/** Packets of a flood of lone SYNs, with copies, retries, answers, refusals and late ones among them. */
function traffic(packets: number, seed: number): Segment[] {
  const random = new Random(seed);
  const all: Segment[] = [];
  for (let i = 0; all.length < packets; i++) {
    const time = START + i * 20;
    const kind = random.uint32() % 200;
    const s: Segment = {
      time,
      client: random.uint32() | 0,
      port: 1024 + (random.uint32() % 60_000),
      isn: random.uint32() | 0,
      flags: SYN,
      server: 0x0a01_0001 + (kind === 9 ? 1 + (random.uint32() % 20) : 0),
      options: random.uint32() % 4 === 0,
      late: 0,
    };
    all.push(s);
    if (kind === 0) all.push({ ...s, time: time + 3 }); // captured twice
    if (kind === 1) all.push({ ...s, time: time + 1_000_000 });
    if (kind === 2) all.push({ ...s, time: time + 30_000, flags: SYN | ACK });
    if (kind === 3) all.push({ ...s, time: time + 40_000, flags: RST | ACK });
    if (kind === 4) all.push({ ...s, port: 80, late: 2_000 });
    if (kind === 5) all.push({ ...s, time: time + 9_000, isn: s.isn ^ 0x5555 }); // a new attempt
    if (kind === 6) all.push({ ...s, time: time + 15_000, flags: RST });
    if (kind === 7) {
      all.push({ ...s, time: time + 25_000, flags: SYN | ACK });
      all.push({ ...s, time: time + 26_000, flags: ACK });
    }
    if (kind === 8) all.push({ ...s, time: time - 10, flags: SYN | ACK }); // answer before its SYN
  }
  return all.toSorted((a, b) => a.time + a.late - (b.time + b.late));
}

/** Link type and octets of the header in front of IPv4. */
const LINKS = {
  ethernet: { linkType: 1, header: 14 },
  tagged: { linkType: 1, header: 18 },
  cooked: { linkType: 276, header: 20 },
};
type Link = keyof typeof LINKS;

function frameOf(s: Segment, link: Link): Uint8Array {
  const answer = (s.flags & ACK) !== 0 && s.flags !== ACK;
  const options = s.options && s.flags === SYN ? MSS_OPTION : [];
  const ip = LINKS[link].header;
  const bytes = new Uint8Array(ip + IPV4_AND_TCP + options.length);
  const view = new DataView(bytes.buffer);
  if (link === 'tagged') view.setUint32(12, 0x8100_0007);
  if (link === 'cooked') bytes.set([0x08, 0x00, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 0xa1]);
  else view.setUint16(ip - 2, 0x0800);
  view.setUint16(ip, 0x4500);
  view.setUint16(ip + 2, IPV4_AND_TCP + options.length);
  view.setUint16(ip + 8, 0x4006);
  view.setInt32(ip + 12, answer ? s.server : s.client);
  view.setInt32(ip + 16, answer ? s.client : s.server);
  const tcp = ip + 20;
  view.setUint16(tcp, answer ? 443 : s.port);
  view.setUint16(tcp + 2, answer ? s.port : 443);
  view.setInt32(tcp + 4, answer ? 7000 : s.flags === SYN ? s.isn : s.isn + 1);
  view.setInt32(tcp + 8, answer ? s.isn + 1 : s.flags === ACK ? 7001 : 0);
  view.setUint16(tcp + 12, ((5 + options.length / 4) << 12) | s.flags);
  bytes.set(options, tcp + 20);
  return bytes;
}

interface Result {
  readonly attempts: unknown[];
  readonly syns: unknown[];
  readonly endpoints: Endpoint[];
  readonly notices: Notice[];
  readonly evicted: number;
}

interface Listening {
  readonly attempts: boolean;
  readonly all: boolean;
  /** An analyser that has use for the lone SYNs of a few clients. */
  readonly few?: boolean;
}

/** Of 16 clients one. */
function isFew(client: number): boolean {
  return (client & 15) === 3;
}

function run(packets: readonly Segment[], link: Link, table: number, hears: Listening): Result {
  const pipeline = new Pipeline({ source: 'wire', table, vantage: null, live: false });
  pipeline.setAnalysers([]);
  const result = {
    attempts: [] as unknown[],
    syns: [] as unknown[],
    endpoints: [] as Endpoint[],
    notices: [] as Notice[],
  };
  if (hears.few === true) {
    const analyser: Analyser = {
      skipsLone: (client) => client !== null && !isFew(client),
      syn: (a) => result.syns.push({ ...keepAttempt(a), at: a.at }),
      attempt: (a) => {
        result.attempts.push({ ...keepAttempt(a), at: a.at });
        return undefined;
      },
    };
    const definition = defineAnalyser({
      api: 1,
      name: 'few',
      doc: 'hears a few clients',
      reads: ['attempt'],
      emits: [],
      options: {},
      create: () => analyser,
    });
    const inputs = [{ from: 'wire', topic: 'attempt' }] as const;
    const component = { id: 'few', kind: 'analyser', definition, options: {}, inputs } as const;
    const node = new AnalyserNode(component, analyser, null);
    pipeline.setAnalysers([node]);
    pipeline.inlets.all[0].outlets.attempts.push(node);
    node.outlets.attempts.push(pipeline.book);
  } else {
    pipeline.inlets.all[0].outlets.attempts.push(pipeline.book);
  }
  if (hears.attempts) {
    pipeline.hearLone();
    pipeline.inlets.all[0].outlets.attempts.push({
      finalOnly: !hears.all,
      attempt: (a) => result.attempts.push({ ...keepAttempt(a), at: a.at }),
    });
  }
  if (hears.all) pipeline.hearAll();
  pipeline.inlets.all[0].outlets.endpoints.push({ endpoint: (e) => result.endpoints.push(e) });
  pipeline.inlets.all[0].outlets.notices.push({ notice: (n) => result.notices.push(n) });
  const interfaces = [
    { name: 'wire', linkType: LINKS[link].linkType, filter: null, snapLength: 0 },
  ];
  const batch = new FrameBatch();
  for (let from = 0; from < packets.length; from += batch.capacity) {
    const part = packets.slice(from, from + batch.capacity);
    const frames = part.map((s) => frameOf(s, link));
    batch.bytes = Uint8Array.from(Buffer.concat(frames));
    let at = 0;
    for (const [i, frame] of frames.entries()) {
      batch.offset[i] = at;
      batch.captured[i] = frame.length;
      batch.wire[i] = frame.length;
      batch.time[i] = part[i].time;
      at += frame.length;
    }
    batch.count = part.length;
    pipeline.process(batch, interfaces);
  }
  void pipeline.end();
  return { ...result, evicted: pipeline.flow.table.evictions.lone };
}

describe('SYNs in runs', () => {
  const both: [string, number, Listening][] = [
    ['counted only', 400_000, { attempts: false, all: false }],
    ['counted only, the table full', 60_000, { attempts: false, all: false }],
    ['last words, the table full', 60_000, { attempts: true, all: false }],
    ['each change', 400_000, { attempts: true, all: true }],
    ['those of few clients', 400_000, { attempts: false, all: false, few: true }],
    ['those of few clients, the table full', 60_000, { attempts: false, all: false, few: true }],
  ];
  for (const [what, table, hears] of both) {
    it(`give the same as SYNs one by one: ${what}`, function () {
      this.timeout(60_000);
      const packets = traffic(100_000, table);
      const tagged = run(packets, 'tagged', table, hears);
      for (const link of ['ethernet', 'cooked'] as const) {
        const plain = run(packets, link, table, hears);
        assert.equal(plain.evicted > 0, table < 100_000, `${plain.evicted} evicted`);
        assert.equal(plain.attempts.length > 0, hears.attempts || hears.few === true);
        assert.equal(plain.evicted, tagged.evicted);
        assert.deepEqual(plain.endpoints, tagged.endpoints);
        assert.deepEqual(plain.notices, tagged.notices);
        assert.equal(plain.syns.length, tagged.syns.length);
        for (const [i, syn] of plain.syns.entries()) assert.deepEqual(syn, tagged.syns[i]);
        assert.equal(plain.attempts.length, tagged.attempts.length);
        for (const [i, attempt] of plain.attempts.entries()) {
          assert.deepEqual(attempt, tagged.attempts[i]);
        }
      }
    });
  }

  it('are told of the clients that an analyser has use for, and of all that come again', () => {
    const packets = traffic(100_000, 1);
    const { syns } = run(packets, 'ethernet', 400_000, {
      attempts: false,
      all: false,
      few: true,
    }) as { syns: readonly { client_key: number; syns: number }[] };
    const few = packets.filter(({ flags, client }) => flags === SYN && isFew(client));
    const heard = syns.filter(({ client_key: client }) => isFew(client));
    assert.equal(heard.length, few.length);
    assert.ok(syns.length > heard.length);
    assert.ok(syns.every((a) => isFew(a.client_key) || a.syns > 1));
  });
});
