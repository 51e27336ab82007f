import assert from 'node:assert/strict';
import { evaluate, placeOf } from './evaluate.ts';
import { STORIES } from './scenarios.ts';

describe('black-hole: stories', () => {
  for (const name of [
    'port',
    'host',
    'refusing (RST)',
    'rejecting (ICMP)',
    'one path in four',
    'flapping',
    'random loss 10 %',
    'bursts of 1.5 s, 70 %',
    'one-way capture',
    'scanners',
  ]) {
    it(name, async () => {
      const { missed, wrong, unresolved } = await evaluate(name, STORIES[name], 1);
      assert.deepEqual(missed, []);
      assert.deepEqual(
        wrong.map(({ incident }) => `${incident.kind} ${placeOf(incident)}`),
        [],
      );
      assert.equal(unresolved, 0);
    });
  }
});
