import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { DistinctClients } from '../../src/verdict/distinct-clients.ts';

/** The nth address: consecutive ones, as in a network, or spread over all. */
function filled(count: number, v6: boolean, spread: boolean): DistinctClients {
  const clients = new DistinctClients(v6);
  for (let n = 0; n < count; n++) {
    const word = spread ? Math.imul(n, 0x9e3779b1) : 0x0a000000 + n;
    if (v6) clients.add(0x20010db8, 0, 0, word);
    else clients.add(word, 0, 0, 0);
  }
  return clients;
}

describe('distinct clients', () => {
  it('are counted exactly up to 10,000, each once', () => {
    for (const v6 of [false, true]) {
      for (const count of [0, 1, 7, 4096, 9_999, 10_000]) {
        assert.equal(filled(count, v6, false).count, count);
      }
    }
  });

  it('are those of a set, 0.0.0.0 and :: among them', () => {
    const word = fc.oneof(fc.constantFrom(0, -1, 1), fc.integer());
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 300 }), fc.boolean(), (all, v6) => {
        const clients = new DistinctClients(v6);
        const model = new Set<string>();
        for (const [a, b] of all) {
          clients.add(a, 0, 0, v6 ? b : 0);
          model.add(v6 ? `${a} ${b}` : `${a}`);
        }
        assert.equal(clients.count, model.size);
      }),
    );
  });

  for (const count of [100_000, 1_000_000]) {
    it(`${count.toLocaleString('en-US')} are estimated within 5 %, each time the same`, () => {
      for (const spread of [false, true]) {
        const estimate = filled(count, false, spread).count;
        assert.ok(Math.abs(estimate - count) <= 0.05 * count, `${estimate} for ${count}`);
        assert.equal(filled(count, false, spread).count, estimate);
      }
    });
  }
});
