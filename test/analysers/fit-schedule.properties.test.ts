import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fitSchedule } from '../../plugins/analysers/retry-schedule/fit.ts';
import { scheduleOf, SCHEDULES } from '../../plugins/analysers/retry-schedule/schedules.ts';

const named = SCHEDULES.filter((row) => row.family !== 'unknown');

/** A prefix of a schedule, each gap late by 0 to 12.5 % of itself. */
const latePrefix = fc
  .constantFrom(...named)
  .chain((row) =>
    fc.record({
      row: fc.constant(row),
      shares: fc.array(fc.double({ min: 0, max: 0.125, noNaN: true }), {
        minLength: 1,
        maxLength: row.count - 1,
      }),
    }),
  )
  .map(({ row, shares }) => {
    const offsets = [0];
    for (const [i, share] of shares.entries()) {
      offsets.push(offsets[i] + (row.times[i + 1] - row.times[i]) * (1 + share));
    }
    return { row, offsets };
  });

describe('retry-schedule: properties', () => {
  it('recognises any late prefix as a family that has these times', () => {
    fc.assert(
      fc.property(latePrefix, ({ row, offsets }) => {
        const fit = fitSchedule(offsets);
        assert.ok(fit.family !== null && fit.family !== 'unknown');
        assert.equal(fit.lost, 0);
        assert.equal(fit.position, offsets.length - 1);
        const told = scheduleOf(fit.family);
        assert.deepEqual(told?.times.slice(0, offsets.length), row.times.slice(0, offsets.length));
      }),
    );
  });

  it('recognises it through capture duplicates', () => {
    fc.assert(
      fc.property(latePrefix, fc.double({ min: 0, max: 0.009, noNaN: true }), (made, delay) => {
        const doubled = made.offsets.flatMap((offset) => [offset, offset + delay]);
        assert.equal(fitSchedule(doubled).family, fitSchedule(made.offsets).family);
      }),
    );
  });

  it('never throws, and keeps to its word on anything', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 64 }), (offsets) => {
        const fit = fitSchedule(offsets);
        assert.ok(fit.lost >= 0 && fit.position >= 0);
        assert.ok(fit.family !== 'unknown' || fit.next === null);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.011, max: 40, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (gaps) => {
          let now = 0;
          const offsets = [0, ...gaps.map((gap) => (now += gap))];
          const fit = fitSchedule(offsets);
          if (fit.next !== null) assert.ok(fit.next > offsets[offsets.length - 1]);
          assert.ok(fit.lost <= offsets.length);
        },
      ),
    );
  });
});
