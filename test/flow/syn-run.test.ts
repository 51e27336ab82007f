/**
 * A flood's short way gives what the common way gives: the same traffic once as
 * plain Ethernet, which is taken in runs, and once with a VLAN tag, which never is.
 */
import assert from 'node:assert/strict';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { FrameBatch, keepAttempt } from '../../src/plugin/api.ts';
import type { Endpoint, Notice } from '../../src/plugin/api.ts';
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

function frameOf(s: Segment, vlan: boolean): Uint8Array {
  const answer = (s.flags & ACK) !== 0 && s.flags !== ACK;
  const options = s.options && s.flags === SYN ? MSS_OPTION : [];
  const ip = vlan ? 18 : 14;
  const bytes = new Uint8Array(ip + IPV4_AND_TCP + options.length);
  const view = new DataView(bytes.buffer);
  if (vlan) view.setUint32(12, 0x8100_0007);
  view.setUint16(ip - 2, 0x0800);
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
  readonly syns: number[];
  readonly endpoints: Endpoint[];
  readonly notices: Notice[];
  readonly evicted: number;
}

interface Listening {
  readonly attempts: boolean;
  readonly all: boolean;
}

function run(packets: readonly Segment[], vlan: boolean, table: number, hears: Listening): Result {
  const pipeline = new Pipeline({ source: 'wire', table, vantage: null, live: false });
  pipeline.setAnalysers([]);
  const result = {
    attempts: [] as unknown[],
    syns: [] as number[],
    endpoints: [] as Endpoint[],
    notices: [] as Notice[],
  };
  pipeline.inlets.all[0].outlets.attempts.push(pipeline.book);
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
  const interfaces = [{ name: 'wire', linkType: 1, filter: null, snapLength: 0 }];
  const batch = new FrameBatch();
  for (let from = 0; from < packets.length; from += batch.capacity) {
    const part = packets.slice(from, from + batch.capacity);
    const frames = part.map((s) => frameOf(s, vlan));
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
  pipeline.end();
  return { ...result, evicted: pipeline.flow.table.evictions.lone };
}

describe('SYNs in runs', () => {
  const both: [string, number, Listening][] = [
    ['counted only', 400_000, { attempts: false, all: false }],
    ['counted only, the table full', 60_000, { attempts: false, all: false }],
    ['last words, the table full', 60_000, { attempts: true, all: false }],
    ['each change', 400_000, { attempts: true, all: true }],
  ];
  for (const [what, table, hears] of both) {
    it(`give the same as SYNs one by one: ${what}`, function () {
      this.timeout(60_000);
      const packets = traffic(100_000, table);
      const plain = run(packets, false, table, hears);
      const tagged = run(packets, true, table, hears);
      assert.equal(plain.evicted > 0, table < 100_000, `${plain.evicted} evicted`);
      assert.equal(plain.attempts.length > 0, hears.attempts);
      assert.equal(plain.evicted, tagged.evicted);
      assert.deepEqual(plain.endpoints, tagged.endpoints);
      assert.deepEqual(plain.notices, tagged.notices);
      assert.equal(plain.attempts.length, tagged.attempts.length);
      for (const [i, attempt] of plain.attempts.entries()) {
        assert.deepEqual(attempt, tagged.attempts[i]);
      }
    });
  }
});
