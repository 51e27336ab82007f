/** Endpoints and handshakes made by hand, and the project's three founding captures, for tests to draw. */
import { OUTCOMES, type Attempt, type IcmpRefusal, type Outcome } from '../../src/model/attempt.ts';
import type { Cause, Endpoint, Verdict } from '../../src/model/endpoint.ts';
import type { LadderHandshake, LadderPacket } from '../../src/face/ladder-types.ts';

export const START = Date.UTC(2026, 8, 21, 7, 53, 22, 37) * 1000 + 32;

const counts = (some: Partial<Record<Outcome, number>>): Record<Outcome, number> => ({
  ...(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>),
  ...some,
});

const cause = (name: Cause['cause'], probability: number): Cause => ({
  cause: name,
  probability,
  because: [],
});

export function endpoint(
  ip: string,
  port: number,
  verdict: Verdict,
  attempts: Partial<Record<Outcome, number>>,
  more: Partial<Endpoint> = {},
): Endpoint {
  return {
    type: 'endpoint',
    server: { ip, port },
    verdict,
    attempts: counts(attempts),
    clients: 1,
    first: START,
    last: START + 856_507_968,
    causes: [],
    story: '',
    settle: null,
    ...more,
  };
}

/** Deliberately not in the order that people are to see. */
export const ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    '10.1.0.1',
    8001,
    'healthy',
    { established: 41 },
    { clients: 4, story: 'All 41 attempts were answered, the slowest after 2 ms.' },
  ),
  endpoint(
    '10.1.0.1',
    8000,
    'black-holing',
    { established: 41, unanswered: 12, unresolved: 1 },
    {
      clients: 4,
      story:
        'Answered 41 attempts until 07:59:12, then none of 12: each SYN and all its retries met silence.',
      causes: [
        cause('dropped-at-server', 0.71),
        cause('lost-before-server', 0.286),
        cause('reply-lost', 0.004),
        cause('host-down', 0),
      ],
      settle:
        'A capture on 10.1.0.1 at the same time: SYNs seen there without SYN-ACKs mean that the server drops them.',
    },
  ),
  endpoint(
    '2001:db8:1234:5678:9abc:def0:1234:5678',
    65535,
    'partially-black-holing',
    { established: 410, unanswered: 120 },
    { clients: 123_456, story: 'Flows from odd source ports all fail, from even ones none.' },
  ),
  endpoint('10.1.0.9', 8000, 'rejecting', { rejected: 7 }, { story: 'ICMP 3/3 answers each SYN.' }),
  endpoint('10.1.0.10', 8000, 'rejecting', { rejected: 7 }),
  endpoint('2001:db8::1', 443, 'refusing', { refused: 1_234_567 }),
];

/** A name in a script that takes two columns a character, and one that attacks the terminal. */
export const nameOf = (ip: string, port: number | null): string | undefined => {
  if (port === 443) return '前線 web';
  return ip === '10.1.0.9' ? 'evil\u001b]0;owned\u0007\u001b[2J\u202e\nrow' : undefined;
};

export function attempt(more: Partial<Attempt> = {}): Attempt {
  return {
    type: 'attempt',
    time: START,
    client: { ip: '127.0.0.1', port: 40626 },
    server: { ip: '127.0.0.1', port: 8000 },
    isn: 274_725_390,
    outcome: 'unanswered',
    final: true,
    syns: 1,
    syn_offsets: [0],
    schedule: { family: null, gave_up: false, next_due: null },
    icmp: null,
    answered_after: null,
    vantage: 'both',
    source: 'seed',
    community_id: '1:',
    one_way: false,
    inferred: false,
    at: START,
    hidden_refusal: false,
    ...more,
  };
}

/** @param after seconds after the first SYN */
export function packet(after: number, more: Partial<LadderPacket> = {}): LadderPacket {
  return {
    time: START + Math.round(after * 1e6),
    fromClient: true,
    kind: 'syn',
    seq: 274_725_390,
    ack: null,
    length: 0,
    icmp: null,
    duplicate: false,
    options: 'mss 65495, sackOK, TS, wscale 7',
    ...more,
  };
}

const linux = { family: 'linux-exponential', gave_up: true, next_due: null } as const;

export const PORT_UNREACHABLE: IcmpRefusal = {
  type: 3,
  code: 3,
  name: 'port-unreachable',
  from: '127.0.0.1',
};

const icmp = (after: number, error = PORT_UNREACHABLE) =>
  packet(after, { kind: 'icmp', fromClient: false, icmp: error });

/** iptables DROP on loopback: seven SYNs, no answer. */
const DROP_OFFSETS = [0, 1.019572, 3.035843, 7.077379, 15.2595, 31.387549, 64.923498];
export const DROP: LadderHandshake = {
  attempt: attempt({ syns: 7, syn_offsets: DROP_OFFSETS, schedule: linux }),
  packets: DROP_OFFSETS.map((after) => packet(after)),
  dropped: 0,
};

/** iptables REJECT, seen through `port 8000`, which hides the ICMP errors. */
export const REJECT_HIDDEN: LadderHandshake = {
  attempt: attempt({
    isn: 890_605_329,
    client: { ip: '127.0.0.1', port: 46098 },
    syns: 2,
    syn_offsets: [0, 1.021475],
    schedule: linux,
    hidden_refusal: true,
  }),
  packets: [0, 1.021475].map((after) => packet(after, { seq: 890_605_329 })),
  dropped: 0,
};

/** The same, seen whole. */
export const REJECT: LadderHandshake = {
  attempt: attempt({
    isn: 2_758_936_969,
    client: { ip: '127.0.0.1', port: 49464 },
    outcome: 'rejected',
    syns: 2,
    syn_offsets: [0, 1.031231],
    schedule: linux,
    icmp: PORT_UNREACHABLE,
  }),
  packets: [
    packet(0, { seq: 2_758_936_969 }),
    icmp(0.000026),
    packet(1.031231, { seq: 2_758_936_969 }),
    icmp(1.031454),
  ],
  dropped: 0,
};

/** Everything that a picture can hold, made up: loss in the capture, doubles, a router, a stray RST. */
export const MEDLEY: LadderHandshake = {
  attempt: attempt({
    client: { ip: '2001:db8:1234:5678:9abc:def0:1234:5678', port: 40626 },
    server: { ip: '2001:db8::1', port: 443 },
    outcome: 'established',
    vantage: 'middle',
    syns: 4,
    syn_offsets: [0, 0.00001, 3.035843],
    answered_after: 7.1,
    schedule: { family: 'linux-exponential', gave_up: false, next_due: null },
  }),
  packets: [
    packet(0),
    packet(0.00001, { duplicate: true }),
    icmp(0.2, { type: 1, code: 1, name: 'administratively-prohibited', from: '2001:db8:ffff::1' }),
    packet(3.035843, { length: 12 }),
    packet(3.1, { kind: 'rst', fromClient: false, seq: 0, ack: 5 }),
    packet(7.1, { kind: 'syn-ack', fromClient: false, seq: 999, ack: 274_725_391 }),
    packet(8.1, { kind: 'syn-ack', fromClient: false, seq: 999, ack: 274_725_391 }),
    packet(8.1001, { kind: 'ack' }),
    packet(8.1002, { kind: 'data', length: 517 }),
    packet(8.3, { kind: 'fin', fromClient: false }),
    packet(8.4, { kind: 'rst' }),
  ],
  dropped: 12_345,
};
