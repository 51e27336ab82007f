/** Variations of the stories that are harder: other rates, crowds, stacks, topologies, delays and bursts. */
import { hosts, people } from '../simulator/cast.ts';
import type { LossSpec, PathSpec } from '../simulator/network.ts';
import type { ClientSpec, Scenario } from '../simulator/scenario.ts';
import { flapping, type Behaviour, type EndpointSpec } from '../simulator/servers.ts';
import type { StackName } from '../simulator/stacks.ts';
import type { Expected, Story } from './scenarios.ts';

const APP = '10.1.0.1:8000';
const OTHERS = ['10.1.0.1:443', '10.1.0.1:8002', '10.1.0.2:5432'];
const ALL = [APP, ...OTHERS];
const DROP: Behaviour = { kind: 'drop' };
const FROM = 60;
const UNTIL = 165;

function spec(target: string, behaviour?: Behaviour, from = FROM, until = UNTIL): EndpointSpec {
  const at = target.lastIndexOf(':');
  const phases = behaviour === undefined ? [] : [{ from, until, behaviour }];
  return { ip: target.slice(0, at), port: Number(target.slice(at + 1)), phases };
}

function loss(rate: number): Partial<PathSpec> {
  const each: LossSpec = { kind: 'random', rate };
  return { lossToServer: each, lossToClient: each };
}

function bursts(length: number, rate: number, every: number): Partial<PathSpec> {
  const each: LossSpec = { kind: 'bursts', every, length, rate };
  return { lossToServer: each, lossToClient: each };
}

function gilbert(good: number, bad: number, badLoss: number): Partial<PathSpec> {
  const each: LossSpec = { kind: 'gilbert', good, bad, goodLoss: 0.005, badLoss };
  return { lossToServer: each, lossToClient: each };
}

/** `count` clients of one stack in one network. */
function crowd(
  count: number,
  stack: StackName,
  rate: number,
  targets: readonly string[],
): ClientSpec {
  return { addresses: hosts('10.2.7.', count), stack, targets, rate, impatient: 0.15 };
}

/** The app's port, among others, behaves so for `length` seconds. */
function port(
  kind: Expected['kinds'][number],
  behaviour: Behaviour,
  more: Partial<Scenario> = {},
  length = UNTIL - FROM,
): Story {
  const until = FROM + length;
  return {
    scenario: {
      duration: until + 75,
      clients: people(4, ALL),
      endpoints: [spec(APP, behaviour, FROM, until), ...OTHERS.map((target) => spec(target))],
      path: loss(0.01),
      ...more,
    },
    expected: [{ kinds: [kind], scope: 'port', place: APP, from: FROM, until }],
  };
}

/** No other port in the capture. */
function alone(
  clients: ClientSpec[],
  path: Partial<PathSpec> = loss(0.01),
  more: Partial<Scenario> = {},
): Story {
  return port('black-hole', DROP, { clients, endpoints: [spec(APP, DROP)], path, ...more });
}

function calm(more: Partial<Scenario>): Story {
  return {
    scenario: {
      duration: 600,
      clients: people(4, ALL),
      endpoints: ALL.map((target) => spec(target)),
      ...more,
    },
    expected: [],
  };
}

/** Hosts `10.1.0.1` and so on with these ports, `struck` of them silent. */
function farm(
  count: number,
  ports: readonly number[],
  struck: number,
  rate: number,
  scope: 'host' | 'network',
  length = 100,
): Story {
  const ips = hosts('10.1.0.', count);
  const targets = ips.flatMap((ip) => ports.map((number) => `${ip}:${number}`));
  const until = FROM + length;
  return {
    scenario: {
      duration: until + 75,
      clients: people(rate, [...targets, '10.9.0.1:443']),
      endpoints: [
        ...ips.flatMap((ip, i) =>
          ports.map((number) =>
            spec(`${ip}:${number}`, i < struck ? DROP : undefined, FROM, until),
          ),
        ),
        spec('10.9.0.1:443'),
      ],
      path: loss(0.01),
    },
    expected: [
      {
        kinds: ['black-hole'],
        scope,
        place: scope === 'host' ? '10.1.0.1' : '10.1.0.0/24',
        from: FROM,
        until,
      },
    ],
  };
}

const REPLY_LOSS: Behaviour = { kind: 'reply-loss' };
const AT_SERVER = { capture: { point: 1 } } as const;
const partial = (paths: number): Behaviour => ({ kind: 'partial', paths, bad: 1 });

const STACKS: readonly StackName[] = [
  'linux-exponential',
  'linux-linear',
  'windows',
  'windows-old',
  'macos',
  'lwip',
];

