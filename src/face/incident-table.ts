/** The table of incidents that `unackd incidents` prints. */
import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import { formatTime } from '../plugin/record.ts';
import { dayOf, timeOfDay } from './clock.ts';
import type { NameOf } from '../plugin/words.ts';
import {
  confidenceText,
  leadingCause,
  lengthText,
  scopeText,
  stateText,
} from './incident-words.ts';
import type { Sheet } from './page.ts';
import { Table } from './table.ts';

export interface IncidentTableOptions {
  readonly sheet: Sheet;
  /** Names that the configuration gives to endpoints. */
  readonly names?: NameOf | undefined;
  /** The last capture time known: up to which an incident that lasts still has lasted. */
  readonly now: Micros;
  /** As much of an id as tells it from all others. */
  readonly shortId: (id: string) => string;
  /** What people said of it, and whether they were told; `''` for nothing. */
  readonly note: (incident: Incident) => string;
}

/** A row an incident, in the order given; titles first. At least one. */
export function incidentLines(
  incidents: readonly Incident[],
  { sheet, names, now, shortId, note }: IncidentTableOptions,
): string[] {
  const notes = incidents.map((incident) => note(incident));
  const hasNotes = notes.some((text) => text !== '');
  const table = new Table(
    [
      { title: 'ID', yields: 0 },
      {
        title: 'STATE',
        yields: 0,
        rendition: (text) =>
          text === 'firing' ? 'red' : text === 'resolved' ? 'green' : ('dim' as const),
      },
      { title: 'KIND', yields: 0 },
      { title: 'SCOPE', yields: 1, beneath: 'at' },
      { title: sheet.width === 0 ? 'SINCE' : 'SINCE (UTC)', yields: 2, beneath: 'since' },
      { title: 'LASTED', yields: 3, beneath: 'lasted' },
      { title: 'CONFIDENCE', right: true, yields: 5, beneath: 'confidence' },
      { title: 'LIKELIEST CAUSE', yields: 4, beneath: 'most likely' },
      // Seldom there, and never short.
      ...(hasNotes ? [{ title: 'NOTE', yields: 6, beneath: '' }] : []),
    ],
    sheet,
  );
  const since = (time: Micros) =>
    sheet.width === 0 ? formatTime(time) : `${dayOf(time)} ${timeOfDay(time, 0)}`;
  return table.lines(
    incidents.map((incident, index) => [
      sheet.width === 0 ? incident.id : shortId(incident.id),
      stateText(incident),
      incident.kind,
      scopeText(incident, names),
      since(incident.started_at),
      lengthText(incident, now),
      confidenceText(incident.confidence),
      leadingCause(incident),
      ...(hasNotes ? [notes[index]] : []),
    ]),
  );
}
