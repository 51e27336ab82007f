import assert from 'node:assert/strict';
import { Keepsakes } from '../../src/outside/keepsakes.ts';

describe('outside plugins: what they keep', () => {
  it('is bounded, keys and all', function () {
    this.timeout(20_000);
    const keepsakes = new Keepsakes(new Map());
    const some = 10_000;
    for (let from = 0; from < 40 * some; from += some) {
      keepsakes.take(
        Array.from({ length: some }, (_, i) => [String(from + i).padEnd(250, 'k'), 1]),
      );
    }
    const kept = keepsakes.all?.length ?? 0;
    assert.ok(kept * 251 <= 64 * 1024 * 1024 && kept > 200_000, `${kept}`);
    // Room again for others.
    keepsakes.take([['0'.padEnd(250, 'k')], ['b', 1]]);
    assert.equal(keepsakes.all?.length, kept);
  });
});
