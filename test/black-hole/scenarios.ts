/** What the analyser is measured on: each a network's story, and the incidents that are true of it. */
import type { IncidentKind } from '../../src/model/incident.ts';
import { MIXED, MIXED_TARGETS, people, sweep } from '../simulator/cast.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { flapping, type Behaviour, type EndpointSpec, type Phase } from '../simulator/servers.ts';

/** An incident that must be found; times in seconds after the start. */
export interface Expected {
  readonly kinds: readonly IncidentKind[];
  readonly scope: 'port' | 'host' | 'network';
  /** `10.1.0.1:8000`, `10.1.0.1`, `10.1.0.0/24`. */
  readonly place: string;
  readonly from: number;
  readonly until: number;
  /** Seconds it may take to be over: more where nothing but back-off tells of the recovery. */
  readonly flaps?: true;
}

export interface Story {
  readonly scenario: Omit<Scenario, 'seed'>;
  readonly expected: readonly Expected[];
  /** Places with a real fault that need not be told. */
  readonly tolerated?: readonly string[];
}

const APP = { ip: '10.1.0.1', port: 8000 };
const OTHERS: readonly EndpointSpec[] = [
  { ip: '10.1.0.1', port: 443 },
  { ip: '10.1.0.1', port: 8002 },
  { ip: '10.1.0.2', port: 5432 },
];
const TARGETS = ['10.1.0.1:443', '10.1.0.1:8000', '10.1.0.1:8002', '10.1.0.2:5432'];
const LOSS_1 = { kind: 'random', rate: 0.01 } as const;
const LOSSY = { lossToServer: LOSS_1, lossToClient: LOSS_1 };
const DROP: Behaviour = { kind: 'drop' };
const BURSTS = { kind: 'bursts', every: 12, length: 1.5, rate: 0.7 } as const;

function phase(behaviour: Behaviour, from = 60, until = 165): Phase[] {
  return [{ from, until, behaviour }];
}

/** About one attempt a second and port, 1 % loss each way, the app's port behaving so from 60 s to 165 s. */
function onePort(
  kinds: readonly IncidentKind[],
  behaviour: Behaviour,
  more: Partial<Scenario> = {},
): Story {
  return {
    scenario: {
      duration: 240,
      clients: people(4, TARGETS),
      endpoints: [{ ...APP, phases: phase(behaviour) }, ...OTHERS],
      path: LOSSY,
      ...more,
    },
    expected: [{ kinds, scope: 'port', place: '10.1.0.1:8000', from: 60, until: 165 }],
  };
}

function calm(more: Partial<Scenario>, tolerated: readonly string[] = []): Story {
  return {
    scenario: { duration: 300, clients: people(4, TARGETS), endpoints: [APP, ...OTHERS], ...more },
    expected: [],
    tolerated,
  };
}

function lossOf(percent: number): Story {
  const loss = { kind: 'random', rate: percent / 100 } as const;
  return calm({ path: { lossToServer: loss, lossToClient: loss } });
}

const FARM = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4', '10.1.0.5'];
const FARM_TARGETS = FARM.flatMap((ip) => [`${ip}:443`, `${ip}:8000`]);

