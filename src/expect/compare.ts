/** What was expected beside what was found. */
import { OUTCOMES, type Outcome } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import { formatAddress } from '../face/address.ts';
import { formatDuration } from '../face/duration.ts';
import { placeOf } from '../plugin/words.ts';
import type { Collected } from './collect.ts';
import { holds } from './count.ts';
import type { Place } from './fields.ts';
import type { Complete, CountWish, EndpointWish, Expected, IncidentWish } from './suite.ts';

/** One thing that is not as expected. */
export interface Difference {
  /** `incidents`, `attempts.established`. */
  readonly what: string;
  readonly place: Place;
  /** `null`: not expected at all. */
  readonly expected: string | null;
  /** `null`: not found. */
  readonly found: string | null;
}

export function differences(expected: Expected, found: Collected): Difference[] {
  return [
    ...(expected.incidents === null
      ? []
      : incidentDifferences(expected.incidents, [...found.incidents.values()])),
    ...(expected.notices === null ? [] : noticeDifferences(expected.notices, found)),
    ...expected.endpoints.flatMap((wish) => endpointDifferences(wish, found.endpoints)),
    ...countDifferences('attempts', expected.attempts, found.attempts),
  ];
}

function toldAfter({ detected_at: told, started_at: start }: Incident): number {
  return told - start;
}

function matches(wish: IncidentWish, incident: Incident): boolean {
  return (
    (wish.kind ?? incident.kind) === incident.kind &&
    (wish.scope ?? placeOf(incident)) === placeOf(incident) &&
    (wish.state ?? incident.state) === incident.state &&
    (wish.cause === undefined || wish.cause === incident.causes[0]?.cause) &&
    (wish.toldWithin === undefined || toldAfter(incident) <= wish.toldWithin)
  );
}

function wishText({ kind, scope, state, cause, toldWithin: within }: IncidentWish): string {
  const told = within === undefined ? undefined : `told within ${formatDuration(within / 1e6)}`;
  const words = [kind ?? 'any kind', scope ?? 'anywhere', state, cause, told];
  return words.filter((word) => word !== undefined).join(' ');
}

/** Says as much as the wishes do. */
function incidentText(incident: Incident, wishes: readonly IncidentWish[]): string {
  const { kind, state, causes } = incident;
  const asked = (key: 'cause' | 'toldWithin') => wishes.some((wish) => wish[key] !== undefined);
  return [
    kind,
    placeOf(incident),
    state,
    ...(asked('cause') ? [causes[0]?.cause ?? 'no cause'] : []),
    ...(asked('toldWithin') ? [`told after ${formatDuration(toldAfter(incident) / 1e6)}`] : []),
  ].join(' ');
}

function choosy(wish: IncidentWish): number {
  return Object.values(wish).filter((value) => value !== undefined).length;
}

function incidentDifferences(
  { place, list }: Complete<IncidentWish>,
  incidents: readonly Incident[],
): Difference[] {
  const left = new Set(incidents);
  const missing: IncidentWish[] = [];
  // The choosiest first, so that none takes what only another one fits.
  for (const wish of list.toSorted((a, b) => choosy(b) - choosy(a))) {
    const found = [...left].find((incident) => matches(wish, incident));
    if (found === undefined) missing.push(wish);
    else left.delete(found);
  }
  // One that became part of a wider one is told with that.
  const unexpected = [...left].filter(({ superseded_by: by }) => by === null);
  return [
    ...missing.map((wish) => ({
      what: 'incidents',
      place: wish.place,
      expected: wishText(wish),
      found: null,
    })),
    ...unexpected.map((incident) => ({
      what: 'incidents',
      place,
      expected: null,
      found: incidentText(incident, list),
    })),
  ];
}

function noticeDifferences(
  { place, list }: Complete<string>,
  { notices }: Collected,
): Difference[] {
  const told = new Map(notices.map((notice) => [notice.code, notice.text]));
  return [
    ...list
      .filter((code) => !told.has(code))
      .map((code) => ({ what: 'notices', place, expected: code, found: null })),
    ...[...told]
      .filter(([code]) => !list.includes(code))
      .map(([code, text]) => ({
        what: 'notices',
        place,
        expected: null,
        found: `${code}: ${text}`,
      })),
  ];
}

function endpointDifferences(wish: EndpointWish, endpoints: readonly Endpoint[]): Difference[] {
  const { server, place, verdict, cause } = wish;
  const what = `endpoint ${server}`;
  const found = endpoints.find((endpoint) => formatAddress(endpoint.server) === server);
  if (found === undefined) {
    return [{ what, place, expected: verdict ?? 'in the capture', found: null }];
  }
  const likeliest = found.causes[0]?.cause ?? 'no cause';
  return [
    ...(verdict === undefined || verdict === found.verdict
      ? []
      : [{ what, place, expected: verdict, found: found.verdict }]),
    ...(cause === undefined || cause === likeliest
      ? []
      : [{ what: `${what}, cause`, place, expected: cause, found: likeliest }]),
    ...countDifferences(`${what}, attempts`, wish.attempts, found.attempts),
  ];
}

function countDifferences(
  what: string,
  wishes: readonly CountWish[],
  counts: Readonly<Record<Outcome, number>>,
): Difference[] {
  return wishes
    .filter(({ outcome, count }) => OUTCOMES.includes(outcome) && !holds(count, counts[outcome]))
    .map(({ outcome, count, place }) => ({
      what: `${what} ${outcome}`,
      place,
      expected: count.text,
      found: String(counts[outcome]),
    }));
}
