import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Scenario } from './scenario.ts';
import { scenario, SCENARIO_NAMES, type ScenarioName } from './scenarios.ts';
import { simulate } from './simulate.ts';
import { STACKS, type StackName } from './stacks.ts';
import type { Truth } from './truth.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Nothing lost anywhere near the capture, both directions seen, no filter. */
const FAITHFUL: readonly ScenarioName[] = SCENARIO_NAMES.filter(
  (name) => !['one-way', 'one-way-back', 'capture-loss-15', 'hidden-rejects'].includes(name),
);

function only(stack: StackName, more: Partial<Scenario> = {}): Scenario {
  return {
    seed: `only/${stack}`,
    duration: 200,
    clients: [
      { addresses: ['10.2.0.1'], stack, targets: ['10.1.0.1:80'], rate: 2, until: 10, blocking: 0 },
    ],
    endpoints: [{ ip: '10.1.0.1', port: 80, behaviour: { kind: 'drop' } }],
    ...more,
  };
}

function gaps(offsets: readonly number[]): number[] {
  return offsets.slice(1).map((offset, i) => offset - offsets[i]);
}

describe('simulator', () => {
  it('gives the same bytes and truth for the same seed, others for another', () => {
    const [first, again, other] = [7, 7, 8].map((seed) => simulate(scenario('icmp-rejects', seed)));
    assert.equal(digest(first.capture), digest(again.capture));
    assert.deepEqual(first.truth, again.truth);
    assert.notEqual(digest(first.capture), digest(other.capture));
  });

  for (const stack of Object.values(STACKS)) {
    it(`${stack.name} follows its schedule into silence: never early, at most 12.5 % late`, () => {
      const { truth } = simulate(only(stack.name));
      assert.ok(truth.length > 5);
      for (const { syn_offsets: offsets } of truth) {
        assert.equal(offsets.length, stack.gaps.length + 1);
        gaps(offsets).forEach((gap, i) => {
          const due = stack.gaps[i];
          // The path's jitter does not count at the client, where this is captured.
          assert.ok(gap >= due && gap <= due * 1.125 + 1e-6, `${gap} s for ${due} s`);
        });
      }
    });
  }

  it('cuts schedules short where the application gives up', () => {
    const impatient = only('linux-linear');
    const [client] = impatient.clients;
    const clients = [{ ...client, impatient: 1, timeout: [2, 4] as const }];
    const { truth } = simulate({ ...impatient, clients });
    for (const { syn_offsets: offsets, fates } of truth) {
      assert.ok(offsets.length >= 2 && offsets.length <= 4, String(offsets));
      assert.ok(fates.includes('application-gave-up'));
    }
  });

  it('lets Windows try three times more, half a second apart, after a RST', () => {
    const endpoints = [{ ip: '10.1.0.1', port: 80, behaviour: { kind: 'closed' } as const }];
    const { truth } = simulate(only('windows', { endpoints }));
    for (const { syn_offsets: offsets, accept } of truth) {
      assert.equal(offsets.length, 4);
      assert.ok(gaps(offsets).every((gap) => gap >= 0.5 && gap < 0.7));
      assert.deepEqual(accept, ['refused']);
    }
  });

  it('lets a blocking connect() of Linux send one SYN after an ICMP error, others none', () => {
    const reject = { kind: 'reject', type: 3, code: 3, limited: false } as const;
    for (const [blocking, syns] of [
      [1, 2],
      [0, 1],
    ]) {
      const base = only('linux-exponential', {
        endpoints: [{ ip: '10.1.0.1', port: 80, behaviour: reject }],
      });
      const clients = base.clients.map((spec) => Object.assign({}, spec, { blocking }));
      const { truth } = simulate({ ...base, clients });
      for (const { syn_offsets: offsets, accept, icmp } of truth) {
        assert.equal(offsets.length, syns);
        assert.deepEqual(accept, ['rejected']);
        assert.deepEqual(icmp, { type: 3, code: 3, from: '10.1.0.1' });
      }
    }
  });

  it('answers about 40 % of three attempts a second from behind REJECT, as measured on Linux', () => {
    const { truth } = simulate(
      only('linux-exponential', {
        clients: [
          {
            addresses: ['10.2.0.1'],
            stack: 'linux-exponential',
            targets: ['10.1.0.1:80'],
            rate: 3,
            impatient: 1,
            timeout: [0.4, 0.9],
          },
        ],
        endpoints: [{ ip: '10.1.0.1', port: 80, behaviour: { kind: 'reject', type: 3, code: 3 } }],
      }),
    );
    const share = truth.filter(({ icmp }) => icmp !== null).length / truth.length;
    assert.ok(share > 0.3 && share < 0.45, `${share}`);
  });

  it('loses one flow in four, whole, where one of four paths is bad', () => {
    const { truth } = simulate(
      only('masscan', {
        endpoints: [{ ip: '10.1.0.1', port: 80, behaviour: { kind: 'partial', paths: 4, bad: 2 } }],
        clients: [
          { addresses: 'random', stack: 'masscan', targets: ['10.1.0.1:80'], rate: 50, until: 100 },
        ],
      }),
    );
    const lost = truth.filter(({ really }) => really === 'unanswered').length / truth.length;
    assert.ok(lost > 0.22 && lost < 0.28, `${lost}`);
  });

  it('loses packets at the rate asked for, each way', () => {
    const loss = { kind: 'random', rate: 0.2 } as const;
    const { truth } = simulate(
      only('masscan', {
        path: { lossToServer: loss },
        endpoints: [{ ip: '10.1.0.1', port: 80, behaviour: { kind: 'closed' } }],
        clients: [
          { addresses: 'random', stack: 'masscan', targets: ['10.1.0.1:80'], rate: 50, until: 100 },
        ],
      }),
    );
    const lost = truth.filter(({ accept }) => accept.includes('unanswered')).length / truth.length;
    assert.ok(lost > 0.18 && lost < 0.22, `${lost}`);
  });

  it('tells the vantage', () => {
    for (const [point, vantage] of [
      [0, 'client'],
      [0.5, 'middle'],
      [1, 'server'],
    ] as const) {
      const { truth } = simulate(only('lwip', { capture: { point } }));
      assert.equal(truth[0].vantage, vantage);
    }
    assert.equal(simulate(only('lwip', { path: { hops: 0 } })).truth[0].vantage, 'both');
  });

  for (const name of FAITHFUL) {
    it(`${name}: a faithful capture leaves one outcome, but at its very end`, () => {
      const { truth } = simulate(scenario(name));
      assert.ok(truth.length > 100 && truth.length < 20_000, `${truth.length} attempts`);
      const end = truth[truth.length - 1].time;
      const open = truth.filter(
        ({ accept, time, syn_offsets: offsets }) =>
          accept.length > 1 && time + 1e6 * (offsets.at(-1) ?? 0) < end - 5e6,
      );
      assert.deepEqual(open, []);
    });
  }

  it('has every outcome in its scenarios', () => {
    const counts = new Map<string, number>();
    for (const name of ['icmp-rejects', 'windows-rst-retry', 'syn-ack-loss'] as const) {
      for (const { accept } of simulate(scenario(name)).truth) {
        const key = accept.join();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    for (const outcome of ['established', 'half-open', 'refused', 'rejected', 'unanswered']) {
      assert.ok((counts.get(outcome) ?? 0) > 100, `${outcome}: ${counts.get(outcome)}`);
    }
  });

  it('has no attempts where only the way back is captured', () => {
    const { truth, packets } = simulate(scenario('one-way-back'));
    assert.deepEqual(truth, []);
    assert.ok(packets > 1000);
  });

  it('keeps most attempts of a lossy capture to one outcome', () => {
    const { truth } = simulate(scenario('capture-loss-15'));
    const sharp = truth.filter(({ accept }: Truth) => accept.length === 1).length;
    assert.ok(sharp / truth.length > 0.95, `${sharp} of ${truth.length}`);
  });
});
