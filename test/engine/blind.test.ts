import assert from 'node:assert/strict';
import { Engine } from '../../src/engine/engine.ts';
import type { Attempt, Incident, Notice } from 'unackd';
import { configOf, handshake, packet, START, SYN, taking, ticks } from '../support/scripted.ts';
import type { Step } from '../support/scripted.ts';

const second = (time: number): number => (time - START) / 1e6;

interface Told {
  readonly notices: Notice[];
  readonly incidents: Incident[];
  readonly outcomes: [port: number, outcome: Attempt['outcome'], at: number][];
}

async function run(steps: readonly Step[], blindAfter = 20): Promise<Told> {
  const told: Told = { notices: [], incidents: [], outcomes: [] };
  const sink = taking('out', {
    finalOnly: true,
    attempt: ({ client, outcome, at }) => told.outcomes.push([client.port, outcome, second(at)]),
    incident: (incident) => told.incidents.push(incident),
    notice: (notice) => {
      // These tests have no place to remember anything in.
      if (notice.code !== 'outbox-in-memory') told.notices.push(notice);
    },
  });
  const config = { ...configOf(steps, [sink]), blindAfter: blindAfter * 1e6 };
  const hooks = { log: () => {}, sourceFailed: () => {} };
  await new Engine(config, hooks).run().catch(() => {});
  return told;
}

/** Handshakes twice a second, from second to second. */
function busy(from: number, to: number): Step[] {
  return Array.from({ length: (to - from) * 2 }, (_, i) =>
    handshake(from + i / 2, 2000 + from * 2 + i),
  ).flat();
}

/** SYNs that nobody answers, from `from` on, twice a second, each repeated after a second. */
function silence(from: number, to: number): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < (to - from) * 2; i++) {
    const frame = packet({ flags: SYN, port: 30_000 + from * 2 + i });
    const at = from + i / 2;
    for (const offset of [0, 1, 3, 7]) if (at + offset < to) steps.push({ at: at + offset, frame });
  }
  return steps.toSorted((a, b) => a.at - b.at);
}

describe('a blind source', () => {
  it('is told with its id, since when and what to do, and told again when it sees', async () => {
    const { notices } = await run([...busy(0, 10), ...ticks(10, 60), ...busy(60, 62)]);
    assert.deepEqual(
      notices.map(({ code, time }) => [code, second(time)]),
      [
        ['source-blind', 30],
        ['source-sees-again', 60],
      ],
    );
    assert.match(
      notices[0].text,
      /^wire: no packet for 20\.5 s, the last one came at 2026-09-21T14:13:29Z; .*raise blind_after$/u,
    );
    assert.match(notices[1].text, /^wire: packets again, after 50\.5 s without any \(since /u);
  });

  it('has attempts under way unresolved, as their answers may have passed unseen', async () => {
    const lone = { at: 3600, frame: packet({ flags: SYN, port: 1024 }) };
    const steps = [...busy(0, 10), ...busy(1800, 1801), ...busy(3598, 3600), lone];
    const hour: Step[] = [];
    for (let at = 10; at < 3598; at += 1) hour.push(...handshake(at, 20_000 + at));
    const all = [...steps, ...hour].toSorted((a, b) => a.at - b.at);
    const { outcomes } = await run([...all, ...ticks(3601, 3700), ...busy(3700, 3702)]);
    const [, outcome, at] = outcomes.find(([port]) => port === 1024) ?? [];
    assert.equal(outcome, 'unresolved');
    assert.ok(Number(at) < 3603, `${at}: judged by what was known then`);
  });

  it('lets no incident fire: silence before and after it does not add up', async () => {
    const before = [...busy(0, 60), ...silence(60, 61.5)];
    const after = silence(100, 101.5);
    const seeing = [...before, ...silence(62, 70)];
    assert.deepEqual(
      (await run([...seeing, ...ticks(70, 72)])).incidents.map(({ state }) => state),
      ['firing'],
    );
    const { incidents } = await run([...before, ...ticks(62, 100), ...after, ...ticks(101.5, 102)]);
    assert.deepEqual(incidents, []);
  });

  it('lets none resolve: an answer just before it is not enough, and it says how long nothing was seen', async () => {
    const outage = [...busy(0, 60), ...silence(60, 75)];
    const answer = handshake(75, 1500);
    const resolved = await run([...outage, ...answer, ...busy(76, 83)]);
    assert.deepEqual(
      resolved.incidents.map(({ state }) => state),
      ['firing', 'resolved'],
    );
    const { incidents } = await run([
      ...outage,
      ...answer,
      ...busy(75.5, 76),
      ...ticks(77, 130),
      ...busy(130, 145),
    ]);
    assert.deepEqual(
      incidents.map(({ state }) => state),
      ['firing', 'resolved'],
    );
    assert.ok(second(Number(incidents[1].resolved_at)) >= 130);
    assert.equal(incidents[1].evidence['blind_seconds'], 54.48);
  });
});

describe('packets dropped in capturing', () => {
  it('are told, and counted in the incidents of that time', async () => {
    const lossy: Step[] = Array.from(silence(60, 70), (step, i) => ({
      ...step,
      drops: { received: 10_000 + i, kernel: i * 10, interface: 0 },
    }));
    const { notices, incidents } = await run([...busy(0, 60), ...lossy, ...ticks(70, 72)]);
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['capture-loss'],
    );
    assert.equal(incidents.length, 1);
    assert.ok(Number(incidents[0].evidence['capture_dropped']) > 10);
  });
});

describe('a source that failed', () => {
  it('is told', async () => {
    const { notices } = await run([...busy(0, 2), { at: 3, fails: new Error('the cable burns') }]);
    assert.deepEqual(
      notices.map(({ code, text }) => `${code}: ${text}`),
      ['source-failed: wire: the cable burns; nothing more comes from it'],
    );
  });
});
