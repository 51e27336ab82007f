import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { hashFlow } from '../../src/flow/hash.ts';
import type { LoneLines } from '../../src/flow/lone-lines.ts';
import { LoneRing } from '../../src/flow/lone-ring.ts';
import { LONE_HOLD, LONE_SYN_UNANSWERED } from '../../src/flow/rules.ts';
import { Segment } from '../../src/wire/segment.ts';

const CAPACITY = 6000; // above the ring's first size: it grows

interface Lone {
  readonly flow: number;
  readonly time: number;
  judged: boolean;
}

/** A SYN of the nth flow; every third is IPv6. */
function synOf(flow: number): Segment {
  const s = new Segment();
  s.src0 = 0x0a00_0000 + flow;
  s.dst0 = 0x0b00_0001;
  s.srcPort = 1024 + (flow % 60_000);
  s.dstPort = 443;
  s.seq = Math.imul(flow, 77);
  if (flow % 3 === 0) {
    s.v6 = 1;
    s.src3 = flow;
    s.dst3 = 1;
  }
  return s;
}

/** The same flow as its server sends. */
function turned(s: Segment): Segment {
  const back = new Segment();
  back.v6 = s.v6;
  [back.src0, back.src1, back.src2, back.src3] = [s.dst0, s.dst1, s.dst2, s.dst3];
  [back.dst0, back.dst1, back.dst2, back.dst3] = [s.src0, s.src1, s.src2, s.src3];
  [back.srcPort, back.dstPort] = [s.dstPort, s.srcPort];
  return back;
}

/** The ring beside a plain list that does the same. */
class Both {
  readonly list: Lone[] = [];
  readonly evicted: number[] = [];
  readonly ring = new LoneRing(CAPACITY, (lines, line) => {
    this.evicted.push(flowAt(lines, line));
    this.drop(flowAt(lines, line));
  });
  private flow = 0;
  private now = 1e15;
  private readonly times = new Float64Array(1);

  add(count: number, gap: number): void {
    for (let i = 0; i < count && this.list.length < CAPACITY; i++) {
      const s = synOf(++this.flow);
      this.now += gap;
      let line = this.ring.enter(hashFlow(s), false);
      // One of another flow may have the same few bits of the hash.
      if (line < 0 && this.ring.find(hashFlow(s), s) < 0) line = this.ring.enter(hashFlow(s), true);
      if (line < 0) continue; // its bucket is full: kept elsewhere
      this.times[0] = this.now;
      const ports = (s.srcPort << 16) | s.dstPort;
      this.ring.lines.fill(line, ports, s.seq, s.ttl, 0, s.src0, s.dst0, this.times, 0);
      if (s.v6 !== 0) this.ring.lines.fillRest(line, s);
      this.ring.entered();
      this.list.push({ flow: this.flow, time: this.now, judged: false });
    }
  }

  leave(nth: number): void {
    if (this.list.length === 0) return;
    const { flow } = this.list[nth % this.list.length];
    const s = synOf(flow);
    this.ring.leave(this.ring.find(hashFlow(s), s));
    this.drop(flow);
  }

  letGo(count: number): void {
    const lines = new Int32Array(count);
    const listed = this.ring.oldest(lines, Number.POSITIVE_INFINITY);
    const expected = this.list.slice(0, count).map(({ flow }) => flow);
    const given = [...lines.subarray(0, listed)].map((line) => flowAt(this.ring.lines, line));
    assert.deepEqual(given, expected);
    this.ring.leaveListed();
    this.list.splice(0, count);
  }

  judge(ago: number): void {
    const now = this.now - ago + LONE_SYN_UNANSWERED;
    this.ring.judgeUntil(now, true);
    for (const lone of this.list) if (lone.time <= this.now - ago) lone.judged = true;
  }

  /** Everything that can be asked gives the same. */
  compare(): void {
    const { ring, list } = this;
    assert.equal(ring.live, list.length);
    const dues = list.map(({ time, judged }) => time + (judged ? LONE_HOLD : LONE_SYN_UNANSWERED));
    assert.equal(ring.due, Math.min(Number.POSITIVE_INFINITY, ...dues));
    for (const { flow, time, judged } of list) {
      const s = synOf(flow);
      const line = ring.find(hashFlow(s), s);
      assert.equal(flowAt(ring.lines, line), flow);
      assert.equal(ring.find(hashFlow(s), turned(s)), line);
      assert.equal(ring.lines.firstSyn(line), time);
      assert.equal(ring.lines.hash(line), hashFlow(s));
      assert.equal(ring.isShown(line), judged);
      assert.ok(ring.mayHold(hashFlow(s)));
    }
    const unknown = synOf(this.flow + 1);
    assert.equal(ring.find(hashFlow(unknown), unknown), -1);
  }

  private drop(flow: number): void {
    const at = this.list.findIndex((lone) => lone.flow === flow);
    if (at >= 0) this.list.splice(at, 1);
  }
}

function flowAt(lines: LoneLines, line: number): number {
  return lines.words[line * 8 + 6] - 0x0a00_0000;
}

describe('ring of lone SYNs', () => {
  const step = fc.oneof(
    fc.tuple(fc.constant('add' as const), fc.integer({ min: 1, max: 2500 })),
    fc.tuple(fc.constant('leave' as const), fc.nat()),
    fc.tuple(fc.constant('letGo' as const), fc.integer({ min: 1, max: 1500 })),
    fc.tuple(fc.constant('judge' as const), fc.nat({ max: 3000 })),
  );

  it('does the same as a list, while it grows, goes round and moves together', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
        const both = new Both();
        for (const [what, n] of steps) {
          if (what === 'add') both.add(n, 1);
          else if (what === 'leave') for (let i = 0; i < 20; i++) both.leave(n + i * 7);
          else if (what === 'letGo') both.letGo(n);
          else both.judge(n);
        }
        both.compare();
      }),
      {
        numRuns: 60,
        // One comes after all before it were judged: it falls due before they are settled.
        examples: [
          [
            [
              ['add', 1],
              ['judge', 0],
              ['add', 1],
            ],
          ],
        ],
      },
    );
  });

  it('finds what it holds after its sequence numbers have wrapped', () => {
    const both = new Both();
    // 2^24 numbers; the ring's own start is half of that.
    for (let added = 0; added < 2 ** 23 + 20_000; added += 5000) {
      both.add(5000, 1);
      both.letGo(both.list.length - 200);
    }
    both.compare();
  });

  it('keeps nearly all: a bucket is rarely full', () => {
    const both = new Both();
    both.add(CAPACITY, 1);
    assert.ok(both.list.length > CAPACITY * 0.995, String(both.list.length));
  });

  it('moves together where most were left, without growing', () => {
    const both = new Both();
    both.add(100, 1);
    for (let round = 0; round < 100; round++) {
      both.add(200, 1);
      for (let i = 0; i < 200; i++) both.leave(100);
    }
    assert.equal(both.ring.lines.count, 4096);
    both.compare();
  });
});
