/** What people do not want to be told of, and for how long. */
import { isWithin, parseNetwork, parsePorts } from '../config/ranges.ts';
import type { Micros } from '../model/attempt.ts';
import { INCIDENT_KINDS, SCOPE_KINDS } from '../model/incident.ts';
import type { Incident, IncidentKind, Scope } from '../model/incident.ts';

/** Which incidents: one that fits each list. An empty list fits all. */
export interface Matchers {
  /** Addresses and networks; the incident's whole scope must lie in one of them. */
  readonly networks: readonly string[];
  /** `443`, `8000-8100`: fit incidents of a port only, as a host has others. */
  readonly ports: readonly string[];
  readonly kinds: readonly IncidentKind[];
  readonly scopes: readonly Scope['kind'][];
  /** Ids of sources. */
  readonly sources: readonly string[];
}

/** What is wrong with matchers that a person wrote, in one line; `null` where nothing is. */
export function matchersFault({ networks, ports, kinds, scopes }: Matchers): string | null {
  const network = networks.find((text) => parseNetwork(text) === null);
  if (network !== undefined) {
    return `'${network}' is no address and no network, such as 10.1.0.1, 10.1.0.0/24 or 2001:db8::/64`;
  }
  const port = ports.find((text) => parsePorts(text) === null);
  if (port !== undefined) {
    return `'${port}' is no port and no range of ports, such as 443 or 8000-8100`;
  }
  const kind = kinds.find((word) => !INCIDENT_KINDS.includes(word));
  if (kind !== undefined)
    return `there is no kind '${kind}'; there are ${INCIDENT_KINDS.join(', ')}`;
  const scope = scopes.find((word) => !SCOPE_KINDS.includes(word));
  return scope === undefined
    ? null
    : `there is no scope '${scope}'; there are ${SCOPE_KINDS.join(', ')}`;
}

/** When a silence holds, in capture time. */
export interface Window {
  /** Until when it is open; `null` where it is closed at this time. */
  openUntil(time: Micros): Micros | null;
}

export interface Silence {
  readonly id: string;
  readonly matchers: Matchers;
  readonly window: Window;
}

/** From one moment to before another. */
export function fixedWindow(from: Micros, until: Micros): Window {
  return { openUntil: (time) => (time >= from && time < until ? until : null) };
}

/** Whether an incident of this source is meant. */
export type Fits = (incident: Incident, source: string) => boolean;

/** @param matchers checked before: whatever is no network or port fits nothing */
export function fitsOf({ networks, ports, kinds, scopes, sources }: Matchers): Fits {
  const places = networks.map((text) => parseNetwork(text)).filter((one) => one !== null);
  const ranges = ports.map((text) => parsePorts(text));
  return ({ kind, scope }, source) => {
    if (kinds.length > 0 && !kinds.includes(kind)) return false;
    if (scopes.length > 0 && !scopes.includes(scope.kind)) return false;
    if (sources.length > 0 && !sources.includes(source)) return false;
    const { port } = scope;
    if (ports.length > 0) {
      if (port === null) return false;
      if (!ranges.some((range) => range !== null && port >= range[0] && port <= range[1])) {
        return false;
      }
    }
    if (networks.length === 0) return true;
    const place = parseNetwork(scope.prefix ?? scope.ip ?? '');
    return place !== null && places.some((wide) => isWithin(place, wide));
  };
}
