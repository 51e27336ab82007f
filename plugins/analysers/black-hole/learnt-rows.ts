/** Endpoints and incidents as JSON, and back. What comes back may be damaged: nothing of it is taken on trust. */
import type { IncidentKind, JsonValue } from 'unackd';
import { Case, scopeOf } from './case.ts';
import type { Place } from './case.ts';
import type { Clients } from './clients.ts';
import type { LossRate } from './loss.ts';
import { Partial } from './partial.ts';
import { Port } from './places.ts';
import type { Host, Places } from './places.ts';
import { endpointOf, isAddress, networkOf } from './prefix.ts';

type Row = Readonly<Record<string, JsonValue>>;

/** Ports of one incident that are named: as many as 64 KiB of JSON hold. */
const MEMBERS = 1000;

const KINDS: readonly IncidentKind[] = [
  'black-hole',
  'partial-black-hole',
  'refusing',
  'rejecting',
  'reply-loss',
];

const VANTAGES: readonly Port['vantage'][] = ['client', 'server', 'both', 'middle', 'unknown'];

export function recordOf(value: JsonValue | undefined): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('no record');
  }
  return value as Row;
}

function numberOf(value: JsonValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError('no number');
  return value;
}

function numberOr(value: JsonValue | undefined, unknown: number): number {
  return value === null ? unknown : numberOf(value);
}

/** NaN and infinity, which JSON lacks, are left out. */
function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Thousandths are finer than what is learnt. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function rowOfRate({ syns, lost }: LossRate): Row {
  return { syns: round(syns), lost: round(lost) };
}

export function rateOf(value: JsonValue | undefined): { syns: number; lost: number } {
  const row = recordOf(value);
  const syns = numberOf(row['syns']);
  const lost = numberOf(row['lost']);
  if (lost < 0 || syns < lost) throw new TypeError('more lost than sent');
  return { syns, lost };
}

export function rowOfPort(port: Port): Row {
  const [time, deviation] = port.answerTime;
  return {
    key: port.key,
    answers: port.answers,
    first: known(port.firstOk),
    last: known(port.lastOk),
    rejected: known(port.lastRejected),
    loss: rowOfRate(port.loss),
    time: known(Math.round(time)),
    deviation: Math.round(deviation),
    vantage: port.vantage,
  };
}

/** Puts a port where it was; `null` where the row makes no sense. */
export function portOf(name: string, value: JsonValue, places: Places): Port | null {
  const row = recordOf(value);
  const place = endpointOf(name);
  const { key } = row;
  const vantage = VANTAGES.find((one) => one === row['vantage']);
  if (place === null || vantage === undefined) return null;
  if (typeof key !== 'number' && typeof key !== 'string') return null;
  const loss = rateOf(row['loss']);
  const answers = numberOf(row['answers']);
  const first = numberOr(row['first'], Number.NaN);
  const last = numberOr(row['last'], Number.NEGATIVE_INFINITY);
  const rejected = numberOr(row['rejected'], Number.NEGATIVE_INFINITY);
  const time = numberOr(row['time'], Number.NaN);
  const deviation = numberOf(row['deviation']);
  const port = places.make(key, place.ip, place.port);
  Object.assign(port.loss, loss);
  port.answers = answers;
  port.firstOk = first;
  port.lastOk = last;
  port.lastBack = last;
  port.lastRejected = rejected;
  port.answerTime = [time, deviation];
  port.vantage = vantage;
  return port;
}

export function rowOfCase(c: Case): Row {
  const { partial } = c.place instanceof Port ? c.place : { partial: null };
  const scope = scopeOf(c.place);
  return {
    kind: c.kind,
    state: c.state,
    ip: scope.ip,
    port: scope.port,
    prefix: scope.prefix,
    of_clients: !('cases' in c.place),
    started: c.started,
    since: c.since,
    detected: c.detected,
    resolved: c.resolved,
    recovering: known(c.recovering),
    flaps: c.flaps,
    members: [...c.members].slice(0, MEMBERS).map(({ name }) => name),
    failing: partial?.attempts ?? 0,
    worked: partial?.worked ?? 0,
    evidence: c.evidence as Row,
    log_likelihood: c.logLikelihood,
    confidence: c.confidence,
  };
}

/**
 * The incident of a row; `null` where the row makes no sense, or its place is not known.
 * @param source as incidents' ids have it
 */
export function caseOf(
  value: JsonValue,
  source: string,
  places: Places,
  clients: Clients,
): Case | null {
  const row = recordOf(value);
  const kind = KINDS.find((one) => one === row['kind']);
  const place = placeOf(row, places, clients);
  const { state, members, resolved } = row;
  if (kind === undefined || place === null || !Array.isArray(members)) return null;
  if (state !== 'firing' && state !== 'resolved') return null;
  const c = new Case(source, kind, place, numberOf(row['started']));
  c.state = state;
  c.since = numberOf(row['since']);
  c.detected = numberOf(row['detected']);
  c.resolved = state === 'resolved' ? numberOf(resolved) : null;
  c.recovering = numberOr(row['recovering'], Number.NaN);
  c.flaps = numberOf(row['flaps']);
  c.evidence = { ...recordOf(row['evidence']) };
  c.logLikelihood = numberOf(row['log_likelihood']);
  c.confidence = numberOf(row['confidence']);
  for (const name of members as readonly JsonValue[]) {
    const port = portNamed(name, places);
    if (port !== null) c.members.add(port);
  }
  if (kind === 'partial-black-hole' && state === 'firing') {
    if (!(place instanceof Port)) return null;
    place.partial = new Partial();
    place.partial.resume(numberOf(row['failing']), numberOf(row['worked']));
  }
  return c;
}

function placeOf(row: Row, places: Places, clients: Clients): Place | null {
  const { ip, port, prefix, of_clients: ofClients } = row;
  if (typeof prefix === 'string') {
    return ofClients === true ? clients.network(prefix) : (places.networks.get(prefix) ?? null);
  }
  if (typeof ip !== 'string' || !isAddress(ip)) return null;
  const host = hostAt(ip, places);
  if (port === null) return host ?? null;
  return host?.ports.get(numberOf(port)) ?? null;
}

function hostAt(ip: string, places: Places): Host | undefined {
  return places.networks.get(networkOf(ip))?.hosts.get(ip);
}

function portNamed(name: JsonValue, places: Places): Port | null {
  const place = typeof name === 'string' ? endpointOf(name) : null;
  if (place === null) return null;
  return hostAt(place.ip, places)?.ports.get(place.port) ?? null;
}
