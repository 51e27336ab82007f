import assert from 'node:assert/strict';
import type { Outcome } from '../../src/model/attempt.ts';
import type { Evidence } from './attempt.ts';
import { shown } from './truth.ts';

type Step = readonly [seconds: number, what: Evidence['what'], acknowledgesCaptured?: boolean];

function outcomes(end: number, ...steps: readonly Step[]): Outcome[] {
  const evidence = steps.map(([seconds, what, acknowledgesCaptured = true]): Evidence => ({
    time: seconds * 1e6,
    what,
    acknowledgesCaptured,
    icmp: null,
  }));
  return shown(evidence, 0, end * 1e6).toSorted();
}

describe('truth', () => {
  it('a lone SYN is unanswered after 3.5 s, unresolved before 3, either between', () => {
    assert.deepEqual(outcomes(2.9, [0, 'syn']), ['unresolved']);
    assert.deepEqual(outcomes(3.2, [0, 'syn']), ['unanswered', 'unresolved']);
    assert.deepEqual(outcomes(3.6, [0, 'syn']), ['unanswered']);
  });

  it('a retry shows that nothing was answered, unless it has only just left', () => {
    assert.deepEqual(outcomes(1.6, [0, 'syn'], [1.02, 'syn']), ['unanswered']);
    assert.deepEqual(outcomes(1.1, [0, 'syn'], [1.02, 'syn']), ['unanswered', 'unresolved']);
  });

  it('a doubled SYN is no retry', () => {
    assert.deepEqual(outcomes(1.6, [0, 'syn'], [0.0004, 'syn']), ['unresolved']);
    assert.deepEqual(outcomes(1.6, [0, 'syn'], [0.1, 'syn']), ['unanswered', 'unresolved']);
  });

  it('a SYN-ACK is half-open after a second, or at the client’s RST', () => {
    assert.deepEqual(outcomes(0.4, [0, 'syn'], [0.1, 'syn-ack']), ['unresolved']);
    assert.deepEqual(outcomes(0.9, [0, 'syn'], [0.1, 'syn-ack']), ['half-open', 'unresolved']);
    assert.deepEqual(outcomes(2, [0, 'syn'], [0.1, 'syn-ack']), ['half-open']);
    assert.deepEqual(outcomes(0.2, [0, 'syn'], [0.1, 'syn-ack'], [0.2, 'client-reset']), [
      'half-open',
    ]);
  });

  it('an ACK of what was captured is established; of something else, maybe', () => {
    const begun = [
      [0, 'syn'],
      [0.1, 'syn-ack'],
    ] as const;
    assert.deepEqual(outcomes(9, ...begun, [0.2, 'client']), ['established']);
    assert.deepEqual(outcomes(9, ...begun, [0.2, 'client', false]), ['established', 'half-open']);
  });

  it('a client that goes on after an answer that was not captured is established or unresolved', () => {
    assert.deepEqual(outcomes(9, [0, 'syn'], [0.1, 'client', false]), [
      'established',
      'unresolved',
    ]);
    assert.deepEqual(outcomes(9, [0, 'syn'], [0.1, 'server'], [0.2, 'client']), ['established']);
  });

  it('the first of RST and ICMP decides', () => {
    assert.deepEqual(outcomes(9, [0, 'syn'], [0.1, 'reset'], [0.2, 'icmp']), ['refused']);
    assert.deepEqual(outcomes(9, [0, 'syn'], [0.1, 'icmp'], [0.2, 'reset']), ['rejected']);
  });

  it('an answer after a refusal has precedence', () => {
    assert.deepEqual(outcomes(9, [0, 'syn'], [0.1, 'reset'], [0.6, 'syn'], [0.7, 'syn-ack']), [
      'half-open',
    ]);
  });
});
