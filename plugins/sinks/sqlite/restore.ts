/** Rows back into the messages that they came from: the reverse of rows.ts. */
import type { Row } from 'better-sqlite3';
import type {
  Attempt,
  Cause,
  Endpoint,
  IcmpRefusal,
  Incident,
  IncidentKind,
  IncidentState,
  Notice,
  Outcome,
  Schedule,
  Scope,
  Vantage,
  Verdict,
} from 'unackd';

// STRICT tables hold what rows.ts put there, so the column's type is known.
const text = (row: Row, column: string): string => row[column] as string;
const number = (row: Row, column: string): number => row[column] as number;
const flag = (row: Row, column: string): boolean => row[column] === 1;

function icmpOf(row: Row): IcmpRefusal | null {
  if (row.icmp_type === null) return null;
  return {
    type: number(row, 'icmp_type'),
    code: number(row, 'icmp_code'),
    name: text(row, 'icmp_name'),
    from: text(row, 'icmp_from'),
  };
}

/** When the next SYN would be due is not stored: it is over. */
export function attemptOf(row: Row): Attempt {
  return {
    type: 'attempt',
    time: number(row, 'time'),
    client: { ip: text(row, 'client_ip'), port: number(row, 'client_port') },
    server: { ip: text(row, 'server_ip'), port: number(row, 'server_port') },
    isn: number(row, 'isn'),
    outcome: row.outcome as Outcome,
    final: flag(row, 'final'),
    syns: number(row, 'syns'),
    syn_offsets: JSON.parse(text(row, 'syn_offsets')) as number[],
    schedule: {
      family: row.schedule_family as Schedule['family'],
      gave_up: flag(row, 'gave_up'),
      next_due: null,
    },
    icmp: icmpOf(row),
    answered_after: row.answered_after as number | null,
    vantage: row.vantage as Vantage,
    source: text(row, 'source'),
    community_id: text(row, 'community_id'),
    one_way: flag(row, 'one_way'),
    inferred: flag(row, 'inferred'),
    at: number(row, 'updated'),
    hidden_refusal: flag(row, 'hidden_refusal'),
  };
}

export function endpointOf(row: Row): Endpoint {
  return {
    type: 'endpoint',
    server: { ip: text(row, 'server_ip'), port: number(row, 'server_port') },
    source: text(row, 'source'),
    verdict: row.verdict as Verdict,
    attempts: {
      established: number(row, 'established'),
      refused: number(row, 'refused'),
      rejected: number(row, 'rejected'),
      unanswered: number(row, 'unanswered'),
      'half-open': number(row, 'half_open'),
      unresolved: number(row, 'unresolved'),
    },
    clients: number(row, 'clients'),
    first: number(row, 'first'),
    last: number(row, 'last'),
    causes: JSON.parse(text(row, 'causes')) as Cause[],
    story: text(row, 'story'),
    settle: row.settle as string | null,
  };
}

export function incidentOf(row: Row): Incident {
  return {
    type: 'incident',
    id: text(row, 'id'),
    kind: row.kind as IncidentKind,
    state: row.state as IncidentState,
    scope: {
      kind: row.scope_kind as Scope['kind'],
      ip: row.scope_ip as string | null,
      port: row.scope_port as number | null,
      prefix: row.scope_prefix as string | null,
    },
    started_at: number(row, 'started_at'),
    detected_at: number(row, 'detected_at'),
    resolved_at: row.resolved_at as number | null,
    confidence: number(row, 'confidence'),
    causes: JSON.parse(text(row, 'causes')) as Cause[],
    evidence: JSON.parse(text(row, 'evidence')) as Record<string, unknown>,
    superseded_by: row.superseded_by as string | null,
    ...(typeof row.silenced_by === 'string' ? { silenced_by: row.silenced_by } : {}),
  };
}

export function noticeOf(row: Row): Notice {
  return {
    type: 'notice',
    code: text(row, 'code'),
    time: number(row, 'time'),
    text: text(row, 'text'),
  };
}
