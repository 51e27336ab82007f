/** `unackd explain ID`: the whole story of one incident. */
import { dayOf, timeOfDay } from '../face/clock.ts';
import { scopeText } from '../face/incident-words.ts';
import { slicesThatFit } from '../face/timeline.ts';
import { sheetOf } from '../face/page.ts';
import type { Incident } from '../model/incident.ts';
import { toJsonLine } from '../plugin/api.ts';
import { StandardOutput } from '../read/standard-output.ts';
import { findById, shortener } from './ids.ts';
import { lastKnown } from './incidents.ts';
import { concerns } from './neighbourhood.ts';
import { openPlace, whyNone, type Place, type PlaceRequest } from './place.ts';
import { pageOfOutput } from './screen.ts';
import { storyOf } from './story.ts';
import { storyText } from './story-text.ts';

export interface ExplainRequest extends PlaceRequest {
  /** Or the beginning of one. */
  readonly id: string;
  readonly format: 'text' | 'jsonl';
}

/** Incidents at the same time that are named; the rest are for `unackd incidents`. */
const RELATED_NAMED = 5;

/** `5af49251 black-hole 10.1.0.1:8000, 2026-09-21 14:14:20` */
function inShort(incident: Incident, short: (id: string) => string): string {
  const { id, kind, started_at: start } = incident;
  return `${short(id)} (${kind} ${scopeText(incident)}, ${dayOf(start)} ${timeOfDay(start, 0)})`;
}

function find(typed: string, all: readonly Incident[], place: Place): Incident {
  const found = findById(typed, all);
  if ('one' in found) return found.one;
  const short = shortener(all.map(({ id }) => id));
  const message =
    'several' in found
      ? `'${typed}' begins more than one id: ${found.several.map((one) => inShort(one, short)).join(', ')}`
      : all.length === 0
        ? `no incident '${typed}': there are none in ${place.path}${whyNone(place, 'incident')}`
        : `no incident '${typed}' in ${place.path}; the nearest: ${found.nearest.map((one) => inShort(one, short)).join(', ')}`;
  throw Object.assign(new Error(message), { exitCode: 2 });
}

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

/** Prints the story; as records, the incident, its relations and the attempts at its scope. */
export function explain(request: ExplainRequest): void {
  const place = openPlace(request);
  const { history } = place;
  try {
    const all = [...history.incidents()];
    const incident = find(request.id, all, place);
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
      const related = relationLines(relations, short);
      out.put(storyText(story, { page, names: place.names, related }));
    }
    out.flush();
  } finally {
    history.close();
  }
}
