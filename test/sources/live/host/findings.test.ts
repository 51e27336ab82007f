/** What readings of the kernel's counters say, and what they do not. */
import assert from 'node:assert/strict';
import { findingsOf, standingFindings } from '../../../../plugins/sources/live/host/findings.ts';
import type { Listener } from '../../../../plugins/sources/live/host/listeners.ts';
import type { Reading } from '../../../../plugins/sources/live/host/readings.ts';
import { ruleFindings } from '../../../../plugins/sources/live/host/rule-findings.ts';
import { Series } from '../../../../plugins/sources/live/host/series.ts';
import { SilentPorts } from '../../../../plugins/sources/live/host/silent-ports.ts';
import type { SilentPort } from '../../../../plugins/sources/live/host/silent-ports.ts';

const SECOND = 1e6;
const SERVER = { ip: '10.1.0.1', port: 8000 };

/** A SYN each second from second 1 on. */
function silent(syns: number): SilentPort {
  const ports = new SilentPorts();
  for (let i = 1; i <= syns; i++) ports.add(SERVER, '10.2.0.1', i * SECOND);
  return ports.get(SERVER)!;
}

function reading(
  at: number,
  counters: Record<string, number>,
  listeners: readonly Partial<Listener>[] | null = [{}],
  conntrack: Reading['conntrack'] = null,
  reasons: Reading['reasons'] = null,
): Reading {
  const all = { ListenOverflows: 0, ...counters };
  return {
    at: at * SECOND,
    counters: new Map(Object.entries(all)),
    listeners:
      listeners?.map((one) => ({
        ip: '0.0.0.0',
        port: 8000,
        queue: 0,
        limit: 1,
        drops: 0,
        ...one,
      })) ?? null,
    conntrack,
    reasons,
  };
}

describe('live: what counters say of silence', () => {
  it('a full accept queue, in numbers', () => {
    const { own } = findingsOf(
      silent(12),
      [reading(0, {}), reading(20, { ListenOverflows: 12 }, [{ queue: 2, drops: 12 }])],
      0,
    );
    assert.deepEqual(own, [
      {
        cause: 'accept-queue-full',
        strength: 1,
        because:
          'ListenOverflows rose by 12 while 12 SYNs to 10.1.0.1:8000 stayed unanswered; its accept queue holds 2 of 1, and that listener dropped 12 packets: its server does not accept them quickly enough',
      },
    ]);
  });

  it("another listener's overflows are not this port's", () => {
    const { own, queueRuledOut } = findingsOf(
      silent(12),
      [
        reading(0, {}),
        reading(20, { ListenOverflows: 500 }, [{}, { port: 9, queue: 2, drops: 500 }]),
      ],
      0,
    );
    assert.deepEqual(own, []);
    assert.equal(queueRuledOut, true);
  });

  it('where listeners can not be asked, overflows are half a reason, and rule nothing out', () => {
    const moved = findingsOf(
      silent(12),
      [reading(0, {}, null), reading(20, { ListenOverflows: 12 }, null)],
      0,
    );
    assert.deepEqual(
      moved.own.map(({ strength }) => strength),
      [0.5],
    );
    const still = findingsOf(silent(12), [reading(0, {}, null), reading(20, {}, null)], 0);
    assert.deepEqual([still.own, still.queueRuledOut], [[], false]);
  });

  it('counters of the whole machine weigh less beside other silent ports; small ones say nothing', () => {
    const span = [
      reading(0, {}),
      reading(20, { IPReversePathFilter: 10, InCsumErrors: 2 }),
    ] as const;
    const [alone] = findingsOf(silent(10), span, 0).shared;
    assert.equal(alone.strength, 1);
    assert.match(
      alone.because,
      /^IPReversePathFilter rose by 10 while 10 SYNs to 10\.1\.0\.1:8000/u,
    );
    const { shared } = findingsOf(silent(10), span, 30);
    assert.equal(shared.length, 1);
    assert.equal(shared[0].strength, 0.25);
  });

  it('a full table of connection tracking', () => {
    const { shared } = findingsOf(
      silent(5),
      [
        reading(0, {}, [{}], { entries: 9, most: 10, lost: { dropped: 1, failed: 0 } }),
        reading(20, {}, [{}], { entries: 10, most: 10, lost: { dropped: 6, failed: 0 } }),
      ],
      0,
    );
    assert.match(
      shared[0].because,
      /holds 10 of 10 entries .* and dropped 5 packets while 5 SYNs/u,
    );
    assert.equal(shared[0].strength, 1);
  });

  it("the kernel's reasons are a hint, and those of all that is dropped all the time none", () => {
    const reasons = new Map([
      ['NETFILTER_DROP', 20],
      ['NO_SOCKET', 20],
    ]);
    const span = [
      reading(0, {}, [{}], null, new Map()),
      reading(20, {}, [{}], null, reasons),
    ] as const;
    const { shared } = findingsOf(silent(10), span, 0);
    assert.deepEqual(
      shared.map(({ strength }) => strength),
      [0.15],
    );
    assert.match(shared[0].because, /20 packets for the reason NETFILTER_DROP/u);
  });

  it('nothing listens: the kernel would have refused', () => {
    const [one] = standingFindings(silent(3), reading(1, {}, []));
    assert.match(one.because, /nothing listens at 10\.1\.0\.1:8000/u);
    assert.deepEqual(standingFindings(silent(3), reading(1, {})), []);
  });

  it("a rule's counter that stood still clears it; one that moved with others' packets says little", () => {
    const conditions = [{ about: 'unclear' }] as const;
    const look = (at: number, packets: readonly number[]) => ({
      began: at * SECOND,
      at: at * SECOND,
      rules: packets.map((n, i) => ({
        key: `${i}`,
        place: 'here',
        text: `rule ${i}`,
        packets: n,
        conditions: i === 0 ? ([] as const) : conditions,
      })),
    });
    const found = ruleFindings(silent(10), look(0, [5, 5, 5]), look(20, [5, 15, 9000]));
    assert.deepEqual(
      found.map(({ because, strength }) => [because, strength]),
      [
        [
          "the firewall's rule `rule 1` (here) counted 10 packets while 10 SYNs to 10.1.0.1:8000 stayed unanswered",
          0.7,
        ],
        [
          "the firewall's rule `rule 2` (here) counted 8,995 packets while 10 SYNs to 10.1.0.1:8000 stayed unanswered",
          0.1,
        ],
      ],
    );
  });

  it('readings: compared with the last one before, bounded, evenly thinned', () => {
    const series = new Series<{ at: number }>();
    assert.equal(series.span(0), null);
    for (let at = 0; at < 1000; at++) series.add({ at });
    assert.deepEqual(
      series.span(995)?.map(({ at }) => at),
      [995, 999],
    );
    const [first] = series.span(-1) ?? [];
    assert.equal(first?.at, 0, 'the very first one is kept');
  });
});
