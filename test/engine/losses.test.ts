import assert from 'node:assert/strict';
import { Losses } from '../../src/engine/losses.ts';
import { START } from '../support/scripted.ts';

const SECOND = 1_000_000;

interface Counts {
  readonly received: number;
  readonly kernel?: number;
  readonly atInterface?: number;
}

/** A capture that is looked at once a second; what was told of it. */
function rig() {
  const told: string[] = [];
  const losses = new Losses('eth0', ({ code, text }) => told.push(`${code}: ${text}`));
  let second = 0;
  return {
    told,
    losses,
    /** The counts grow by these each second. */
    pass: (seconds: number, { received, kernel = 0, atInterface = 0 }: Counts): number => {
      let packets = 0;
      for (let n = 0; n < seconds; n++) {
        const counts = losses.counts ?? { received: 0, kernel: 0, interface: 0 };
        const seen = losses.look(START + second++ * SECOND, {
          received: counts.received + received,
          kernel: counts.kernel + kernel,
          interface: counts.interface + atInterface,
        });
        packets += seen.packets;
      }
      return packets;
    },
  };
}

describe('losses in capturing', () => {
  it('are told with share, since when, and what helps; and when they are over', () => {
    const { told, pass, losses } = rig();
    pass(5, { received: 1000 });
    assert.deepEqual(told, []);
    assert.equal(pass(1, { received: 1000, kernel: 300 }), 300);
    assert.deepEqual(told, [
      'capture-loss: eth0: 300 of 6,000 packets (5.0 %) were dropped in capturing since 2026-09-21T14:13:20Z; until this is over silence proves less; the kernel had no room for them: a larger buffer or a narrower filter helps',
    ]);
    pass(60, { received: 1000, kernel: 300 });
    assert.equal(told.length, 1, 'once');
    assert.ok(!Number.isNaN(losses.since));
    pass(80, { received: 1000 });
    assert.deepEqual(told.slice(1), [
      'capture-loss-over: eth0: nothing worth a word was dropped in capturing for 1 min; since 2026-09-21T14:13:20Z it were 18,300 of 131,000 packets (14.0 %)',
    ]);
    assert.ok(Number.isNaN(losses.since));
  });

  it('of less than one in a thousand are only counted', () => {
    const { told, pass, losses } = rig();
    assert.equal(pass(100, { received: 10_000, kernel: 9 }), 900);
    assert.deepEqual(told, []);
    assert.equal(losses.counts?.kernel, 900);
  });

  it('at the interface are none of the buffer', () => {
    const { told, pass } = rig();
    pass(1, { received: 0, atInterface: 50 });
    assert.match(told[0], /50 of 50 packets \(100\.0 %\).*ethtool -S/u);
  });
});
