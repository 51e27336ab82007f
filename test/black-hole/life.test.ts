import assert from 'node:assert/strict';
import { readConfig } from '../../src/config/read.ts';
import { bundled } from '../../src/engine/registry.ts';
import type { Incident } from '../../src/model/incident.ts';
import { people } from '../simulator/cast.ts';
import { START, type Scenario } from '../simulator/scenario.ts';
import type { Behaviour, Phase } from '../simulator/servers.ts';
import { simulate } from '../simulator/simulate.ts';
import { incidentsIn, placeOf } from './evaluate.ts';
import { falseAlarms } from './light.ts';
import { STORIES } from './scenarios.ts';

const TARGETS = ['10.1.0.1:443', '10.1.0.1:8000', '10.1.0.2:5432'];

/** Three ports at about an attempt a second each; port 8000 goes through these phases. */
function capture(phases: readonly Phase[], more: Partial<Scenario> = {}): Uint8Array {
  return simulate({
    seed: 'life',
    duration: 90,
    clients: people(3, TARGETS),
    endpoints: [
      { ip: '10.1.0.1', port: 8000, phases },
      { ip: '10.1.0.1', port: 443 },
      { ip: '10.1.0.2', port: 5432 },
    ],
    ...more,
  }).capture;
}

function drop(from: number, until: number): Phase {
  return { from, until, behaviour: { kind: 'drop' } };
}

async function told(bytes: Uint8Array, options: Record<string, unknown> = {}): Promise<Incident[]> {
  return (await incidentsIn(bytes, options)).map(({ incident }) => incident);
}

function lines(incidents: readonly Incident[]): string[] {
  return incidents.map((i) => `${i.kind} ${placeOf(i)} ${i.state}`);
}

const ONE_OUTAGE = capture([drop(30, 60)]);

