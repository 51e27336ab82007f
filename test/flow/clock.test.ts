import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CaptureClock } from '../../src/flow/clock.ts';

const START = 1_790_000_000_000_000;
const SECOND = 1_000_000;

describe('capture clock', () => {
  it('never runs backwards, whatever the packets say', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -7200, max: 7200 }), { maxLength: 60 }), (seconds) => {
        const clock = new CaptureClock();
        let before = Number.NEGATIVE_INFINITY;
        for (const s of seconds) {
          const own = START + s * SECOND;
          const t = clock.take(own);
          assert.ok(clock.now >= before);
          assert.ok(t <= clock.now);
          assert.equal(clock.wallTime(t), own, 'a packet keeps its own time for printing');
          before = clock.now;
        }
      }),
    );
  });

  it('keeps the time of packets that are a little out of order', () => {
    const clock = new CaptureClock();
    clock.take(START);
    assert.equal(clock.take(START - 500_000), START - 500_000);
    assert.equal(clock.now, START);
    assert.equal(clock.wentBack, 0);
  });

  it('tells a step back of more than a second, once until time has caught up', () => {
    const clock = new CaptureClock();
    clock.take(START);
    clock.take(START - 5 * SECOND);
    clock.take(START - 4 * SECOND);
    assert.equal(clock.wentBack, 1);
    assert.equal(clock.wentBackAt, START - 5 * SECOND);
    assert.equal(clock.wentBackBy, 5 * SECOND);
    clock.take(START + SECOND);
    clock.take(START - 3 * SECOND);
    assert.equal(clock.wentBack, 2);
  });

  it('follows a clock that was set back: deadlines go on running', () => {
    const clock = new CaptureClock();
    clock.take(START);
    const before = clock.now;
    clock.take(START - 7200 * SECOND);
    clock.take(START - 7190 * SECOND);
    assert.equal(clock.now - before, 10 * SECOND);
    assert.equal(clock.wallTime(clock.now), START - 7190 * SECOND);
  });
});
