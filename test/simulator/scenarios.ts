/** Ready-made scenarios by name; each is one thing that a network does. */
import {
  ADMIN,
  APP,
  hosts,
  MIXED,
  MIXED_TARGETS,
  OPEN,
  people,
  rejecting,
  SERVICES,
  sweep,
  WEB,
} from './cast.ts';
import type { Scenario } from './scenario.ts';
import { REAL_STACKS } from './stacks.ts';

const TROUBLED_PATH = { duplication: 0.002, reordering: 0.003 };

function randomLoss(percent: number): Omit<Scenario, 'seed'> {
  const loss = { kind: 'random', rate: percent / 100 } as const;
  return {
    duration: 90,
    clients: people(60, MIXED_TARGETS),
    endpoints: MIXED,
    path: { ...TROUBLED_PATH, lossToServer: loss, lossToClient: loss },
    capture: { point: 0.5 },
  };
}

const BURSTS = { kind: 'bursts', every: 12, length: 1.5, rate: 0.7 } as const;
const GILBERT = { kind: 'gilbert', good: 8, bad: 0.8, goodLoss: 0.002, badLoss: 0.5 } as const;

const SCENARIOS = {
  calm: {
    duration: 60,
    clients: people(80, [...SERVICES, '10.1.0.1:81']),
    endpoints: MIXED,
  },
  'random-loss-1': randomLoss(1),
  'random-loss-5': randomLoss(5),
  'random-loss-10': randomLoss(10),
  'bursty-loss': {
    duration: 120,
    clients: people(60, MIXED_TARGETS),
    endpoints: MIXED,
    path: { ...TROUBLED_PATH, lossToServer: BURSTS, lossToClient: GILBERT },
    capture: { point: 1 },
  },
  scanners: {
    duration: 40,
    clients: [
      ...people(20, SERVICES),
      {
        addresses: ['198.51.100.7'],
        stack: 'masscan',
        targets: sweep(['10.1.0.', '10.1.1.'], [22, 80, 81, 443, 8000]),
        rate: 200,
      },
      {
        addresses: ['198.51.100.8'],
        stack: 'zmap',
        targets: sweep(['10.1.0.', '10.1.1.'], [443]),
        rate: 100,
      },
    ],
    endpoints: MIXED,
    capture: { point: 1 },
  },
  'spoofed-flood': {
    duration: 30,
    clients: [
      ...people(20, SERVICES),
      { addresses: 'random', stack: 'spoofed', targets: [WEB], rate: 900, from: 5, until: 20 },
    ],
    endpoints: [
      { ip: '10.1.0.1', port: 443, behaviour: { kind: 'open', cookies: true } },
      ...OPEN.slice(1),
    ],
    capture: { point: 1 },
  },
  /** The flood's port swallows it all: nothing but the sources' silence tells it from a black hole. */
  'spoofed-flood-unanswered': {
    duration: 30,
    clients: [
      ...people(20, SERVICES),
      { addresses: 'random', stack: 'spoofed', targets: [WEB], rate: 600, from: 5, until: 20 },
    ],
    endpoints: [
      {
        ip: '10.1.0.1',
        port: 443,
        phases: [
          { from: 5, until: 20, behaviour: { kind: 'queue-full', swallows: 'syn', share: 0.98 } },
        ],
      },
      ...OPEN.slice(1),
    ],
    capture: { point: 1 },
  },
  'one-way': {
    duration: 60,
    clients: people(60, MIXED_TARGETS),
    endpoints: MIXED,
    capture: { point: 0.5, direction: 'to-server' },
  },
  /** No SYN is captured: no attempts. */
  'one-way-back': {
    duration: 20,
    clients: people(40, MIXED_TARGETS),
    endpoints: MIXED,
    capture: { point: 0.5, direction: 'to-client' },
  },
  'capture-loss-15': {
    duration: 60,
    clients: people(80, MIXED_TARGETS),
    endpoints: MIXED,
    capture: { point: 1, loss: 0.15 },
  },
  'capture-doubles': {
    duration: 30,
    clients: people(60, MIXED_TARGETS),
    endpoints: MIXED,
    capture: { point: 0.5, doubling: 0.3 },
  },
  /** Whole schedules into silence, every stack's. */
  'six-stacks': {
    duration: 160,
    clients: people(6, ['10.1.0.3:9000'], { impatient: 0, until: 20 }),
    endpoints: MIXED,
  },
  ipv6: {
    duration: 60,
    clients: REAL_STACKS.map((stack, i) => ({
      addresses: hosts(`2001:db8:2:${i + 1}::`, 5),
      stack,
      targets: [
        '[2001:db8:1::1]:443',
        '[2001:db8:1::1]:81',
        '[2001:db8:1::2]:22',
        '[2001:db8:1::3]:25',
      ],
      rate: 6,
    })),
    endpoints: [
      { ip: '2001:db8:1::1', port: 443 },
      { ip: '2001:db8:1::1', port: 81, behaviour: { kind: 'closed' } },
      rejecting('2001:db8:1::2', 22, 1, 1),
      rejecting('2001:db8:1::3', 25, 1, 4),
    ],
    capture: { link: 'sll2', format: 'pcapng' },
  },
  /** Untagged, tagged and double-tagged on one wire. */
  vlans: {
    duration: 30,
    clients: [[], [10], [100, 20]].flatMap((vlans, i) =>
      people(14, MIXED_TARGETS, { vlans }, `10.${20 + i}`),
    ),
    endpoints: MIXED,
    capture: { point: 0.5, format: 'pcap-nanoseconds' },
  },
  /** Linux's limit lets about one answer a second through to each client. */
  'icmp-rejects': {
    duration: 60,
    clients: REAL_STACKS.map((stack, i) => ({
      addresses: hosts(`10.2.${i}.`, 2),
      stack,
      targets: ['10.1.0.1:9001', '10.1.0.2:9002', '10.1.0.3:9003', '10.1.0.4:9004', WEB],
      rate: 10,
    })),
    endpoints: [
      ...OPEN,
      rejecting('10.1.0.1', 9001, 3, 3),
      rejecting('10.1.0.2', 9002, 3, 10),
      {
        ip: '10.1.0.3',
        port: 9003,
        behaviour: { kind: 'reject', type: 3, code: 13, from: '10.1.255.1', quoted: 8 },
      },
      {
        ip: '10.1.0.4',
        port: 9004,
        behaviour: { kind: 'reject', type: 3, code: 3, quoted: 28, limited: false },
      },
    ],
  },
  /** The seed's trap: a filter on a TCP port hides every ICMP error. */
  'hidden-rejects': {
    duration: 40,
    clients: [
      {
        addresses: hosts('10.2.0.', 5),
        stack: 'linux-linear',
        targets: ['10.1.0.1:9001'],
        rate: 4,
      },
    ],
    endpoints: [
      {
        ip: '10.1.0.1',
        port: 9001,
        behaviour: { kind: 'reject', type: 3, code: 3, limited: false },
      },
    ],
    capture: { hidesIcmp: true, filter: 'port 9001', format: 'pcapng' },
  },
  'windows-rst-retry': {
    duration: 40,
    clients: [
      {
        addresses: hosts('10.2.0.', 10),
        stack: 'windows',
        targets: ['10.1.0.1:81', '10.1.0.1:82', WEB],
        rate: 40,
      },
    ],
    endpoints: [
      ...OPEN,
      { ip: '10.1.0.1', port: 81, behaviour: { kind: 'closed' } },
      {
        ip: '10.1.0.1',
        port: 82,
        behaviour: { kind: 'middlebox-reset', ttl: 255, hopsSpared: 4 },
      },
    ],
  },
  /** Replies of one port are lost behind the capture for half a minute, and one client is deaf. */
  'syn-ack-loss': {
    duration: 120,
    clients: [
      ...people(20, SERVICES),
      { addresses: ['10.3.0.1'], stack: 'linux-exponential', targets: [WEB], rate: 1, deaf: true },
    ],
    endpoints: [
      OPEN[0],
      {
        ip: '10.1.0.1',
        port: 8000,
        phases: [{ from: 30, until: 70, behaviour: { kind: 'reply-loss' } }],
      },
      ...OPEN.slice(2),
    ],
    capture: { point: 1 },
  },
  'port-black-holes-and-recovers': {
    duration: 240,
    clients: people(3, [WEB, APP, ADMIN]),
    endpoints: [
      OPEN[0],
      {
        ip: '10.1.0.1',
        port: 8000,
        phases: [{ from: 60, until: 165, behaviour: { kind: 'drop' } }],
      },
      OPEN[2],
    ],
  },
  /** One of four equal-cost paths to a port swallows everything. */
  'partial-black-hole': {
    duration: 120,
    clients: people(10, SERVICES),
    endpoints: [
      OPEN[0],
      {
        ip: '10.1.0.1',
        port: 8000,
        phases: [{ from: 30, until: 100, behaviour: { kind: 'partial', paths: 4, bad: 1 } }],
      },
      ...OPEN.slice(2),
    ],
  },
  'accept-queue-full': {
    duration: 90,
    clients: people(20, SERVICES),
    endpoints: [
      {
        ip: '10.1.0.1',
        port: 443,
        phases: [
          { from: 20, until: 50, behaviour: { kind: 'queue-full', swallows: 'syn', share: 0.7 } },
        ],
      },
      {
        ip: '10.1.0.1',
        port: 8000,
        phases: [
          { from: 20, until: 50, behaviour: { kind: 'queue-full', swallows: 'ack', share: 1 } },
        ],
      },
      ...OPEN.slice(2),
    ],
    capture: { point: 1 },
  },
  'slow-answers': {
    duration: 60,
    clients: people(30, SERVICES),
    endpoints: SERVICES.map((text, i) => ({
      ip: text.split(':')[0],
      port: Number(text.split(':')[1]),
      behaviour: { kind: 'open', answerAfter: [0.2, 0.8, 2, 0][i] },
    })),
  },
  /** The same 4-tuple again and again, each time with a new ISN. */
  'port-reuse': {
    duration: 60,
    clients: ['client', 'server', 'reset'].map((close, i) => ({
      addresses: hosts(`10.2.${i}.`, 8),
      stack: 'linux-linear',
      targets: [WEB, '10.1.0.1:81'],
      rate: 20,
      sourcePort: 40_000,
      conversation: { close: close as 'client' | 'server' | 'reset' },
    })),
    endpoints: MIXED,
    capture: { link: 'raw' },
  },
  /** Begins and ends in the midst of it. */
  excerpt: {
    duration: 60,
    clients: people(40, MIXED_TARGETS),
    endpoints: MIXED,
    path: {
      lossToServer: { kind: 'random', rate: 0.05 },
      lossToClient: { kind: 'random', rate: 0.05 },
    },
    capture: { from: 20, until: 45 },
  },
} satisfies Record<string, Omit<Scenario, 'seed'>>;

export type ScenarioName = keyof typeof SCENARIOS;

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

/** A ready-made scenario; every seed gives other traffic of the same kind. */
export function scenario(name: ScenarioName, seed: string | number = 1): Scenario {
  return { ...SCENARIOS[name], seed: `${name}/${seed}` };
}
