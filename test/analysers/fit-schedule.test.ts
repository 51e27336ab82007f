import assert from 'node:assert/strict';
import { distinctSyns, fitSchedule } from '../../plugins/analysers/retry-schedule/fit.ts';
import { scheduleOf, SCHEDULES } from '../../plugins/analysers/retry-schedule/schedules.ts';

const EXPONENTIAL = [0, 1, 3, 7, 15, 31, 63];
const LINEAR = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67];
const WINDOWS_3S = [0, 3, 9];
const LWIP = [0, 3, 6, 9, 12, 15, 18];

const family = (offsets: readonly number[]) => fitSchedule(offsets).family;

/** Offsets from the first of these, as a capture without the others has them. */
function without(times: readonly number[], ...lost: number[]): number[] {
  const left = times.filter((time) => !lost.includes(time));
  return left.map((time) => time - left[0]);
}

/** Each gap late by this share: lateness adds up. */
const late = (times: readonly number[], share: number) => times.map((time) => time * (1 + share));

/** Linux's with this tcp_syn_linear_timeouts. */
function linear(timeouts: number): number[] {
  const times = Array.from({ length: timeouts + 2 }, (_, i) => i);
  for (let gap = 2; gap <= 32; gap *= 2) times.push(times[times.length - 1] + gap);
  return times;
}

