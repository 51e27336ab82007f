import type { Attempt } from '../model/attempt.ts';
import type { Segment } from '../model/segment.ts';

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
    ...(a.notes === undefined ? {} : { notes: a.notes }),
  };
}

/** A plain copy of a segment, which may be kept after the call that brought it. */
export function keepSegment(s: Segment): Segment {
  return {
    type: 'segment',
    kind: s.kind,
    time: s.time,
    source: s.source,
    interface: s.interface,
    from: s.from,
    to: s.to,
    from_port: s.from_port,
    to_port: s.to_port,
    from_key: s.from_key,
    to_key: s.to_key,
    from_ip_key: s.from_ip_key,
    to_ip_key: s.to_ip_key,
    ttl: s.ttl,
    flags: s.flags,
    seq: s.seq,
    ack: s.ack,
    window: s.window,
    payload: s.payload,
    mss: s.mss,
    window_scale: s.window_scale,
    sack_permitted: s.sack_permitted,
    timestamps: s.timestamps,
    fast_open: s.fast_open,
    syn_layout: s.syn_layout,
    icmp: s.icmp,
  };
}
