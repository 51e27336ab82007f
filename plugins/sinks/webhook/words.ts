import { changeTime, formatTime } from 'unackd';
import type { Incident, Notice } from 'unackd';

export { placeOf, summaryOf } from 'unackd';

export type Message = Incident | Notice;

/** `incident.firing`, `incident.resolved` or `notice`. */
export function eventOf(message: Message): string {
  return message.type === 'incident' ? `incident.${message.state}` : 'notice';
}

/** When that happened which the message tells, in capture time. */
export function timeOf(message: Message): string {
  return formatTime(changeTime(message));
}
