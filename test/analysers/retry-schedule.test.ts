import assert from 'node:assert/strict';
import type { Attempt, Schedule } from 'unackd';
import plugin from '../../plugins/analysers/retry-schedule/plugin.ts';
import { attempt, rig, SECOND, START } from './harness.ts';

function schedule(
  offsets: readonly number[],
  rest?: Parameters<typeof attempt>[1],
): Schedule | undefined {
  return rig(plugin).attempt(attempt(offsets, rest))?.schedule;
}

const told = (family: Schedule['family'], gave_up: boolean, next: number | null = null) => ({
  family,
  gave_up,
  next_due: next === null ? null : START + next * SECOND,
});

const NOTHING = told(null, false);

describe('retry-schedule: attempts', () => {
  it('says that the client gave up when the schedule has run out', () => {
    // The seed's black hole: the file ends with the seventh SYN.
    const seed = [0, 1.019572, 3.035843, 7.077379, 15.2595, 31.387549, 64.923498];
    assert.deepEqual(schedule(seed), told('linux-exponential', true));
    assert.deepEqual(schedule([0, 3.01, 9.03]), told('windows-3s', true));
    assert.deepEqual(schedule([0, 3, 6, 9, 12, 15, 18]), told('lwip', true));
  });

  it('does not say so when the capture ended before the next SYN', () => {
    assert.deepEqual(schedule([0, 1.021475]), told('linux-exponential', false));
    assert.deepEqual(schedule([0, 1, 3, 7, 15], { at: 31 }), told('linux-exponential', false));
  });

  it('says when the next SYN of an undecided attempt is due', () => {
    assert.deepEqual(
      schedule([0, 1, 3.1], { final: false }),
      told('linux-exponential', false, 7.1),
    );
    assert.deepEqual(schedule([0, 3], { final: false }), told('windows-3s', false, 9));
  });

  it('says that the client gave up when the next SYN is overdue', () => {
    // due at 7, at 7.5 by 12.5 % of the gap, at 7.7 past all doubt
    const app = [0, 1, 3];
    assert.deepEqual(schedule(app, { at: 7.69 }), told('linux-exponential', false));
    assert.deepEqual(schedule(app, { at: 7.71 }), told('linux-exponential', true));
    assert.deepEqual(schedule([0, 1, 2], { at: 3.4 }), told('linux-linear', true));
  });

  it('tells Windows by the sixth SYN that never comes', () => {
    const five = [0, 1, 3, 7, 15];
    assert.deepEqual(schedule(five, { at: 33.1 }), told('linux-exponential', false));
    assert.deepEqual(schedule(five, { at: 33.3 }), told('windows-1s', true));
    assert.deepEqual(schedule([...five, 31], { at: 31 }), told('linux-exponential', false));
  });

  it('never says that an answered client gave up', () => {
    for (const outcome of ['established', 'half-open', 'refused'] as const) {
      assert.deepEqual(
        schedule([0, 3, 9], { outcome, at: 60 }),
        told('windows-3s', false),
        outcome,
      );
    }
  });

  it('calls a rejected client given up only when it went through its whole schedule', () => {
    // The seed's third capture; ndpi-gnutella, whose Windows goes on after ICMP.
    const rejected = { outcome: 'rejected', at: 60 } as const;
    assert.deepEqual(schedule([0, 1.03], rejected), told('linux-exponential', false));
    assert.deepEqual(schedule([0, 3.01, 9.03], rejected), told('windows-3s', true));
  });

  it('knows the repeats of Windows after a RST', () => {
    // zeek-pop3 and ndpi-gnutella: half a second and one round trip apart
    for (const offsets of [
      [0, 0.548764, 1.109789],
      [0, 0.6865, 1.3733],
      [0, 1.0775, 2.0312],
      [0, 0.5, 1, 1.5],
    ]) {
      assert.deepEqual(schedule(offsets, { outcome: 'refused' }), told('windows-1s', false));
      assert.equal(schedule(offsets)?.family, 'unknown');
    }
    assert.equal(schedule([0, 0.5, 1, 1.5, 2], { outcome: 'refused' })?.family, 'unknown');
    assert.equal(schedule([0, 0.1, 0.2], { outcome: 'refused' })?.family, 'unknown');
  });

  it('calls a SYN without a retry single once every stack would have retried', () => {
    assert.deepEqual(schedule([0], { at: 3.5 }), told('single', true));
    assert.deepEqual(schedule([0, 0.001], { at: 3.6 }), told('single', true));
    assert.deepEqual(schedule([0], { outcome: 'unresolved', at: 3.6 }), told('single', true));
    assert.deepEqual(schedule([0], { outcome: 'unresolved', at: 3.4 }), NOTHING);
    assert.deepEqual(schedule([0], { outcome: 'unresolved', at: 9, final: false }), NOTHING);
  });

  it('has no schedule for an answered SYN', () => {
    for (const outcome of ['established', 'half-open', 'refused', 'rejected'] as const) {
      assert.deepEqual(schedule([0], { outcome, at: 9 }), NOTHING, outcome);
    }
  });

  it('says that a stack it does not know gave up when twice its last gap has passed', () => {
    const router = [0, 2, 6, 14];
    assert.deepEqual(schedule(router, { at: 30, final: false }), told('unknown', false));
    assert.deepEqual(schedule(router, { at: 32.3 }), told('unknown', true));
  });

  it('takes its tolerances from the options', () => {
    const early = attempt([0, 0.9]);
    assert.equal(rig(plugin).attempt(early)?.schedule?.family, 'unknown');
    const patient = rig(plugin, { jitter: 0.1 * SECOND, overdue: 10 * SECOND });
    assert.equal(patient.attempt(early)?.schedule?.family, 'linux-exponential');
    assert.equal(patient.attempt(attempt([0, 1, 3], { at: 17 }))?.schedule?.gave_up, false);
  });

  it('reads no address and makes nothing new for a lone SYN', () => {
    const { analyser } = rig(plugin);
    const view = {
      ...attempt([0], { at: 4 }),
      get client(): Attempt['client'] {
        throw new Error('formatted an address');
      },
      get server(): Attempt['server'] {
        throw new Error('formatted an address');
      },
      get syn_offsets(): Attempt['syn_offsets'] {
        throw new Error('made an array');
      },
    };
    assert.equal(analyser.attempt?.(view), analyser.attempt?.(view));
  });
});