describe('black-hole: life of an incident', () => {
  it('fires and resolves, with numbers', async () => {
    const [firing, resolved] = await told(ONE_OUTAGE);
    assert.equal(firing.state, 'firing');
    assert.match(firing.id, /^[0-9a-f]{16}$/u);
    assert.deepEqual(firing.scope, { kind: 'port', ip: '10.1.0.1', port: 8000, prefix: null });
    assert.equal(firing.resolved_at, null);
    assert.ok(firing.started_at >= START + 30e6 && firing.started_at < firing.detected_at);
    assert.ok(firing.confidence > 0.99 && firing.confidence < 1);
    const total = firing.causes.reduce((sum, { probability }) => sum + probability, 0);
    assert.ok(Math.abs(total - 1) < 1e-9);
    const { evidence } = firing;
    assert.ok(Number(evidence['syns']) >= 5 && Number(evidence['clients']) >= 1);
    assert.ok(Number(evidence['log_likelihood']) >= Number(evidence['threshold']));
    assert.deepEqual(evidence['answering'], { ports: [443], hosts: 1 });
    assert.equal(resolved.id, firing.id);
    assert.equal(resolved.state, 'resolved');
    assert.ok(Number(resolved.resolved_at) >= START + 59.9e6);
  });

  it('tells the same with the same ids in a replay', async () => {
    assert.deepEqual(await told(ONE_OUTAGE), await told(ONE_OUTAGE));
  });

  it('keeps quiet about what ends before `for` is over', async () => {
    assert.deepEqual(await told(ONE_OUTAGE, { for: 40e6 }), []);
    const [firing] = await told(ONE_OUTAGE, { for: 10e6 });
    assert.ok(firing.detected_at >= START + 40e6);
  });

  it('keeps its id within the flap window, and says so', async () => {
    const flapping = capture([drop(20, 35), drop(50, 65)]);
    const incidents = await told(flapping);
    assert.deepEqual(
      incidents.map(({ state }) => state),
      ['firing', 'resolved', 'firing', 'resolved'],
    );
    assert.equal(new Set(incidents.map(({ id }) => id)).size, 1);
    assert.equal(incidents[2].evidence['flaps'], 1);
    const apart = await told(flapping, { flap_window: 1e6 });
    assert.equal(new Set(apart.map(({ id }) => id)).size, 2);
  });

  it('fires still when the capture ends in the outage', async () => {
    assert.deepEqual(lines(await told(capture([drop(30, 90)]))), [
      'black-hole 10.1.0.1:8000 firing',
    ]);
  });

  it('a black hole that turns into refusals ends, and the refusals are told', async () => {
    const closed: Behaviour = { kind: 'closed' };
    const incidents = await told(
      capture([drop(20, 40), { from: 40, until: 60, behaviour: closed }]),
    );
    const inOrder = lines(incidents);
    assert.ok(inOrder.includes('black-hole 10.1.0.1:8000 resolved'), inOrder.join());
    assert.ok(inOrder.includes('refusing 10.1.0.1:8000 firing'), inOrder.join());
    assert.equal(inOrder.at(-1), 'refusing 10.1.0.1:8000 resolved');
  });

  it('a port that never answered is told only where it is expected to', async () => {
    const silent = capture([drop(0, 90)]);
    assert.deepEqual(await told(silent), []);
    assert.deepEqual(lines(await told(silent, { expect: ['10.1.0.1:8000'] })), [
      'black-hole 10.1.0.1:8000 firing',
    ]);
  });

  it('`ignore` and `only` leave ports out', async () => {
    assert.deepEqual(await told(ONE_OUTAGE, { ignore: ['10.1.0.1:8000'] }), []);
    assert.deepEqual(await told(ONE_OUTAGE, { only: ['10.1.0.2', '2001:db8::/32'] }), []);
    assert.equal((await told(ONE_OUTAGE, { only: ['10.1.0.0/24'] })).length, 2);
  });

  it('a wider incident takes over a narrower one', async () => {
    const incidents = await told(
      simulate({
        seed: 'wider',
        duration: 100,
        clients: people(3, TARGETS),
        endpoints: [
          { ip: '10.1.0.1', port: 8000, phases: [drop(30, 70)] },
          { ip: '10.1.0.1', port: 443, phases: [drop(40, 70)] },
          { ip: '10.1.0.2', port: 5432 },
        ],
      }).capture,
    );
    assert.deepEqual(lines(incidents), [
      'black-hole 10.1.0.1:8000 firing',
      'black-hole 10.1.0.1 firing',
      'black-hole 10.1.0.1:8000 resolved',
      'black-hole 10.1.0.1 resolved',
    ]);
    assert.equal(incidents[2].superseded_by, incidents[1].id);
    assert.deepEqual(incidents[1].evidence['endpoints_in_all'], 2);
  });

  it('one lucky answer does not end it', async () => {
    const mostly: Behaviour = { kind: 'partial', paths: 12, bad: 0 };
    const scenario = { ...STORIES['port'].scenario, seed: 'lucky', duration: 120 };
    const incidents = await told(
      simulate({
        ...scenario,
        endpoints: [
          {
            ip: '10.1.0.1',
            port: 8000,
            phases: [
              drop(30, 60),
              // A gap just long enough for an answer or two.
              { from: 60, until: 60.5, behaviour: mostly },
              drop(60.5, 90),
            ],
          },
          ...scenario.endpoints.slice(1),
        ],
      }).capture,
    );
    assert.deepEqual(
      incidents.map(({ state }) => state),
      ['firing', 'resolved'],
    );
    assert.ok(Number(incidents[1].resolved_at) >= START + 89e6);
  });

  it('reply loss says at which side it was seen', async () => {
    const [firing] = await told(
      capture([{ from: 30, until: 70, behaviour: { kind: 'reply-loss' } }], {
        capture: { point: 1 },
      }),
    );
    assert.equal(firing.kind, 'reply-loss');
    assert.equal(firing.evidence['side'], 'server');
    assert.equal(firing.causes[0].cause, 'reply-lost');
  });

  it('what was answered before tells that the silence is captured at the server', async () => {
    const [firing] = await told(capture([drop(30, 60)], { capture: { point: 1 } }));
    const arrived = 'the SYNs were captured at the server, so they did arrive there';
    assert.equal(firing.causes[0].cause, 'dropped-at-server');
    assert.ok(firing.causes[0].because.includes(arrived));
    assert.ok(firing.causes.every(({ cause }) => cause !== 'lost-before-server'));
  });

  it('one direction only: nothing fires, not after the first handshakes either', async () => {
    for (const from of [0.5, 1, 1.5, 2, 30]) {
      const bytes = capture([drop(from, 60)], {
        capture: { point: 0.5, direction: 'to-server' },
        endpoints: TARGETS.map((at) => {
          const [ip, port] = at.split(':');
          return { ip, port: Number(port), phases: [drop(from, 60)] };
        }),
      });
      assert.deepEqual(lines(await told(bytes)), [], `SYNs are dropped from ${from} s on`);
    }
  });

  it('a partial black hole names what parts its flows', async () => {
    const [firing] = await told(
      simulate({
        seed: 'network',
        duration: 90,
        clients: [
          ...people(4, ['10.1.0.1:443']),
          ...people(
            2,
            ['10.1.0.1:443'],
            { path: { lossToServer: { kind: 'random', rate: 1 } }, from: 30 },
            '10.7',
          ),
          ...people(2, ['10.1.0.1:443'], { until: 30 }, '10.7'),
        ],
        endpoints: [{ ip: '10.1.0.1', port: 443 }],
      }).capture,
    );
    assert.equal(firing.kind, 'partial-black-hole');
    assert.equal(firing.evidence['parted_by'], 'source network');
    assert.match(String(firing.evidence['parted_value']), /^10\.7\.\d\.0\/24/u);
  });

  it('IPv6: scope and network by RFC 5952', async () => {
    const ports = [1, 2, 3].map((n) => ({
      ip: `2001:db8:1::${n}`,
      port: 443,
      phases: [drop(30, 60)],
    }));
    const incidents = await told(
      simulate({
        seed: 'six',
        duration: 80,
        clients: [
          {
            addresses: ['2001:db8:2::1', '2001:db8:2::2'],
            stack: 'linux-linear',
            targets: ports.map(({ ip }) => `[${ip}]:443`),
            rate: 4,
          },
        ],
        endpoints: ports,
      }).capture,
    );
    assert.equal(incidents.at(-1)?.scope.prefix, '2001:db8:1::/64');
    assert.equal(incidents.at(-1)?.state, 'resolved');
  });

  it('says which entries of its lists are wrong, whatever else is, before it runs', () => {
    const text = `sources:
  eth0: { use: live, interface: eth0 }
analysers:
  holes: { use: black-hole, expect: [10.1.0.1:443, nonsense], ignore: 10.1.0.0/99, for: soon }
sinks:
  out: { use: jsonl, path: '-' }
`;
    const { faults } = readConfig(text, 'some.yaml', bundled, {});
    assert.deepEqual(
      faults.map(({ column, message }) => `${column} ${message}`),
      [
        "52 'expect': 'nonsense' is no network, address or endpoint",
        "71 'ignore': '10.1.0.0/99' is no network, address or endpoint",
        "89 'for' wants a duration such as '250ms' or '3.5s', not 'soon'",
      ],
    );
  });

  it('stays within its bounds, and says so once', () => {
    const notices: string[] = [];
    const alarms = falseAlarms({
      seed: 'bounds',
      hours: 0.2,
      endpoints: 6,
      rate: 1,
      clients: 20,
      loss: { each: 0.01 },
      options: { endpoints: 3, clients: 5, waiting: 2 },
      notice: ({ code, text }) => notices.push(`${code}: ${text}`),
    });
    assert.deepEqual(alarms, []);
    assert.equal(notices.length, 1);
    assert.match(
      notices[0],
      /^black-hole-table-full: holes: more .* Raise '(endpoints|clients|waiting)'$/u,
    );
  });
});
