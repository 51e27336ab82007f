import assert from 'node:assert/strict';
import { SilentRun } from '../../src/verdict/silent-run.ts';

const SECOND = 1_000_000;
const BURST = 2_500_000;

function run(syns: number, lasting: number): SilentRun {
  const made = new SilentRun(0);
  made.add(0, lasting, syns, 1);
  return made;
}

describe('silent run', () => {
  it('proves nothing while it is shorter than a burst of loss, however many SYNs failed', () => {
    assert.equal(run(500, BURST - 1).evidence(0, BURST), 0);
    assert.ok(run(500, BURST).evidence(0, BURST) > 0);
  });

  it('grows by the logarithm of the loss rate with each SYN', () => {
    const one = run(1, 10 * SECOND).evidence(0.1, BURST);
    assert.ok(Math.abs(one - Math.log(10)) < 1e-12);
    assert.ok(Math.abs(run(7, 10 * SECOND).evidence(0.1, BURST) - 7 * one) < 1e-9);
  });

  it('never trusts a path to be better than 2 % or worse than 70 %', () => {
    const [none, least, some, most, all] = [0, 0.02, 0.1, 0.7, 1].map((rate) =>
      run(1, 10 * SECOND).evidence(rate, BURST),
    );
    assert.equal(none, least);
    assert.equal(all, most);
    assert.ok(least > some);
  });

  it('spans all its attempts, and counts each client once', () => {
    const made = new SilentRun(5 * SECOND);
    made.add(5 * SECOND, 6 * SECOND, 2, 1);
    made.add(4 * SECOND, 9 * SECOND, 3, 1);
    made.add(7 * SECOND, 8 * SECOND, 1, 2);
    made.extend(12 * SECOND, 2);
    const { start, end, attempts, syns, clientCount } = made;
    assert.deepEqual(
      { start, end, attempts, syns, clientCount },
      { start: 4 * SECOND, end: 12 * SECOND, attempts: 3, syns: 8, clientCount: 2 },
    );
  });
});
