import assert from 'node:assert/strict';
import { Repeats } from '../../src/daemon/repeats.ts';

describe('repeats in the log', () => {
  it('are written once a minute, with their count', () => {
    const repeats = new Repeats();
    assert.deepEqual(repeats.filter('k', 'full', 0), ['full']);
    for (let at = 1; at < 60_000; at += 1000) assert.deepEqual(repeats.filter('k', 'full', at), []);
    assert.deepEqual(repeats.filter('other', 'else', 10), ['else']);
    assert.deepEqual(repeats.filter('k', 'full', 60_000), [
      'full (and 60 times more since it was last said)',
    ]);
  });

  it('are remembered of so many lines at most', () => {
    const repeats = new Repeats();
    for (let n = 0; n < 10_000; n++) assert.equal(repeats.filter(`k${n}`, 'x', 0).length, 1);
    assert.equal(repeats.filter('k9999', 'x', 0).length, 0);
    assert.equal(repeats.filter('k0', 'x', 0).length, 1);
  });
});
