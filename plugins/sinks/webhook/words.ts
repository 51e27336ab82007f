import { formatTime } from 'unackd';
import type { Incident, Notice } from 'unackd';

export type Message = Incident | Notice;

/** `10.1.0.1:8000`, `[2001:db8::1]:443`, `10.1.0.1`, `10.1.0.0/24`. */
export function placeOf({ scope }: Incident): string {
  const { kind, ip, port, prefix } = scope;
  if (kind === 'network') return prefix ?? 'a network';
  const host = ip ?? 'a host';
  if (kind === 'host') return host;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `incident.firing`, `incident.resolved` or `notice`. */
export function eventOf(message: Message): string {
  return message.type === 'incident' ? `incident.${message.state}` : 'notice';
}

/** When that happened which the message tells, in capture time. */
export function timeOf(message: Message): string {
  if (message.type === 'notice') return formatTime(message.time);
  return formatTime(message.resolved_at ?? message.detected_at);
}

/** One line for people. */
export function summaryOf(message: Message): string {
  if (message.type === 'notice') return `${message.code}: ${message.text}`;
  const { kind, state, started_at: start, resolved_at: end, superseded_by: by } = message;
  const since = `since ${formatTime(start)}`;
  if (state === 'firing') return `${kind} at ${placeOf(message)} ${since}`;
  const until = end === null ? '' : ` until ${formatTime(end)}`;
  const fate = by === null ? '' : `, part of ${by} now`;
  return `resolved: ${kind} at ${placeOf(message)} ${since}${until}${fate}`;
}