describe('retry-schedule: fitSchedule', () => {
  it('knows no family without a retry', () => {
    assert.deepEqual(fitSchedule([]), { family: null, next: null, lost: 0, position: 0 });
    assert.deepEqual(fitSchedule([0]), { family: null, next: null, lost: 0, position: 0 });
    assert.equal(family([0, 0.00002]), null);
  });

  it('tells whole schedules, and that they have run out', () => {
    const whole = { next: null, lost: 0 };
    assert.deepEqual(fitSchedule(EXPONENTIAL), {
      ...whole,
      family: 'linux-exponential',
      position: 6,
    });
    assert.deepEqual(fitSchedule(LINEAR), { ...whole, family: 'linux-linear', position: 10 });
    assert.deepEqual(fitSchedule(WINDOWS_3S), { ...whole, family: 'windows-3s', position: 2 });
    assert.deepEqual(fitSchedule(LWIP), { ...whole, family: 'lwip', position: 6 });
  });

  it('tells the schedules that were captured', () => {
    // The seed's 7 SYNs, and the 2 of its refusal.
    const seed = [0, 1.019572, 3.035843, 7.077379, 15.2595, 31.387549, 64.923498];
    assert.equal(family(seed), 'linux-exponential');
    assert.equal(family([0, 1.021475]), 'linux-exponential');
    // ndpi-ocs, ndpi-gnutella, ndpi-alexa-app
    assert.equal(
      family([0, 0.998957, 3.005317, 7.008703, 15.0384, 31.084933]),
      'linux-exponential',
    );
    assert.equal(family([0, 3.0142, 9.0318]), 'windows-3s');
    assert.equal(family([0, 2.997, 9.0116]), 'windows-3s');
    assert.equal(
      family([0, 0.9908, 2.9909, 7.001, 15.0227, 31.0542, 63.1446]),
      'linux-exponential',
    );
  });

  it('tells schedules cut short, and when the next SYN is due', () => {
    for (let n = 2; n < EXPONENTIAL.length; n++) {
      assert.deepEqual(fitSchedule(EXPONENTIAL.slice(0, n)), {
        family: 'linux-exponential',
        next: EXPONENTIAL[n],
        lost: 0,
        position: n - 1,
      });
    }
    for (let n = 3; n < LINEAR.length; n++) {
      assert.deepEqual(fitSchedule(LINEAR.slice(0, n)), {
        family: 'linux-linear',
        next: LINEAR[n],
        lost: 0,
        position: n - 1,
      });
    }
    for (let n = 3; n < LWIP.length; n++) {
      assert.deepEqual(fitSchedule(LWIP.slice(0, n)), {
        family: 'lwip',
        next: LWIP[n],
        lost: 0,
        position: n - 1,
      });
    }
  });

  it('takes the likelier of stacks that two SYNs cannot part', () => {
    assert.equal(family([0, 1]), 'linux-exponential');
    assert.equal(family([0, 3]), 'windows-3s');
  });

  it('tells schedules beyond the default retry limit', () => {
    assert.equal(family([...EXPONENTIAL, 127]), 'linux-exponential');
    assert.equal(family([...EXPONENTIAL, 127, 247]), 'linux-exponential');
    assert.equal(family([...LINEAR, 131]), 'linux-linear');
    // tcp_syn_retries 10 and 13: TCP_RTO_MAX caps the gaps at 120 s.
    assert.equal(family([...EXPONENTIAL, 127, 247, 367, 487]), 'linux-exponential');
    assert.equal(family([...LINEAR, 131, 251, 371]), 'linux-linear');
  });

  it('tells Linux with other tcp_syn_linear_timeouts, once a gap is doubled', () => {
    assert.deepEqual(linear(4), LINEAR);
    for (const timeouts of [5, 6, 9]) {
      const times = linear(timeouts);
      for (const share of [0, 0.02, 0.12]) {
        const fit = fitSchedule(late(times, share));
        assert.deepEqual([fit.family, fit.lost, fit.next], ['linux-linear', 0, null]);
      }
      const soFar = fitSchedule(times.slice(0, timeouts + 3));
      assert.deepEqual([soFar.family, soFar.next], ['linux-linear', times[timeouts + 3]]);
      assert.equal(family(times.slice(0, timeouts + 2)), 'unknown');
    }
    // A fixed timer of 1 s, one SYN of it lost, is none of Linux's.
    assert.equal(family([0, 1, 2, 3, 4, 5, 6, 8, 9, 10]), 'unknown');
  });

  it('counts the next SYN from the last one, however late that was', () => {
    assert.equal(fitSchedule([0, 1.1, 3.2]).next, 7.2);
  });

  it('finds lost SYNs, the first among them', () => {
    for (const lost of [1, 3, 7, 15, 31]) {
      const fit = fitSchedule(without(EXPONENTIAL, lost));
      assert.deepEqual(
        [fit.family, fit.lost, fit.position],
        ['linux-exponential', 1, 6],
        `${lost}`,
      );
    }
    assert.deepEqual(fitSchedule(without(EXPONENTIAL, 0)), {
      family: 'linux-exponential',
      next: null,
      lost: 1,
      position: 6,
    });
    for (const lost of LINEAR.slice(1, -1)) {
      const fit = fitSchedule(without(LINEAR, lost));
      assert.deepEqual([fit.family, fit.lost, fit.position], ['linux-linear', 1, 10], `${lost}`);
    }
    for (const lost of LWIP.slice(1, -1)) {
      const fit = fitSchedule(without(LWIP, lost));
      assert.deepEqual([fit.family, fit.lost, fit.position], ['lwip', 1, 6], `${lost}`);
    }
    assert.deepEqual(fitSchedule([0, 6]), {
      family: 'windows-3s',
      next: null,
      lost: 1,
      position: 2,
    });
  });

  it('finds two lost SYNs', () => {
    for (const one of EXPONENTIAL.slice(0, -1)) {
      for (const other of EXPONENTIAL.slice(0, -1)) {
        if (one === other) continue;
        const fit = fitSchedule(without(EXPONENTIAL, one, other));
        assert.deepEqual([fit.family, fit.lost], ['linux-exponential', 2], `${one} ${other}`);
      }
    }
    for (const one of LINEAR.slice(1, -1)) {
      for (const other of LINEAR.slice(1, -1)) {
        if (one === other) continue;
        const fit = fitSchedule(without(LINEAR, one, other));
        assert.deepEqual([fit.family, fit.lost], ['linux-linear', 2], `${one} ${other}`);
      }
    }
  });

  it('does not explain by more lost SYNs than seen ones', () => {
    assert.equal(family([0, 8.0139]), 'unknown');
    assert.equal(family([0, 16]), 'unknown');
  });

  it('takes a lost SYN for less likely than another stack', () => {
    assert.equal(family([0, 3, 6]), 'lwip');
    assert.equal(family([0, 3, 9]), 'windows-3s');
    assert.equal(family([0, 3, 9, 12]), 'lwip');
    assert.equal(family([0, 1, 3, 5]), 'linux-linear');
  });

  it('allows each gap 12.5 % of lateness', () => {
    for (const row of [EXPONENTIAL, LINEAR, WINDOWS_3S, LWIP]) {
      assert.equal(family(late(row, 0.125)), family(row));
      assert.equal(family(late(row, 0.16)), 'unknown');
    }
  });

  it('does not allow the lateness of all gaps in one', () => {
    assert.equal(family([0, 1, 3, 7, 15, 31, 63 + 31 * 0.125 + 1]), 'unknown');
  });

  it('never takes a timer for early, but for the jitter of the way', () => {
    for (const times of [EXPONENTIAL, LINEAR, WINDOWS_3S]) {
      for (let i = 1; i < times.length; i++) {
        const early = times.map((time, k) => (k < i ? time : time - 0.05));
        assert.equal(family(early), 'unknown', early.join(' '));
        const jittered = times.map((time, k) => (k < i ? time : time - 0.02));
        assert.equal(family(jittered), family(times), jittered.join(' '));
      }
    }
  });

  it("allows for lwIP's first tick, which is cut short, where the next gaps are whole", () => {
    assert.equal(family([0, 2.61, 5.61, 8.61]), 'lwip');
    assert.equal(family([0, 2.61, 5.61, 8.22]), 'unknown');
    assert.equal(family([0, 2.45, 5.45, 8.45]), 'unknown');
    assert.equal(family([0, 2.61, 5.61]), 'unknown');
    assert.equal(family([0, 2.61]), 'unknown');
  });

  it('drops capture duplicates', () => {
    const twice = EXPONENTIAL.flatMap((time) => [time, time + 0.000013]);
    assert.deepEqual(fitSchedule(twice), fitSchedule(EXPONENTIAL));
    assert.deepEqual(distinctSyns([0, 0.006, 0.012, 1, 1.011]), [0, 1, 1.011]);
  });

  it('calls stacks that it does not know unknown', () => {
    // kholia-msdp: routers with an initial RTO of 2 s
    assert.equal(family([0, 2.0055, 6.0114, 14.0173]), 'unknown');
    assert.equal(family([0, 2.0055, 6.0114]), 'unknown');
    assert.equal(family([0, 0.1125, 0.2137]), 'unknown');
    assert.equal(family([0, 0.5, 1.5]), 'unknown');
    assert.equal(family([0, 1, 2.5, 4]), 'unknown');
  });

  it('takes 0 2 6 14 30 for a Linux whose first SYN was lost: the routers stop at 14', () => {
    assert.deepEqual(fitSchedule([0, 2, 6, 14, 30]), {
      family: 'linux-exponential',
      next: 62,
      lost: 1,
      position: 5,
    });
  });

  it('allows one SYN to be held up where four others bear witness', () => {
    // ndpi-alexa-app: the second SYN spent 0.9 s on the radio link
    const held = [0, 1.9291, 2.9988, 7.009, 15.0399, 31.0793, 63.1195];
    assert.deepEqual(fitSchedule(held), {
      family: 'linux-exponential',
      next: null,
      lost: 0,
      position: 6,
    });
    assert.equal(family([0, 1.9291, 2.9988]), 'unknown');
    assert.equal(family([0, 1.9, 3, 12, 15, 31, 63]), 'unknown');
  });

  it('never throws on clocks that run backwards or are no numbers', () => {
    assert.equal(family([0, -5, 1]), 'linux-exponential');
    assert.equal(family([Number.NaN, Number.POSITIVE_INFINITY, 0]), null);
  });

  it('keeps its table in order', () => {
    for (const row of SCHEDULES) {
      assert.equal(row.times[0], 0);
      assert.ok(row.count <= row.times.length);
      assert.ok(row.givesUp > row.times[row.count - 1]);
      // One gap fits one position at most: sums of gaps lie more than 12.5 % apart.
      for (let from = 0; from < row.times.length; from++) {
        for (let to = from + 2; to < row.times.length; to++) {
          const longest = (row.times[to - 1] - row.times[from]) * 1.125 + 0.005;
          assert.ok(
            longest < row.times[to] - row.times[from] - 0.025,
            `${row.family} ${from} ${to}`,
          );
        }
      }
    }
    assert.equal(scheduleOf('unknown'), undefined);
    assert.equal(scheduleOf('windows-1s')?.count, 5);
  });
});
