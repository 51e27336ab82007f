import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { JsonRecord } from '../support/read-records.ts';
import { CAPTURES, needsBuild, parseLines, unackd } from '../support/unackd.ts';

function read(name: string): JsonRecord[] {
  const { status, stdout } = unackd(['read', '--format', 'jsonl', join(CAPTURES, name)]);
  assert.equal(status, 0);
  return parseLines(stdout);
}

function only(records: readonly JsonRecord[], type: string): JsonRecord {
  const found = records.filter((record) => record['type'] === type);
  assert.equal(found.length, 1);
  return found[0];
}

describe("the experiment's three captures", () => {
  before(function () {
    needsBuild(this);
  });

  it('DROP: seven SYNs of one Linux client that gave up, no answer', () => {
    const records = read('drop.pcap');
    const attempt = only(records, 'attempt');
    assert.deepEqual(attempt['client'], { ip: '127.0.0.1', port: 40_626 });
    assert.deepEqual(attempt['server'], { ip: '127.0.0.1', port: 8000 });
    assert.equal(attempt['isn'], 274_725_390);
    assert.equal(attempt['outcome'], 'unanswered');
    assert.equal(attempt['final'], true);
    assert.equal(attempt['syns'], 7);
    const offsets = attempt['syn_offsets'] as readonly number[];
    assert.deepEqual(
      offsets.map((offset) => Math.floor(offset)),
      [0, 1, 3, 7, 15, 31, 64],
    );
    assert.deepEqual(attempt['schedule'], { family: 'linux-exponential', gave_up: true });
    assert.equal(attempt['icmp'], null);
    assert.equal(attempt['answered_after'], null);
    assert.equal(attempt['vantage'], 'both');
    assert.equal(only(records, 'endpoint')['verdict'], 'silent');
    assert.deepEqual(
      records.filter(({ type }) => type === 'notice'),
      [],
    );
  });

  it('REJECT without its ICMP: two SYNs, and a suspicion', () => {
    const records = read('reject-hidden.pcap');
    const attempt = only(records, 'attempt');
    assert.equal(attempt['outcome'], 'unanswered');
    assert.equal(attempt['syns'], 2);
    assert.equal(attempt['icmp'], null);
    const notice = only(records, 'notice');
    assert.equal(notice['code'], 'hidden-refusal-suspected');
    assert.match(String(notice['text']), /127\.0\.0\.1:8000.*1\.02 s apart.*icmp/u);
    const endpoint = only(records, 'endpoint');
    assert.equal(endpoint['verdict'], 'silent');
    const [first] = endpoint['causes'] as readonly { cause: string }[];
    assert.equal(first.cause, 'refusal-hidden');
  });

  it('REJECT with its ICMP: two SYNs, rejected', () => {
    const records = read('reject.pcap');
    const attempt = only(records, 'attempt');
    assert.equal(attempt['outcome'], 'rejected');
    assert.equal(attempt['syns'], 2);
    const refusal = { type: 3, code: 3, name: 'port-unreachable', from: '127.0.0.1' };
    assert.deepEqual(attempt['icmp'], refusal);
    assert.equal(only(records, 'endpoint')['verdict'], 'rejecting');
    assert.deepEqual(
      records.filter(({ type }) => type === 'notice'),
      [],
    );
  });

  it('and the port that black-holes and comes back', () => {
    const endpoints = read('black-hole.pcap').filter(({ type }) => type === 'endpoint');
    const verdicts = Object.fromEntries(
      endpoints.map(({ server, verdict }) => [(server as { port: number }).port, verdict]),
    );
    assert.deepEqual(Object.keys(verdicts), ['443', '8000', '8002']);
    assert.equal(verdicts['443'], 'healthy');
    assert.equal(verdicts['8002'], 'healthy');
    assert.notEqual(verdicts['8000'], 'healthy');
  });
});
