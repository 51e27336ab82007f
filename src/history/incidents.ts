/** `unackd incidents`: incidents out of a database, each as it stands. */
import { counted } from '../face/count.ts';
import { noteText } from '../face/incident-words.ts';
import { incidentLines } from '../face/incident-table.ts';
import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import { toJsonLine } from '../plugin/api.ts';
import { StandardOutput } from '../read/standard-output.ts';
import { filterOf } from './attempts.ts';
import { shortener } from './ids.ts';
import { openPlace, whyNone, type History, type PlaceRequest } from './place.ts';
import { sheetOfOutput } from '../read/page-of-output.ts';
import { parseSpan } from './when.ts';

export interface IncidentsRequest extends PlaceRequest {
  readonly states: readonly string[];
  readonly kinds: readonly string[];
  readonly servers: readonly string[];
  readonly ports: readonly string[];
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** The newest so many; 0 is all, left out the format's own. */
  readonly limit: number | undefined;
  readonly format: 'text' | 'jsonl';
}

const TEXT_LIMIT = 50;

/** Up to when the database knows: an incident that lasts still has lasted so long. */
export function lastKnown(history: History, incidents: Iterable<Incident>): Micros {
  let last = history.lastTime() ?? Number.NEGATIVE_INFINITY;
  for (const { detected_at: detected, resolved_at: resolved } of incidents) {
    last = Math.max(last, resolved ?? detected);
  }
  return last;
}

/** Prints incidents in the order in which they started: all, or the newest ones. */
export function showIncidents(request: IncidentsRequest): void {
  const span = parseSpan(request.since, request.until);
  const filter = filterOf(request.servers, request.ports, []);
  const { states, kinds } = request;
  const place = openPlace(request);
  try {
    const all = [...place.history.incidents()];
    const matching = all.filter(
      (incident) =>
        (states.length === 0 || states.includes(incident.state)) &&
        (kinds.length === 0 || kinds.includes(incident.kind)) &&
        filter.incident(incident) &&
        // Going on at some moment of the span.
        (span.since === undefined || (incident.resolved_at ?? Infinity) >= span.since) &&
        (span.until === undefined || incident.started_at < span.until),
    );
    const limit = request.limit ?? (request.format === 'text' ? TEXT_LIMIT : 0);
    const shown = limit === 0 ? matching : matching.slice(-limit);
    const out = new StandardOutput();
    if (request.format === 'jsonl') {
      for (const incident of shown) out.put(toJsonLine(incident));
    } else if (shown.length === 0) {
      out.put(
        all.length === 0
          ? `no incidents in ${place.path}${whyNone(place, 'incident')}\n`
          : 'no incident matches what was asked for\n',
      );
    } else {
      const said = place.history.acknowledgements();
      const lines = incidentLines(shown, {
        sheet: sheetOfOutput(),
        names: place.names,
        now: lastKnown(place.history, all),
        shortId: shortener(all.map(({ id }) => id)),
        note: (incident) => noteText(incident, said.get(incident.id)),
      });
      out.put(`${lines.join('\n')}\n`);
      const more = matching.length - shown.length;
      if (more > 0) out.put(`... after ${counted(more, 'earlier one')} (--limit 0 shows all)\n`);
    }
    out.flush();
  } finally {
    place.history.close();
  }
}
