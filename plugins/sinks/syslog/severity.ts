import type { Incident, Notice } from 'unackd';

/** RFC 5424, table 2, by the number. */
const CRITICAL = 2;
const ERROR = 3;
const WARNING = 4;
const NOTICE = 5;
const INFORMATIONAL = 6;

/** RFC 5424, table 1, by the number; 12 to 15 are the system's own. */
const NUMBERED =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp - - - - ' +
  'local0 local1 local2 local3 local4 local5 local6 local7';

const ALL = NUMBERED.split(' ');

export const FACILITIES: readonly string[] = ALL.filter((name) => name !== '-');

/** A facility's number. */
export function facilityOf(name: string): number {
  return ALL.indexOf(name);
}

/** Notices of something lost: what is told from then on may not be all. */
const LOSSES = new Set([
  'capture-loss',
  'table-full',
  'syn-flood',
  'outbox-in-memory',
  'outbox-overflow',
]);

/** Silence is worse than a refusal: nobody gets an answer. */
export function severityOf(message: Incident | Notice): number {
  if (message.type === 'notice') {
    if (message.trouble?.state === 'ends') return NOTICE;
    if (LOSSES.has(message.code)) return WARNING;
    return message.trouble === undefined ? INFORMATIONAL : ERROR;
  }
  if (message.state === 'resolved') return NOTICE;
  return message.kind === 'black-hole' || message.kind === 'partial-black-hole' ? CRITICAL : ERROR;
}