const faults: Record<string, Story> = {};
for (const rate of [0.2, 0.5, 2, 5, 20]) {
  faults[`port, ${rate}/s`] = port('black-hole', DROP, { clients: people(rate * 4, ALL) });
}
for (const count of [1, 3, 50]) {
  faults[`port alone, ${count} clients, 1/s`] = alone([
    crowd(count, 'linux-exponential', 1, [APP]),
  ]);
  faults[`port alone, ${count} clients, 5/s`] = alone([crowd(count, 'linux-linear', 5, [APP])]);
}
for (const stack of STACKS) {
  faults[`port, all ${stack}`] = port('black-hole', DROP, { clients: [crowd(8, stack, 4, ALL)] });
  faults[`quiet port, all ${stack}`] = port('black-hole', DROP, {
    clients: [crowd(8, stack, 3, OTHERS), crowd(3, stack, 0.125, [APP])],
  });
}
for (const [name, path] of Object.entries({
  'no loss': {},
  '3 % loss': loss(0.03),
  '10 % loss': loss(0.1),
  'round trip 300 ms': { ...loss(0.01), delay: 0.15, jitter: 0.03 },
  'jitter of 100 ms': { ...loss(0.01), jitter: 0.1 },
  'duplicates and reordering': { ...loss(0.01), duplication: 0.05, reordering: 0.1 },
  bursts: bursts(1.5, 0.7, 12),
})) {
  faults[`port, ${name}`] = port('black-hole', DROP, { path });
}
for (const length of [10, 20, 45, 120]) {
  faults[`port for ${length} s`] = port('black-hole', DROP, {}, length);
}
for (const timeout of [1, 1.5, 2, 5]) {
  faults[`applications give up after ${timeout} s`] = port('black-hole', DROP, {
    clients: people(4, ALL, { impatient: 1, timeout: [timeout - 0.1, timeout + 0.1] }),
  });
}
faults['port, capture in the middle'] = port('black-hole', DROP, { capture: { point: 0.5 } });
faults['port, captured twice'] = port('black-hole', DROP, { capture: { doubling: 0.5 } });
faults['port, capture at the server loses 15 %'] = port('black-hole', DROP, {
  capture: { point: 1, loss: 0.15 },
});
faults['port, capture at the client loses 15 %'] = port('black-hole', DROP, {
  capture: { point: 0, loss: 0.15 },
});
faults['port, soon after the start'] = port('black-hole', DROP, { capture: { from: 50 } });
faults['port, beside a scanner'] = port('black-hole', DROP, {
  clients: [
    ...people(4, ALL),
    {
      addresses: ['198.51.100.7'],
      stack: 'zmap',
      targets: hosts('10.1.0.', 200).map((ip) => `${ip}:8000`),
      rate: 50,
    },
  ],
});
faults['port, 6 networks of clients at distances'] = port('black-hole', DROP, {
  clients: people(4, ALL).map((one, i) =>
    Object.assign(one, { path: { ...loss(0.01), delay: 0.004 * 3 ** i } }),
  ),
});
faults['host of 2 ports'] = farm(3, [443, 8000], 1, 6, 'host');
faults['host of 2 ports, 20 s'] = farm(3, [443, 8000], 1, 6, 'host', 20);
faults['host of 6 ports'] = farm(2, [22, 25, 80, 443, 8000, 8443], 1, 12, 'host');
faults['host, quiet'] = farm(3, [443, 8000], 1, 1.5, 'host');
faults['host, busy'] = farm(3, [443, 8000], 1, 60, 'host');
faults['network of 3 hosts'] = farm(3, [443], 3, 4, 'network');
faults['network of 20 hosts'] = farm(20, [443], 20, 20, 'network');
faults['network of 20 hosts, quiet'] = farm(20, [443, 80], 20, 8, 'network');
faults['network, 5 of 6 hosts'] = farm(6, [443, 8000], 5, 12, 'network');
for (const kind of ['closed', 'reject'] as const) {
  const behaviour: Behaviour =
    kind === 'closed' ? { kind } : { kind, type: 3, code: 3, limited: true };
  const told = kind === 'closed' ? 'refusing' : 'rejecting';
  for (const rate of [0.2, 5]) {
    faults[`${told}, ${rate}/s`] = port(told, behaviour, { clients: people(rate * 4, ALL) });
  }
  faults[`${told}, all windows`] = port(told, behaviour, {
    clients: [crowd(8, 'windows', 4, ALL)],
  });
  faults[`${told}, 5 % loss`] = port(told, behaviour, { path: loss(0.05) });
}
for (const rate of [2, 5, 20]) {
  for (const paths of [2, 4, 8]) {
    faults[`one path in ${paths}, ${rate}/s`] = port('partial-black-hole', partial(paths), {
      clients: people(rate * 4, ALL),
    });
  }
}
faults['one path in four, 5 % loss'] = port('partial-black-hole', partial(4), {
  clients: people(10, ALL),
  path: loss(0.05),
});
faults['one path in four, one client'] = port('partial-black-hole', partial(4), {
  clients: [crowd(1, 'linux-linear', 10, ALL)],
});
faults['one path in four, at the server'] = port('partial-black-hole', partial(4), {
  clients: people(10, ALL),
  capture: { point: 0.5 },
});
faults['one path in four, impatient'] = port('partial-black-hole', partial(4), {
  clients: people(10, ALL, { impatient: 1, timeout: [2.9, 3.1] }),
});
for (const rate of [0.5, 1, 2, 5, 20]) {
  faults[`reply loss, ${rate}/s`] = port('reply-loss', REPLY_LOSS, {
    clients: people(rate * 4, ALL),
    ...AT_SERVER,
  });
}
faults['reply loss, 5 % loss'] = port('reply-loss', REPLY_LOSS, { path: loss(0.05), ...AT_SERVER });
faults['reply loss, all windows-old'] = port('reply-loss', REPLY_LOSS, {
  clients: [crowd(8, 'windows-old', 4, ALL)],
  ...AT_SERVER,
});
faults['reply loss, impatient'] = port('reply-loss', REPLY_LOSS, {
  clients: people(4, ALL, { impatient: 1, timeout: [2.9, 3.1] }),
  ...AT_SERVER,
});
faults['reply loss, port alone, one client'] = port('reply-loss', REPLY_LOSS, {
  clients: [crowd(1, 'linux-exponential', 1, [APP])],
  endpoints: [spec(APP, REPLY_LOSS)],
  ...AT_SERVER,
});
for (const [on, off] of [
  [10, 10],
  [15, 30],
  [30, 10],
  [40, 40],
] as const) {
  const story = port('black-hole', DROP, {
    duration: 330,
    endpoints: [
      { ip: '10.1.0.1', port: 8000, phases: flapping(DROP, { from: 60, until: 260, on, off }) },
      ...OTHERS.map((target) => spec(target)),
    ],
  });
  faults[`flapping ${on} s / ${off} s`] = {
    ...story,
    expected: [{ ...story.expected[0], until: 260, flaps: true }],
  };
}