export const STORIES: Readonly<Record<string, Story>> = {
  port: onePort(['black-hole'], DROP),
  'port, 5 % loss': onePort(['black-hole'], DROP, {
    path: {
      lossToServer: { kind: 'random', rate: 0.05 },
      lossToClient: { kind: 'random', rate: 0.05 },
    },
  }),
  'port, one client': onePort(['black-hole'], DROP, {
    clients: [{ addresses: ['10.2.0.1'], stack: 'linux-linear', targets: TARGETS, rate: 4 }],
  }),
  'port, seen at the server': onePort(['black-hole'], DROP, { capture: { point: 1 } }),
  'port, capture loses 15 %': onePort(['black-hole'], DROP, {
    capture: { loss: 0.15, point: 0.5 },
  }),
  host: {
    scenario: {
      duration: 230,
      clients: people(4, [...TARGETS, '10.1.0.2:443']),
      endpoints: [
        ...[443, 8000, 8002].map((port) => ({
          ip: '10.1.0.1',
          port,
          phases: phase(DROP, 60, 160),
        })),
        { ip: '10.1.0.2', port: 5432 },
        { ip: '10.1.0.2', port: 443 },
      ],
      path: LOSSY,
    },
    expected: [{ kinds: ['black-hole'], scope: 'host', place: '10.1.0.1', from: 60, until: 160 }],
  },
  network: {
    scenario: {
      duration: 230,
      clients: people(8, [...FARM_TARGETS, '10.9.0.1:443']),
      endpoints: [
        ...FARM.flatMap((ip) =>
          [443, 8000].map((port) => ({ ip, port, phases: phase(DROP, 60, 155) })),
        ),
        { ip: '10.9.0.1', port: 443 },
      ],
      path: LOSSY,
    },
    expected: [
      { kinds: ['black-hole'], scope: 'network', place: '10.1.0.0/24', from: 60, until: 155 },
    ],
  },
  'network, nothing else captured': {
    scenario: {
      duration: 230,
      clients: people(6, FARM_TARGETS),
      endpoints: FARM.flatMap((ip) =>
        [443, 8000].map((port) => ({ ip, port, phases: phase(DROP, 60, 155) })),
      ),
      path: LOSSY,
    },
    expected: [
      { kinds: ['black-hole'], scope: 'network', place: '10.1.0.0/24', from: 60, until: 155 },
    ],
  },
  'refusing (RST)': onePort(['refusing'], { kind: 'closed' }),
  'rejecting (ICMP)': onePort(['rejecting'], { kind: 'reject', type: 3, code: 13 }),
  'one path in four': onePort(
    ['partial-black-hole'],
    { kind: 'partial', paths: 4, bad: 1 },
    {
      clients: people(10, TARGETS),
    },
  ),
  'one path in four, 1 attempt/s': onePort(['partial-black-hole'], {
    kind: 'partial',
    paths: 4,
    bad: 1,
  }),
  'quiet port (1 attempt in 8 s)': onePort(['black-hole'], DROP, {
    clients: [
      ...people(3, ['10.1.0.1:443', '10.1.0.1:8002', '10.1.0.2:5432']),
      ...people(0.125, ['10.1.0.1:8000']),
    ],
    duration: 260,
  }),
  'impatient applications (3 s)': onePort(['black-hole'], DROP, {
    clients: people(4, TARGETS, { impatient: 1, timeout: [2.9, 3.1] }),
  }),
  'replies lost, seen at the server': onePort(
    ['reply-loss'],
    { kind: 'reply-loss' },
    {
      capture: { point: 1 },
    },
  ),
  'one client network is deaf': {
    scenario: {
      duration: 120,
      clients: [
        ...people(4, TARGETS),
        {
          addresses: ['10.3.0.1'],
          stack: 'linux-exponential',
          targets: ['10.1.0.1:443'],
          rate: 1,
          deaf: true,
        },
      ],
      endpoints: [APP, ...OTHERS],
      path: LOSSY,
      capture: { point: 1 },
    },
    expected: [
      { kinds: ['reply-loss'], scope: 'network', place: '10.3.0.0/24', from: 0, until: 120 },
    ],
  },
  flapping: {
    scenario: {
      duration: 260,
      clients: people(4, TARGETS),
      endpoints: [
        { ...APP, phases: flapping(DROP, { from: 60, until: 200, on: 20, off: 20 }) },
        ...OTHERS,
      ],
      path: LOSSY,
    },
    expected: [
      {
        kinds: ['black-hole'],
        scope: 'port',
        place: '10.1.0.1:8000',
        from: 60,
        until: 200,
        flaps: true,
      },
    ],
  },
  'random loss 1 %': lossOf(1),
  'random loss 5 %': lossOf(5),
  'random loss 10 %': lossOf(10),
  'bursts of 1.5 s, 70 %': calm({ path: { lossToServer: BURSTS, lossToClient: BURSTS } }),
  'bursts, one client, one port': calm({
    clients: [
      { addresses: ['10.2.0.1'], stack: 'linux-linear', targets: ['10.1.0.1:8000'], rate: 1 },
    ],
    path: { lossToServer: BURSTS, lossToClient: BURSTS },
  }),
  'slow servers': calm({
    endpoints: [
      { ...APP, behaviour: { kind: 'open', answerAfter: 2 } },
      { ip: '10.1.0.1', port: 443, behaviour: { kind: 'open', answerAfter: 0.8 } },
      ...OTHERS.slice(1),
    ],
  }),
  scanners: calm({
    duration: 60,
    clients: [
      ...people(10, MIXED_TARGETS),
      {
        addresses: ['198.51.100.7'],
        stack: 'masscan',
        targets: sweep(['10.1.0.', '10.1.1.'], [22, 80, 443, 8000]),
        rate: 200,
      },
    ],
    endpoints: MIXED,
    capture: { point: 1 },
  }),
  'spoofed flood, answered': calm({
    duration: 40,
    clients: [
      ...people(10, TARGETS),
      {
        addresses: 'random',
        stack: 'spoofed',
        targets: ['10.1.0.1:443'],
        rate: 400,
        from: 10,
        until: 25,
      },
    ],
    endpoints: [
      APP,
      { ...OTHERS[0], behaviour: { kind: 'open', cookies: true } },
      ...OTHERS.slice(1),
    ],
    capture: { point: 1 },
  }),
  'spoofed flood, unanswered': calm({
    duration: 40,
    clients: [
      // The people's connections are long: what the flood meets is a full queue, and nobody else asks.
      ...people(10, TARGETS.slice(1)),
      ...people(3, ['10.1.0.1:443'], { until: 9 }),
      {
        addresses: 'random',
        stack: 'spoofed',
        targets: ['10.1.0.1:443'],
        rate: 400,
        from: 10,
        until: 25,
      },
    ],
    endpoints: [
      APP,
      {
        ...OTHERS[0],
        phases: phase({ kind: 'queue-full', swallows: 'syn', share: 0.98 }, 10, 25),
      },
      ...OTHERS.slice(1),
    ],
    capture: { point: 1 },
  }),
  'one-way capture': calm({
    clients: people(10, MIXED_TARGETS),
    endpoints: MIXED,
    capture: { point: 0.5, direction: 'to-server' },
    duration: 120,
  }),
  'capture loses 15 %': calm({
    clients: people(10, MIXED_TARGETS),
    endpoints: MIXED,
    capture: { point: 1, loss: 0.15 },
    duration: 120,
  }),
  'bursts on the way back': calm({ path: { lossToServer: LOSS_1, lossToClient: BURSTS } }),
};
