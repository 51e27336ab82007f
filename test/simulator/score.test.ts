import assert from 'node:assert/strict';
import { faults, score, timeText, type ScoredRecord } from './score.ts';
import { START } from './scenario.ts';
import type { Truth } from './truth.ts';

const TRUTH: Truth = {
  time: START + 250_001,
  client: { ip: '10.2.0.1', port: 40000 },
  server: { ip: '10.1.0.1', port: 8000 },
  isn: 7,
  syn_offsets: [0, 1.02],
  accept: ['unanswered'],
  really: 'unanswered',
  fates: ['dropped-at-server'],
  stack: 'linux-linear',
  family: 'linux-linear',
  icmp: null,
  vantage: 'client',
};

const RECORD: ScoredRecord = {
  type: 'attempt',
  time: '2026-09-21T14:13:20.250001Z',
  client: TRUTH.client,
  server: TRUTH.server,
  isn: 7,
  outcome: 'unanswered',
  syns: 2,
  syn_offsets: [0, 1.02],
  icmp: null,
};

const changed = (fields: Partial<ScoredRecord>): ScoredRecord => ({ ...RECORD, ...fields });

describe('score', () => {
  it('writes times as the records do', () => {
    assert.equal(timeText(START), '2026-09-21T14:13:20.000000Z');
    assert.equal(timeText(TRUTH.time), RECORD.time);
  });

  it('counts what is right', () => {
    const result = score([TRUTH], [RECORD, { type: 'endpoint' }]);
    assert.deepEqual(result, {
      total: 1,
      right: 1,
      wrong: [],
      missing: [],
      extra: [],
      details: [],
    });
  });

  it('takes any outcome that can be defended, and no other', () => {
    const either: Truth = { ...TRUTH, accept: ['established', 'unresolved'] };
    assert.equal(score([either], [changed({ outcome: 'unresolved' })]).right, 1);
    const { right, wrong } = score([either], [RECORD]);
    assert.equal(right, 0);
    assert.equal(wrong[0].why, 'unanswered, not established or unresolved');
  });

  it('takes the last record of an attempt', () => {
    const records = [changed({ outcome: 'unresolved' }), RECORD];
    assert.equal(score([TRUTH], records).right, 1);
    assert.equal(score([TRUTH], records.toReversed()).right, 0);
  });

  for (const [what, fields] of [
    ['time', { time: '2026-09-21T14:13:20.250002Z' }],
    ['ISN', { isn: 8 }],
    ['client', { client: { ip: '10.2.0.1', port: 40001 } }],
    ['server', { server: { ip: '10.1.0.2', port: 8000 } }],
  ] as const) {
    it(`another ${what} is another attempt`, () => {
      const result = score([TRUTH], [changed(fields)]);
      assert.equal(result.right, 0);
      assert.deepEqual(result.missing, [TRUTH]);
      assert.equal(result.extra.length, 1);
    });
  }

  it('an attempt told twice, in two parts, is right once and extra once', () => {
    const second = changed({ time: '2026-09-21T14:13:21.270001Z', syns: 1, syn_offsets: [0] });
    const { right, extra } = score([TRUTH], [RECORD, second]);
    assert.equal(right, 1);
    assert.deepEqual(extra, [second]);
  });

  it('keeps differing details apart from the outcome', () => {
    const whys = [
      { syns: 3 },
      { syn_offsets: [0, 1.03] },
      { icmp: { type: 3, code: 3, from: '10.1.0.1' } },
    ].map((fields) => {
      const { right, details } = score([TRUTH], [changed(fields)]);
      assert.equal(right, 1);
      return details[0].why;
    });
    assert.deepEqual(whys, [
      '3 SYNs, not 2',
      'SYNs at 0,1.03, not 0,1.02',
      'ICMP {"type":3,"code":3,"from":"10.1.0.1"}, not null',
    ]);
  });

  it('names faults a line each, and how many are left out', () => {
    const others = [1, 2, 3].map((isn) => changed({ isn }));
    const lines = faults(score([TRUTH], others), 2).split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0], /^missing 10\.2\.0\.1:40000>10\.1\.0\.1:8000 7 2026/);
    assert.equal(lines[2], 'and 2 more');
  });
});
