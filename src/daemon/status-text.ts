import { clean } from '../face/clean.ts';
import { countedExactly, groupDigits } from '../face/count.ts';
import { formatDuration } from '../face/duration.ts';
import { acknowledgedText } from '../face/incident-words.ts';
import type { FiringStatus, SinkStatus, SourceStatus, Status } from './state.ts';

/** Incidents shown, the newest. */
const SHOWN = 10;

function lostText({ dropped, last_packet: last, state }: SourceStatus): string {
  const blind = state === 'blind' ? `; no packet since ${last}` : '';
  const all = dropped === null ? 0 : dropped.kernel + dropped.interface;
  if (dropped === null || all === 0) return blind;
  const now = dropped.since === null ? '' : `, and more since ${dropped.since}`;
  return `${blind}; ${groupDigits(all)} dropped in capturing (${groupDigits(dropped.kernel)} by the kernel, ${groupDigits(dropped.interface)} by the interface)${now}`;
}

function sourceLine(source: SourceStatus): string {
  const { id, plugin, state, packets, attempts, table } = source;
  const all = Object.values(attempts).reduce((sum, count) => sum + count, 0);
  const outcomes = Object.entries(attempts).filter(([, count]) => count > 0);
  const parts = outcomes.map(([outcome, count]) => `${groupDigits(count)} ${outcome}`).join(', ');
  const under =
    table === null || state !== 'reading'
      ? ''
      : `; ${groupDigits(table.used)} of ${groupDigits(table.capacity)} places taken`;
  return `  ${id} (${plugin}): ${state}, ${countedExactly(packets, 'packet')}, ${countedExactly(all, 'attempt')}${parts === '' ? '' : ` (${parts})`}${under}${lostText(source)}`;
}

function sinkLine({ id, plugin, waiting, failing, lost }: SinkStatus): string {
  const state = failing ? 'failing' : 'open';
  return `  ${id} (${plugin}): ${state}${waiting === null ? '' : `, ${groupDigits(waiting)} waiting`}${lost === 0 ? '' : `, ${countedExactly(lost, 'record')} lost`}`;
}

function incidentLine({ id, kind, place, name, started_at: start, ...rest }: FiringStatus): string {
  const { silenced_by: silence, acknowledged } = rest;
  const called = name === null ? '' : ` (${name})`;
  const silent = silence === null ? '' : `; silenced by ${silence}`;
  const taken = acknowledged === null ? '' : `; ${acknowledgedText(acknowledged)}`;
  return `  ${id.slice(0, 8)} ${kind} ${place}${called} since ${start.slice(0, 19)}Z${silent}${taken}`;
}

/** What `unackd status` shows to people. @param now milliseconds since the epoch */
export function statusText(status: Status, now: number): string {
  const age = formatDuration((now - Date.parse(status.started_at)) / 1000);
  const { reload } = status;
  const notices = Object.entries(status.notices).map(
    ([code, count]) => `${groupDigits(count)} ${code}`,
  );
  const lines = [
    `unackd ${status.version}, pid ${status.pid}: ${status.state} for ${age} with ${status.configuration}`,
    ...(reload === null
      ? []
      : [`last reload ${reload.at}: ${reload.ok ? 'done' : 'refused, see the log'}`]),
    'sources',
    ...status.sources.map((source) => sourceLine(source)),
    'sinks',
    ...status.sinks.map((sink) => sinkLine(sink)),
    `incidents firing: ${groupDigits(status.incidents.firing)}`,
    ...status.incidents.list.slice(-SHOWN).map((one) => incidentLine(one)),
    ...(status.silences === 0 ? [] : [`silences set: ${status.silences}`]),
    `notices: ${notices.length === 0 ? 'none' : notices.join(', ')}`,
  ];
  return lines
    .map((line) => `${line.match(/^ */u)?.[0] ?? ''}${clean(line.trim(), true)}`)
    .join('\n');
}
