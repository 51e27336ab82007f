/** What sinks tell people, in the same words everywhere. */
import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { formatTime } from './record.ts';

/** `10.1.0.1:8000`, `[2001:db8::1]:443`, `10.1.0.1`, `10.1.0.0/24`. */
export function placeOf({ scope }: Pick<Incident, 'scope'>): string {
  const { kind, ip, port, prefix } = scope;
  if (kind === 'network') return prefix ?? 'a network';
  const host = ip ?? 'a host';
  if (kind === 'host') return host;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What people call a server's port, or, with `port` null, a host. */
export type NameOf = (ip: string, port: number | null) => string | undefined;

/** The place with its name, where it has one: `10.1.0.1:8000 (shop)`. */
function namedPlace(incident: Incident, nameOf: NameOf | undefined): string {
  const { ip, port } = incident.scope;
  const name = ip === null ? undefined : nameOf?.(ip, port);
  return name === undefined ? placeOf(incident) : `${placeOf(incident)} (${name})`;
}

/** When that happened which a message tells: an incident's last change of state. */
export function changeTime(message: Incident | Notice): Micros {
  if (message.type === 'notice') return message.time;
  return message.resolved_at ?? message.detected_at;
}

/** One line for people. */
export function summaryOf(message: Incident | Notice, nameOf?: NameOf): string {
  if (message.type === 'notice') return `${message.code}: ${message.text}`;
  const { kind, state, started_at: start, resolved_at: end, superseded_by: by } = message;
  const place = namedPlace(message, nameOf);
  const since = `since ${formatTime(start)}`;
  if (state === 'firing') return `${kind} at ${place} ${since}`;
  const until = end === null ? '' : ` until ${formatTime(end)}`;
  const fate = by === null ? '' : `, part of ${by} now`;
  return `resolved: ${kind} at ${place} ${since}${until}${fate}`;
}