const quiet: Record<string, Story> = {};
const LONELY = [crowd(1, 'linux-linear', 1, [APP])];
for (const [name, clients] of Object.entries({
  'many clients': people(4, ALL),
  'busy port': people(40, ALL),
  'one client, one port': LONELY,
  'one busy client, one port': [crowd(1, 'linux-exponential', 10, [APP])],
  'one port of many clients': people(5, [APP]),
})) {
  for (const rate of [0.05, 0.1, 0.15]) {
    quiet[`loss ${rate * 100} %, ${name}`] = calm({ clients, path: loss(rate) });
  }
  for (const length of [0.5, 1, 1.5, 2, 3]) {
    for (const share of [0.7, 1]) {
      // A second and more of nothing at all, each minute, is what the limit of bursts is for.
      quiet[`bursts of ${length} s, ${share * 100} %, ${name}`] = calm({
        clients,
        path: bursts(length, share, 20),
      });
    }
  }
  quiet[`good and bad spells, ${name}`] = calm({ clients, path: gilbert(10, 1.5, 0.5) });
  quiet[`capture loses 15 %, ${name}`] = calm({ clients, capture: { loss: 0.15, point: 0.5 } });
  quiet[`capture at the client loses 30 %, ${name}`] = calm({ clients, capture: { loss: 0.3 } });
  quiet[`one way to the server, ${name}`] = calm({
    clients,
    capture: { direction: 'to-server', point: 0.5 },
  });
  quiet[`one way to the clients, ${name}`] = calm({
    clients,
    capture: { direction: 'to-client', point: 0.5 },
  });
}
quiet['bursts at one network of clients'] = calm({
  clients: people(4, ALL).map((one, i) =>
    Object.assign(one, i === 0 ? { path: bursts(1.5, 0.9, 10) } : {}),
  ),
});
quiet['slow, uneven servers'] = calm({
  endpoints: ALL.map((target) => ({
    ...spec(target),
    behaviour: { kind: 'open', answerAfter: 1 },
  })),
  path: loss(0.02),
});
quiet['jitter of 300 ms'] = calm({ path: { ...loss(0.02), delay: 0.1, jitter: 0.3 } });
quiet['a scanner that retries'] = calm({
  duration: 120,
  clients: [
    ...people(4, ALL),
    {
      addresses: ['198.51.100.7'],
      stack: 'linux-linear',
      targets: hosts('10.1.0.', 100).flatMap((ip) => [`${ip}:8000`, `${ip}:443`]),
      rate: 30,
    },
  ],
});
for (const answered of [true, false]) {
  quiet[`spoofed flood at a quiet port, ${answered ? 'answered' : 'dropped in part'}`] = calm({
    duration: 60,
    clients: [
      ...people(4, ALL),
      { addresses: 'random', stack: 'spoofed', targets: [APP], rate: 1000, from: 20, until: 40 },
    ],
    endpoints: [
      answered
        ? { ...spec(APP), behaviour: { kind: 'open', cookies: true } }
        : spec(APP, { kind: 'queue-full', swallows: 'syn', share: 0.2 }, 20, 40),
      ...OTHERS.map((target) => spec(target)),
    ],
    ...AT_SERVER,
  });
}

export const FAULTS: Readonly<Record<string, Story>> = faults;
export const QUIET: Readonly<Record<string, Story>> = quiet;
