/** The incident that somebody names by its id, or by the beginning of it. */
import { dayOf, timeOfDay } from '../face/clock.ts';
import { scopeText } from '../face/incident-words.ts';
import type { Incident } from '../model/incident.ts';
import { findById, shortener } from './ids.ts';
import { whyNone, type Place } from './place.ts';

/** `5af49251 black-hole 10.1.0.1:8000, 2026-09-21 14:14:20` */
export function inShort(incident: Incident, short: (id: string) => string): string {
  const { id, kind, started_at: start } = incident;
  return `${short(id)} (${kind} ${scopeText(incident)}, ${dayOf(start)} ${timeOfDay(start, 0)})`;
}

/** @throws Error with exit code 2, with the ids that may be meant */
export function findIncident(typed: string, all: readonly Incident[], place: Place): Incident {
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
