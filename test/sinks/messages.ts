import type { Attempt, Endpoint, Incident, Notice } from 'unackd';

/** 2026-09-21T14:13:20Z. */
export const START = 1_790_000_000_000_000;

/** The n-th of a row of attempts, each with an identity of its own. */
export function attempt(n: number, changes: Partial<Attempt> = {}): Attempt {
  return {
    type: 'attempt',
    time: START + n * 1000,
    client: { ip: '10.2.0.1', port: 1024 + (n % 60_000) },
    server: { ip: n % 2 === 0 ? '10.1.0.1' : '2001:db8::1', port: 8000 + (n % 3) },
    isn: (n * 2_654_435_761) % 2 ** 32,
    outcome: 'established',
    final: true,
    syns: 1,
    syn_offsets: [0],
    schedule: { family: null, gave_up: false, next_due: null },
    icmp: null,
    answered_after: 0.000213,
    vantage: 'client',
    source: 'eth0',
    community_id: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
    one_way: false,
    inferred: false,
    at: START + n * 1000 + 213,
    hidden_refusal: false,
    ...changes,
  };
}

/** One with everything in it that an attempt can have. */
export function richAttempt(n: number): Attempt {
  return attempt(n, {
    outcome: 'rejected',
    syns: 3,
    syn_offsets: [0, 1.019572, 3.035843],
    schedule: { family: 'linux-exponential', gave_up: true, next_due: null },
    icmp: {
      type: 3,
      code: 13,
      name: 'communication-administratively-prohibited',
      from: '10.1.0.254',
    },
    answered_after: null,
    vantage: 'middle',
    one_way: true,
    inferred: true,
    hidden_refusal: true,
  });
}

export function endpoint(changes: Partial<Endpoint> = {}): Endpoint {
  return {
    type: 'endpoint',
    source: 'eth0',
    server: { ip: '10.1.0.1', port: 8000 },
    verdict: 'black-holing',
    attempts: {
      established: 41,
      refused: 1,
      rejected: 2,
      unanswered: 12,
      'half-open': 3,
      unresolved: 4,
    },
    clients: 4,
    first: START,
    last: START + 60_000_000,
    causes: [{ cause: 'dropped-at-server', probability: 0.71, because: ['port 8002 answers'] }],
    story: 'Port 8000 stopped answering.',
    settle: null,
    ...changes,
  };
}

export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    type: 'incident',
    id: 'i-1',
    kind: 'black-hole',
    state: 'firing',
    scope: { kind: 'port', ip: '10.1.0.1', port: 8000, prefix: null },
    started_at: START,
    detected_at: START + 4_000_000,
    resolved_at: null,
    confidence: 0.9999,
    causes: [],
    evidence: { syns: 12, logLikelihood: 14.5 },
    superseded_by: null,
    ...changes,
  };
}

export function notice(changes: Partial<Notice> = {}): Notice {
  return {
    type: 'notice',
    code: 'capture-loss',
    time: START,
    text: 'lost 12 packets: snap shorter – or write to a faster disk',
    ...changes,
  };
}
