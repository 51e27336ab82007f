import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { attempt, incident, trySink } from 'unackd/testing';
import plugin from './openmetrics.ts';

const whole = {
  scope: { kind: 'network', ip: null, port: null, prefix: '10.1.0.0/24' },
} as const;

describe('openmetrics', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'openmetrics-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lines = (): readonly string[] =>
    readFileSync(join(folder, 'unackd.prom'), 'utf8').split('\n');

  it('counts outcomes by endpoint', async () => {
    const sink = trySink(plugin, {}, folder);
    sink.attempt?.(attempt());
    sink.attempt?.(attempt());
    sink.attempt?.(attempt({ server: { ip: '2001:db8::1', port: 25 }, outcome: 'refused' }));
    await sink.flush?.();
    const counts = lines().filter((line) => line.startsWith('unackd_attempts_total'));
    assert.deepEqual(counts, [
      'unackd_attempts_total{ip="10.1.0.1",port="8000",outcome="established"} 2',
      'unackd_attempts_total{ip="2001:db8::1",port="25",outcome="refused"} 1',
    ]);
    assert.deepEqual(lines().slice(-2), ['# EOF', '']);
    assert.deepEqual(readdirSync(folder), ['unackd.prom']);
  });

  it('shows an incident for as long as it fires', async () => {
    const sink = trySink(plugin, {}, folder);
    sink.incident?.(incident(whole));
    await sink.flush?.();
    const line =
      'unackd_incident_firing{id="5af4c1d20b7e9386",kind="black-hole",ip="",port="",prefix="10.1.0.0/24"} 1';
    assert.ok(lines().includes(line));
    sink.incident?.(incident({ ...whole, lasts: 60 }));
    await sink.flush?.();
    assert.ok(!lines().includes(line));
  });

  it('says where it can not write', () => {
    const sink = trySink(plugin, { path: '/nowhere/unackd.prom' }, folder);
    assert.throws(() => sink.flush?.(), /\/nowhere\/unackd\.prom: /);
  });
});
