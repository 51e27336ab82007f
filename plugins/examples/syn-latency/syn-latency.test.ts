import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attempt, tryAnalyser } from 'unackd/testing';
import { Quantiles } from './quantiles.ts';
import plugin from './syn-latency.ts';

describe('syn-latency', () => {
  it('tells percentiles each minute of capture time', () => {
    const trial = tryAnalyser(plugin);
    for (let i = 0; i < 100; i++) {
      trial.attempt(attempt({ begins: i / 2, answered_after: i < 90 ? 0.02 : 0.4 }));
    }
    trial.advance(61);
    const [{ text }, ...others] = trial.notices;
    assert.deepEqual(others, []);
    assert.match(
      text,
      /^10\.1\.0\.1:8000 answers SYNs in p50 (?:19|2[01]) ms, p95 (?:3[89]|4[0-2])\d ms, .* \(100 answers\)$/,
    );
  });

  it('tells only slow ones where that is wanted, and the rest at the end', () => {
    const trial = tryAnalyser(plugin, { slow: '100ms', least: 1 });
    trial.attempt(attempt({ answered_after: 0.02 }));
    trial.attempt(attempt({ server: { ip: '2001:db8::1', port: 443 }, answered_after: 0.2 }));
    trial.end();
    assert.equal(trial.notices.length, 1);
    assert.match(trial.notices[0].text, /^\[2001:db8::1\]:443 /);
  });

  it('measures no client whose SYN had to be repeated', () => {
    const trial = tryAnalyser(plugin, { least: 1 });
    trial.attempt(attempt({ syn_offsets: [0, 1.02] }));
    trial.end();
    assert.deepEqual(trial.notices, []);
  });

  it('is within 5 % of the true percentile', () => {
    const quantiles = new Quantiles();
    for (let i = 1; i <= 1000; i++) quantiles.add(i / 1000);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      assert.ok(Math.abs(quantiles.at(share) / share - 1) < 0.051, `${share}`);
    }
  });
});
