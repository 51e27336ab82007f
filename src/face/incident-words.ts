/** An incident in words: its place, its length, its causes. */
import type { Micros } from '../model/attempt.ts';
import type { Incident, IncidentKind } from '../model/incident.ts';
import { placeOf } from '../plugin/words.ts';
import { formatDuration } from './duration.ts';
import type { NameOf } from '../plugin/words.ts';

/** `10.1.0.1:8000 (shop)`, `host 10.1.0.1`, `network 10.1.0.0/24`. */
export function scopeText(incident: Incident, nameOf?: NameOf): string {
  const { kind, ip, port } = incident.scope;
  const place = placeOf(incident);
  if (kind === 'network') return `network ${place}`;
  const name = ip === null ? undefined : nameOf?.(ip, port);
  const known = name === undefined ? '' : ` (${name})`;
  return `${kind === 'host' ? 'host ' : ''}${place}${known}`;
}

/** `1 min 30 s`; of one that lasts still, up to the last thing known: `1 min 30 s so far`. */
export function lengthText({ started_at: start, resolved_at: end }: Incident, now: Micros): string {
  const length = formatDuration(Math.max(0, (end ?? now) - start) / 1e6);
  return end === null ? `${length} so far` : length;
}

/** `firing`, `resolved`, `part of 0a1b2c`. */
export function stateText({ state, superseded_by: by }: Incident): string {
  return by === null ? state : `part of ${by.slice(0, 8)}`;
}

/** `dropped-at-server 71 %`, or `''` where no cause is told. */
export function leadingCause({ causes }: Incident): string {
  const [cause] = causes;
  return cause === undefined ? '' : `${cause.cause} ${Math.round(cause.probability * 100)} %`;
}

/** `99.99 %`; one that is nearly certain is not called certain. */
export function confidenceText(confidence: number): string {
  if (confidence >= 1) return '100 %';
  return `${Math.min(99.99, Math.floor(confidence * 1e4) / 100)} %`;
}

/** `silenced by sundays; acknowledged by ana: looking`; `''` where there is nothing to say. */
export function noteText(
  { silenced_by: silence }: Incident,
  acknowledged: { readonly by: string; readonly comment: string } | undefined,
): string {
  const silent = silence === undefined ? [] : [`silenced by ${silence}`];
  const taken = acknowledged === undefined ? [] : [acknowledgedText(acknowledged)];
  return [...silent, ...taken].join('; ');
}

/** `acknowledged by ana: looking`. */
export function acknowledgedText({ by, comment }: { by: string; comment: string }): string {
  const who = by === '' ? '' : ` by ${by}`;
  return `acknowledged${who}${comment === '' ? '' : `: ${comment}`}`;
}

/** What an incident's kind means. Each is a clause without a full stop. */
export const KIND_WORDS: Readonly<Record<IncidentKind, string>> = {
  'black-hole': 'answered before, then SYNs vanished without any answer',
  'partial-black-hole': 'for some flows every SYN vanished, for others none did',
  refusing: 'answered before, then refused by RST',
  rejecting: 'answered before, then refused by ICMP unreachable',
  'reply-loss': 'SYNs arrived and were answered, but the answers did not get back',
};
