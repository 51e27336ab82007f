import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { TimerWheel } from '../../src/flow/timer-wheel.ts';

const CAPACITY = 24;
const START = 1_790_000_000_000_000;

type Step =
  | readonly ['arm', slot: number, after: number]
  | readonly ['disarm', slot: number]
  | readonly ['advance', by: number];

/** The wheel looks this closely: what is due sooner is run by the end of it. */
const BUCKET = 65_536;

const slot = fc.nat(CAPACITY - 1);
/** Microseconds: just over a bucket, seconds, the holds in use. */
const hold = fc.oneof(
  fc.constantFrom(BUCKET, BUCKET + 1, 2 * BUCKET, 200_000, 1_000_000, 36_000_000, 135_000_000),
  fc.integer({ min: BUCKET, max: 135_000_000 }),
);
/** Of a packet out of order: due at once, or long ago. */
const late = fc.constantFrom(0, 1, BUCKET - 1, -1, -BUCKET, -60_000_000);

/** Each step is a pair; a capture may also be silent for a minute, an hour or ten years. */
function steps(after: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  const advance = fc.oneof(fc.nat(2 * BUCKET), hold, fc.constantFrom(60e6, 3600e6, 3.15e14));
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('arm' as const), slot, after) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('disarm' as const), slot) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('advance' as const), advance) },
  );
  return fc.array(step, { maxLength: 120, size: 'max' });
}

function newWheel(): TimerWheel {
  const wheel = new TimerWheel();
  for (let n = 0; n < CAPACITY; n++) wheel.reset(n);
  wheel.begin(START);
  return wheel;
}

/** All that is due, as [deadline, slot]. */
function drain(wheel: TimerWheel, now: number): [number, number][] {
  const run: [number, number][] = [];
  for (let due = wheel.take(now); due >= 0; due = wheel.take(now)) {
    run.push([wheel.deadline(due), due]);
  }
  return run;
}

describe('timer wheel', () => {
  it('runs what a sorted list would: everything due, in order of deadline, once', () => {
    fc.assert(
      fc.property(steps(hold), (all) => {
        const wheel = newWheel();
        const model = new Map<number, number>();
        let now = START;
        for (const step of all) {
          if (step[0] === 'advance') {
            now += step[1];
            runAndCompare(wheel, model, now);
          } else {
            change(wheel, model, step, now);
          }
        }
        runAndCompare(wheel, model, now + 300_000_000);
        assert.equal(model.size, 0);
        assert.equal(wheel.take(now + 4e14), -1);
      }),
      { numRuns: 300 },
    );
  });

  it('runs what is due at once, or was due long ago, within a bucket, never early, once', () => {
    fc.assert(
      fc.property(steps(fc.oneof(late, hold)), (all) => {
        const wheel = newWheel();
        const model = new Map<number, number>();
        let now = START;
        for (const step of all) {
          if (step[0] !== 'advance') {
            change(wheel, model, step, now);
            continue;
          }
          now += step[1];
          for (const [at, due] of drain(wheel, now)) {
            assert.equal(model.get(due), at, 'not armed for that');
            assert.ok(at <= now, 'early');
            model.delete(due);
          }
          drain(wheel, now + BUCKET).forEach(([, due]) => model.delete(due));
          now += BUCKET;
          for (const at of model.values()) assert.ok(at > now - BUCKET, 'forgotten');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('arms again from within a run, as handshakes do', () => {
    const wheel = newWheel();
    wheel.arm(1, START + 1_000_000, START);
    wheel.arm(2, START + 1_500_000, START);
    const run: number[] = [];
    for (let due = wheel.take(START + 9e6); due >= 0; due = wheel.take(START + 9e6)) {
      run.push(due);
      if (due === 1 && run.length === 1) wheel.arm(1, START + 1_200_000, START + 1_000_000);
    }
    assert.deepEqual(run, [1, 1, 2]);
  });
});

function change(
  wheel: TimerWheel,
  model: Map<number, number>,
  step: Exclude<Step, readonly ['advance', number]>,
  now: number,
): void {
  if (step[0] === 'arm') {
    wheel.arm(step[1], now + step[2], now);
    model.set(step[1], now + step[2]);
  } else {
    wheel.disarm(step[1]);
    model.delete(step[1]);
  }
}

function byTime(a: readonly number[], b: readonly number[]): number {
  return a[0] - b[0] || a[1] - b[1];
}

function runAndCompare(wheel: TimerWheel, model: Map<number, number>, now: number): void {
  const dueNow = [...model].filter(([, at]) => at <= now);
  if (dueNow.length > 0) assert.ok(wheel.nextDue <= now, `due, but asked for at ${wheel.nextDue}`);
  const run = drain(wheel, now);
  const times = run.map(([at]) => at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    'not in order of deadline',
  );
  const wanted = dueNow.map(([n, at]): [number, number] => [at, n]);
  assert.deepEqual(run.toSorted(byTime), wanted.toSorted(byTime));
  for (const [, n] of run) model.delete(n);
}
