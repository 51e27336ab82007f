import { clean } from '../face/clean.ts';
import { formatSpan } from '../face/clock.ts';
import { formatDuration } from '../face/duration.ts';
import { scopeText } from '../face/incident-words.ts';
import type { Page } from '../face/page.ts';
import { sheetOf } from '../face/page.ts';
import { paint } from '../face/sgr.ts';
import { glueUnits, wrapText } from '../face/wrap.ts';
import type { Micros } from '../model/attempt.ts';
import type { NameOf } from '../plugin/words.ts';
import type { Incident } from '../model/incident.ts';

/**
 * One incident as it stood at the end of the capture, wrapped; ends with a newline.
 * @param end time of the last packet
 */
export function incidentText(incident: Incident, end: Micros, page: Page, names?: NameOf): string {
  const { kind, started_at: start, resolved_at: resolved } = incident;
  const until = resolved ?? end;
  const span = `${formatSpan(start, until)} (${formatDuration((until - start) / 1e6)})`;
  const state =
    incident.superseded_by === null
      ? resolved === null
        ? 'still so at the end of the capture'
        : 'resolved'
      : `part of ${incident.superseded_by}`;
  const [cause] = incident.causes;
  const why =
    cause === undefined
      ? ''
      : `; most likely ${cause.cause} (${Math.round(cause.probability * 100)} %)`;
  const after = formatDuration((incident.detected_at - start) / 1e6);
  const text = `incident ${kind} ${scopeText(incident, names)}: ${span}, told after ${after}, ${state}${why} [${incident.id}]`;
  const { width, colour, unicode } = sheetOf(page);
  const [first, ...rest] = wrapText(glueUnits(clean(text, unicode)), {
    width,
    first: '',
    rest: '  ',
  });
  const head = first.replace(/^incident/u, paint('incident', 'red', colour));
  return `${[head, ...rest].join('\n')}\n`;
}
