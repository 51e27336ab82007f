import assert from 'node:assert/strict';
import { givesUpAfter, retriesWithin } from '../../src/lab/patience.ts';

describe('lab: how long Linux tries to connect', () => {
  it('doubles its timer, before 6.5', () => {
    assert.deepEqual(
      [1, 2, 6].map((retries) => givesUpAfter(retries, 0)),
      [3, 7, 127],
    );
  });

  it('begins with timers that are not doubled, since', () => {
    // 131 s is what ip-sysctl.rst says of the defaults, 6 and 4.
    assert.deepEqual(
      [1, 2, 3, 6].map((retries) => givesUpAfter(retries, 4)),
      [3, 7, 19, 131],
    );
  });

  it('the most retries that fit, one at least and the usual six at most', () => {
    assert.deepEqual(
      [1, 12, 19, 1000].map((seconds) => retriesWithin(seconds, 4)),
      [1, 2, 3, 6],
    );
  });
});
