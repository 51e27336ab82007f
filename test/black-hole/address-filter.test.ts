import assert from 'node:assert/strict';
import { AddressFilter } from '../../plugins/analysers/black-hole/address-filter.ts';
import { Clients } from '../../plugins/analysers/black-hole/clients.ts';
import type { Client } from '../../plugins/analysers/black-hole/clients.ts';
import type { Attempt } from '../../src/model/attempt.ts';

/** Addresses all over the number's range, the upper half among them. */
function address(n: number): number {
  let x = Math.imul(n + 1, 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b_3c6d);
  return (x ^ (x >>> 13)) >>> 0;
}

/** What a client is known by. */
function from(key: number): Attempt {
  const ip = [24, 16, 8, 0].map((bits) => (key >>> bits) & 255).join('.');
  return { client: { ip, port: 40_000 }, client_key: key } as Attempt;
}

describe('the filter of known clients', () => {
  it('knows all that were added, as a number with or without sign, and few others', () => {
    const filter = new AddressFilter(1000);
    for (let n = 0; n < 1000; n++) filter.add(address(n));
    assert.ok(filter.full);
    for (let n = 0; n < 1000; n++) {
      assert.ok(filter.mayHave(address(n)));
      assert.ok(filter.mayHave(address(n) | 0));
    }
    let strangers = 0;
    for (let n = 1000; n < 101_000; n++) strangers += Number(filter.mayHave(address(n)));
    assert.ok(strangers < 100_000 / 20, `${strangers} of 100,000 strangers taken for known`);
  });

  it('has every client that is known or waits, however many came and went', () => {
    const waiting: Client[] = [];
    const clients = new Clients(2000, () => waiting);
    waiting.push(clients.know(from(address(0))));
    for (let n = 0; n < 20_000; n++) clients.know(from(address(n)));
    assert.equal(clients.forgotten, 18_000);
    for (let n = 18_000; n < 20_000; n++) assert.ok(clients.mayKnow(address(n) | 0));
    assert.ok(clients.mayKnow(address(0) | 0), 'forgotten, but an attempt of its waits');
    let strangers = 0;
    for (let n = 30_000; n < 40_000; n++) strangers += Number(clients.mayKnow(address(n) | 0));
    assert.ok(strangers < 10_000 / 10, `${strangers} of 10,000 strangers taken for known`);
  });
});
