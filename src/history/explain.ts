/** `unackd explain ID`: the whole story of one incident. */
import { noteText } from '../face/incident-words.ts';
import { slicesThatFit } from '../face/timeline.ts';
import { sheetOf } from '../face/page.ts';
import type { Incident } from '../model/incident.ts';
import { toJsonLine } from '../plugin/api.ts';
import { StandardOutput } from '../read/standard-output.ts';
import { findIncident, inShort } from './find-incident.ts';
import { shortener } from './ids.ts';
import { lastKnown } from './incidents.ts';
import { concerns } from './neighbourhood.ts';
import { openPlace, type PlaceRequest } from './place.ts';
import { pageOfOutput } from '../read/page-of-output.ts';
import { storyOf } from './story.ts';
import { storyText } from './story-text.ts';

export interface ExplainRequest extends PlaceRequest {
  /** Or the beginning of one. */
  readonly id: string;
  readonly format: 'text' | 'jsonl';
}

/** Incidents at the same time that are named; the rest are for `unackd incidents`. */
const RELATED_NAMED = 5;

interface Relations {
  /** It took this one over. */
  readonly wider: Incident | undefined;
  /** Taken over by this one. */
  readonly narrower: readonly Incident[];
  /** Going on at the same time, for their own reasons. */
  readonly beside: readonly Incident[];
}

function relationsOf(incident: Incident, all: readonly Incident[]): Relations {
  const wider = all.find(({ id }) => id === incident.superseded_by);
  const narrower = all.filter(({ superseded_by: by }) => by === incident.id);
  const end = incident.resolved_at ?? Infinity;
  const beside = all.filter(
    (other) =>
      other !== incident &&
      other !== wider &&
      other.superseded_by === null &&
      other.started_at < end &&
      (other.resolved_at ?? Infinity) > incident.started_at,
  );
  return { wider, narrower, beside };
}

function relationLines(
  { wider, narrower, beside }: Relations,
  short: (id: string) => string,
): string[] {
  const names = (list: readonly Incident[]) => {
    const shown = list.slice(0, RELATED_NAMED).map((one) => inShort(one, short));
    const more = list.length - shown.length;
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  };
  return [
    ...(wider === undefined ? [] : [`became part of ${inShort(wider, short)}`]),
    ...(narrower.length === 0 ? [] : [`took over ${names(narrower)}`]),
    ...(beside.length === 0 ? [] : [`at the same time: ${names(beside)}`]),
  ];
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./:@%+=-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function exportCommand(id: string, { db, config }: PlaceRequest): string {
  const place =
    db === undefined ? `--config ${quoted(config ?? '')}` : `--db ${quoted(db)} --from CAPTURE`;
  return `unackd export ${id} ${place} -o ${id}.pcapng`;
}

/** Prints the story; as records, the incident, its relations and the attempts at its scope. */
export function explain(request: ExplainRequest): void {
  const place = openPlace(request);
  const { history } = place;
  try {
    const all = [...history.incidents()];
    const incident = findIncident(request.id, all, place);
    const page = pageOfOutput();
    const last = lastKnown(history, all);
    const story = storyOf(history, incident, last, slicesThatFit(sheetOf(page)));
    const relations = relationsOf(incident, all);
    const out = new StandardOutput();
    if (request.format === 'jsonl') {
      const { wider, narrower } = relations;
      for (const one of [incident, ...(wider === undefined ? [] : [wider]), ...narrower]) {
        out.put(toJsonLine(one));
      }
      const { since, until, near } = story;
      const within = near.ip === undefined ? { since, until } : { since, until, ip: near.ip };
      for (const attempt of history.attempts(within)) {
        if (concerns(near, attempt)) out.put(toJsonLine(attempt));
      }
    } else {
      const short = shortener(all.map(({ id }) => id));
      const note = noteText(incident, history.acknowledgements().get(incident.id));
      const related = [...(note === '' ? [] : [note]), ...relationLines(relations, short)];
      const packets = exportCommand(short(incident.id), request);
      out.put(storyText(story, { page, names: place.names, related, packets }));
    }
    out.flush();
  } finally {
    history.close();
  }
}
