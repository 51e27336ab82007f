/** What must hold of a reading's records whatever was read. */
import assert from 'node:assert/strict';
import { OUTCOMES } from '../../src/model/attempt.ts';
import { CAUSES, VERDICTS } from '../../src/model/endpoint.ts';
import type { JsonRecord, Read } from '../support/read-records.ts';

interface End {
  readonly ip: string;
  readonly port: number;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

export function endText(end: unknown): string {
  const { ip, port } = end as End;
  return `${ip} ${port}`;
}

/** Who, where and when: the same for an attempt from any reading of it. */
export function identity(a: JsonRecord): string {
  return `${String(a['time'])} ${endText(a['client'])} > ${endText(a['server'])} ${String(a['isn'])}`;
}

/** @param inOrder the packets' times never go back: then SYN offsets do not either */
export function assertSound(read: Read, inOrder = false): void {
  for (const attempt of read.attempts) assertAttempt(attempt, inOrder);
  for (const endpoint of read.endpoints) assertEndpoint(endpoint);
  for (const notice of read.notices) assert.match(String(notice['time']), TIME);
  for (const record of [...read.attempts, ...read.endpoints, ...read.notices]) {
    assert.deepEqual(JSON.parse(JSON.stringify(record)), record, 'not what JSON can hold');
  }
  assertFinalOnce(read);
  assertCountsAddUp(read);
}

function assertAttempt(a: JsonRecord, inOrder: boolean): void {
  const who = identity(a);
  assert.match(String(a['time']), TIME, who);
  assert.ok((OUTCOMES as readonly unknown[]).includes(a['outcome']), who);
  assert.equal(a['final'], true, who);
  assert.ok(Number.isInteger(a['syns']) && (a['syns'] as number) >= 1, who);
  const offsets = a['syn_offsets'] as number[];
  assert.equal(offsets[0], 0, who);
  assert.equal(offsets.length, Math.min(a['syns'] as number, 64), who);
  for (const [i, offset] of offsets.entries()) {
    assert.ok(offset >= 0, `${who}: offsets ${offsets.join()}`);
    if (inOrder) assert.ok(offset >= (offsets[i - 1] ?? 0), `${who}: offsets ${offsets.join()}`);
    assert.ok(isMicroseconds(offset), `${who}: ${offset} is no whole microsecond`);
  }
  const after = a['answered_after'] as number | null;
  assert.ok(after === null || (after >= 0 && isMicroseconds(after)), who);
  if (a['outcome'] === 'rejected') assert.notEqual(a['icmp'], null, who);
}

function isMicroseconds(seconds: number): boolean {
  return Math.abs(seconds * 1e6 - Math.round(seconds * 1e6)) < 1e-3;
}

function assertEndpoint(e: JsonRecord): void {
  const who = endText(e['server']);
  assert.ok((VERDICTS as readonly unknown[]).includes(e['verdict']), who);
  assert.ok((e['clients'] as number) >= 1, who);
  assert.ok(String(e['first']) <= String(e['last']), who);
  const causes = e['causes'] as { cause: string; probability: number; because: string[] }[];
  if (causes.length === 0) return;
  const hundredths = causes.map(({ probability }) => Math.round(probability * 100));
  assert.equal(
    hundredths.reduce((sum, n) => sum + n, 0),
    100,
    `${who}: ${JSON.stringify(causes)}`,
  );
  for (const [i, { cause, probability, because }] of causes.entries()) {
    assert.ok((CAUSES as readonly string[]).includes(cause), who);
    assert.equal(probability, hundredths[i] / 100, `${who}: more than two digits`);
    assert.ok(i === 0 || probability <= causes[i - 1].probability, `${who}: not likeliest first`);
    for (const reason of because) assert.ok(reason.length > 0, who);
  }
}

/** Each attempt's last word is said once, and nothing after it. */
function assertFinalOnce({ attempts, updates }: Read): void {
  const finals = attempts.map(identity);
  if (updates.length === 0) return;
  assert.equal(updates.filter((u) => u['final'] === true).length, finals.length);
  const open = new Map<string, number>();
  for (const update of updates) {
    const who = identity(update);
    if (update['final'] === true) open.delete(who);
    else open.set(who, (open.get(who) ?? 0) + 1);
  }
  assert.deepEqual([...open.keys()], [], 'changes without a last word');
}

function assertCountsAddUp({ attempts, endpoints }: Read): void {
  const wanted = new Map<string, Record<string, number>>();
  for (const a of attempts) {
    const server = endText(a['server']);
    const counts = wanted.get(server) ?? Object.fromEntries(OUTCOMES.map((o) => [o, 0]));
    counts[String(a['outcome'])]++;
    wanted.set(server, counts);
  }
  assert.equal(endpoints.length, wanted.size);
  for (const e of endpoints) assert.deepEqual(e['attempts'], wanted.get(endText(e['server'])));
}
