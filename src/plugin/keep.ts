import type { Attempt } from '../model/attempt.ts';

/** A plain copy of an attempt, which may be kept after the call that brought it. */
export function keepAttempt(a: Attempt): Attempt {
  return {
    type: 'attempt',
    time: a.time,
    client: { ip: a.client.ip, port: a.client.port },
    server: { ip: a.server.ip, port: a.server.port },
    isn: a.isn,
    outcome: a.outcome,
    final: a.final,
    syns: a.syns,
    syn_offsets: [...a.syn_offsets],
    schedule: { ...a.schedule },
    icmp: a.icmp === null ? null : { ...a.icmp },
    answered_after: a.answered_after,
    vantage: a.vantage,
    source: a.source,
    community_id: a.community_id,
    one_way: a.one_way,
    inferred: a.inferred,
    at: a.at,
    hidden_refusal: a.hidden_refusal,
    server_key: a.server_key,
    client_key: a.client_key,
    syn_layout: a.syn_layout,
  };
}
