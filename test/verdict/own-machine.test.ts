/** The word of the machine that captures, among the causes of its own ports' silence. */
import assert from 'node:assert/strict';
import { OUTCOMES, VANTAGES } from '../../src/model/attempt.ts';
import type { Vantage } from '../../src/model/attempt.ts';
import type { Explanation, Finding } from '../../src/model/explanation.ts';
import { causesOf } from '../../src/verdict/causes.ts';
import { EndpointStats } from '../../src/verdict/endpoint-stats.ts';

const NEAR = {
  answeringPorts: [22],
  silentPorts: 0,
  silentHosts: 0,
  answeringHosts: 0,
  icmpSeen: false,
};

function silentPort(vantage: Vantage): EndpointStats {
  const stats = new EndpointStats(false, [0x0a010001, 0, 0, 0], 8000);
  stats.outcomes[OUTCOMES.indexOf('unanswered')] = 12;
  stats.vantages[VANTAGES.indexOf(vantage)] = 12;
  return stats;
}

function found(cause: Finding['cause'], strength: number): Finding {
  return { cause, strength, because: `${cause} ${strength}` };
}

function causes(own: Partial<Explanation>, vantage: Vantage = 'server'): [string, number][] {
  const word: Explanation = {
    certain: true,
    because: 'it sent no answer',
    findings: [],
    ruledOut: [],
    ...own,
  };
  const all = causesOf(silentPort(vantage), 'black-holing', NEAR, word);
  return all.map(({ cause, probability }) => [cause, probability]);
}

describe("verdict: the machine's own word", () => {
  it('certain, and its queues have room: the machine dropped them', () => {
    assert.deepEqual(causes({ ruledOut: ['accept-queue-full'] }), [['dropped-at-server', 1]]);
  });

  it('certain, and nothing is known of its queues: one or the other', () => {
    const all = causes({});
    assert.deepEqual(
      all.map(([cause]) => cause),
      ['dropped-at-server', 'accept-queue-full'],
    );
    assert.ok(all[0][1] > 0.75);
  });

  it('a full queue that explains all of it', () => {
    assert.deepEqual(causes({ findings: [found('accept-queue-full', 1)] }), [
      ['accept-queue-full', 1],
    ]);
  });

  it('the finding is told first', () => {
    const [first] = causesOf(silentPort('server'), 'black-holing', NEAR, {
      certain: true,
      because: 'it sent no answer',
      findings: [found('dropped-at-server', 1)],
      ruledOut: ['accept-queue-full'],
    });
    assert.deepEqual(first.because.slice(0, 2), ['dropped-at-server 1', 'it sent no answer']);
  });

  it('not certain: an answer that left unseen may be lost', () => {
    const all = causes({ certain: false, ruledOut: ['accept-queue-full'] });
    assert.deepEqual(
      all.slice(0, 2).map(([cause]) => cause),
      ['dropped-at-server', 'reply-lost'],
    );
    assert.ok(all[0][1] > 0.9 && all[0][1] < 1);
  });

  it('who says that it was captured at the client is believed', () => {
    const all = causes({ ruledOut: ['accept-queue-full'] }, 'client');
    assert.ok(all.some(([cause]) => cause === 'lost-before-server'));
  });
});
