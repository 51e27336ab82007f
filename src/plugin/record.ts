/** The JSON lines that the world reads: one object a line, UTC times with microseconds. */
import type { Attempt, Micros } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';

/** `2026-09-21T14:13:20.000000Z`. Times outside of what Date can hold are clamped. */
export function formatTime(time: Micros): string {
  const limit = 8.64e18; // ECMA-262: a Date holds 8.64e15 ms either side of the epoch
  const clamped = Math.min(Math.max(time, -limit), limit);
  const milliseconds = Math.floor(clamped / 1000);
  const rest = clamped - milliseconds * 1000;
  const text = new Date(milliseconds).toISOString();
  return `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

function timeOrNull(time: Micros | null): string | null {
  return time === null ? null : formatTime(time);
}

/** An attempt as the record has it: keys in the contract's order, marks only where set. */
export function attemptRecord(a: Attempt): Record<string, unknown> {
  return {
    type: 'attempt',
    time: formatTime(a.time),
    client: { ip: a.client.ip, port: a.client.port },
    server: { ip: a.server.ip, port: a.server.port },
    isn: a.isn,
    outcome: a.outcome,
    final: a.final,
    syns: a.syns,
    syn_offsets: a.syn_offsets,
    schedule: { family: a.schedule.family, gave_up: a.schedule.gave_up },
    icmp: a.icmp,
    answered_after: a.answered_after,
    vantage: a.vantage,
    source: a.source,
    community_id: a.community_id,
    ...(a.one_way ? { one_way: true } : {}),
    ...(a.inferred ? { inferred: true } : {}),
    ...(a.notes === undefined ? {} : { notes: a.notes }),
  };
}

export function endpointRecord(e: Endpoint): Record<string, unknown> {
  return {
    type: 'endpoint',
    server: e.server,
    verdict: e.verdict,
    attempts: e.attempts,
    clients: e.clients,
    first: formatTime(e.first),
    last: formatTime(e.last),
    causes: e.causes,
  };
}

export function incidentRecord(i: Incident): Record<string, unknown> {
  return {
    ...i,
    started_at: formatTime(i.started_at),
    detected_at: formatTime(i.detected_at),
    resolved_at: timeOrNull(i.resolved_at),
  };
}

export function noticeRecord(n: Notice): Record<string, unknown> {
  return { type: 'notice', code: n.code, time: formatTime(n.time), text: n.text };
}

/** Any record as plain data, ready for JSON. */
export function toRecord(message: Attempt | Endpoint | Incident | Notice): Record<string, unknown> {
  switch (message.type) {
    case 'attempt':
      return attemptRecord(message);
    case 'endpoint':
      return endpointRecord(message);
    case 'incident':
      return incidentRecord(message);
    case 'notice':
      return noticeRecord(message);
  }
}

/** One line of JSON with its newline. */
export function toJsonLine(message: Attempt | Endpoint | Incident | Notice): string {
  return `${JSON.stringify(toRecord(message))}\n`;
}
