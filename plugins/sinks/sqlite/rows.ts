import type { Value } from 'better-sqlite3';
import type { Attempt, Endpoint, Incident, Micros, Notice } from 'unackd';

/** Bound values in the order of the statement's columns. */
export type Values = Value[];

/** ECMA-262: what a Date holds, in microseconds; it fits SQLite's 64 bits, which a hostile file's time need not. */
const TIME_LIMIT = 8.64e18;

function micros(time: Micros): number {
  return Math.min(Math.max(time, -TIME_LIMIT), TIME_LIMIT);
}

function insert(table: string, columns: readonly string[], conflict: string): string {
  const marks = columns.map(() => '?').join(', ');
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks}) ON CONFLICT ${conflict}`;
}

function upsert(table: string, key: readonly string[], rest: readonly string[]): string {
  const changes = rest.map((column) => `${column} = excluded.${column}`).join(', ');
  return insert(table, [...key, ...rest], `(${key.join(', ')}) DO UPDATE SET ${changes}`);
}

const ATTEMPT_KEY = [
  'time',
  'server_ip',
  'server_port',
  'client_ip',
  'client_port',
  'isn',
  'source',
];
const ATTEMPT_REST = [
  'outcome',
  'final',
  'syns',
  'syn_offsets',
  'schedule_family',
  'gave_up',
  'icmp_type',
  'icmp_code',
  'icmp_name',
  'icmp_from',
  'answered_after',
  'vantage',
  'community_id',
  'one_way',
  'inferred',
  'hidden_refusal',
  'updated',
];
const ENDPOINT_KEY = ['source', 'server_ip', 'server_port'];
const ENDPOINT_REST = [
  'verdict',
  'established',
  'half_open',
  'refused',
  'rejected',
  'unanswered',
  'unresolved',
  'clients',
  'first',
  'last',
  'causes',
  'story',
  'settle',
];
const INCIDENT_REST = [
  'kind',
  'state',
  'scope_kind',
  'scope_ip',
  'scope_port',
  'scope_prefix',
  'started_at',
  'detected_at',
  'resolved_at',
  'confidence',
  'causes',
  'evidence',
  'superseded_by',
  'silenced_by',
];
const NOTICE_COLUMNS = ['time', 'code', 'text'];

/** A capture read again tells an attempt's first words again: they don't undo its last word. */
export const PUT_ATTEMPT = `${upsert('attempts', ATTEMPT_KEY, ATTEMPT_REST)} WHERE excluded.final >= attempts.final`;
export const PUT_ENDPOINT = upsert('endpoints', ENDPOINT_KEY, ENDPOINT_REST);
export const PUT_INCIDENT = upsert('incidents', ['id'], INCIDENT_REST);
export const PUT_NOTICE = insert('notices', NOTICE_COLUMNS, 'DO NOTHING');

/** Takes all that is stored out of the reused view; 24 values. */
export function attemptValues(a: Attempt): Values {
  const { server, client, schedule, icmp, syn_offsets: offsets } = a;
  return [
    micros(a.time),
    server.ip,
    server.port,
    client.ip,
    client.port,
    a.isn,
    a.source,
    a.outcome,
    a.final ? 1 : 0,
    a.syns,
    // Most attempts have one SYN.
    offsets.length === 1 && offsets[0] === 0 ? '[0]' : JSON.stringify(offsets),
    schedule.family,
    schedule.gave_up ? 1 : 0,
    icmp === null ? null : icmp.type,
    icmp === null ? null : icmp.code,
    icmp === null ? null : icmp.name,
    icmp === null ? null : icmp.from,
    a.answered_after,
    a.vantage,
    a.community_id,
    a.one_way ? 1 : 0,
    a.inferred ? 1 : 0,
    a.hidden_refusal ? 1 : 0,
    micros(a.at),
  ];
}

export function endpointValues(e: Endpoint): Values {
  return [
    e.source ?? '',
    e.server.ip,
    e.server.port,
    e.verdict,
    e.attempts.established,
    e.attempts['half-open'],
    e.attempts.refused,
    e.attempts.rejected,
    e.attempts.unanswered,
    e.attempts.unresolved,
    e.clients,
    micros(e.first),
    micros(e.last),
    JSON.stringify(e.causes),
    e.story,
    e.settle,
  ];
}

export function incidentValues(i: Incident): Values {
  return [
    i.id,
    i.kind,
    i.state,
    i.scope.kind,
    i.scope.ip,
    i.scope.port,
    i.scope.prefix,
    micros(i.started_at),
    micros(i.detected_at),
    i.resolved_at === null ? null : micros(i.resolved_at),
    i.confidence,
    JSON.stringify(i.causes),
    JSON.stringify(i.evidence),
    i.superseded_by,
    i.silenced_by ?? null,
  ];
}

export function noticeValues(n: Notice): Values {
  return [micros(n.time), n.code, n.text];
}
