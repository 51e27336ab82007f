/** Alertmanager's API v2: `POST /api/v2/alerts`, a list of alerts. */
import { formatTime } from 'unackd';
import type { NameOf, Notice } from 'unackd';
import { placeOf, summaryOf } from './words.ts';
import type { Message } from './words.ts';

/** Alertmanager resolves what is not told again by itself (5 minutes by default); an incident is told once, so it gets an end far away. */
const FIRING_FOR_MS = 30 * 24 * 3_600_000;

/** Most notices have no end of their own. */
const NOTICE_FOR_MS = 3_600_000;

/** RFC 3339 to the microsecond, from a time that the machine's clock says. */
function fromNow(ms: number): string {
  return formatTime((Date.now() + ms) * 1000);
}

/** Only labels that are set: Alertmanager takes an empty one for none. */
function labels(all: Readonly<Record<string, string | number | null>>): Record<string, string> {
  const set = Object.entries(all).filter(([, value]) => value !== null);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

function noticeAlert({ code, time, trouble }: Notice): Record<string, unknown> {
  const startsAt = formatTime(time);
  if (trouble === undefined) {
    return {
      labels: { alertname: 'UnackdNotice', code, severity: 'info' },
      startsAt,
      endsAt: fromNow(NOTICE_FOR_MS),
    };
  }
  return {
    labels: { alertname: 'UnackdTrouble', trouble: trouble.id, severity: 'warning' },
    // Of one that ends Alertmanager knows the start.
    startsAt,
    endsAt: trouble.state === 'ends' ? startsAt : fromNow(FIRING_FOR_MS),
  };
}

/** Labels are an alert's identity: they are the same from firing to resolved. */
export function alertmanagerBody(message: Message, nameOf?: NameOf): unknown {
  const annotations = { summary: summaryOf(message, nameOf) };
  if (message.type === 'notice') return [{ ...noticeAlert(message), annotations }];
  const { id, kind, scope, started_at: start, resolved_at: end, confidence, causes } = message;
  return [
    {
      labels: labels({
        alertname: 'UnackdIncident',
        incident: id,
        kind,
        scope: scope.kind,
        instance: placeOf(message),
        ip: scope.ip,
        port: scope.port,
        prefix: scope.prefix,
        severity: 'critical',
      }),
      annotations: {
        ...annotations,
        confidence: String(confidence),
        causes: causes.map(({ cause, probability }) => `${cause} ${probability}`).join(', '),
      },
      startsAt: formatTime(start),
      endsAt: end === null ? fromNow(FIRING_FOR_MS) : formatTime(end),
    },
  ];
}
