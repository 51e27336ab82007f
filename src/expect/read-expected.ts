/** `expect`: what a test wants to find. */
import ipaddr from 'ipaddr.js';
import { canonicalEndpoint } from '../config/names.ts';
import { parseDuration } from '../config/units.ts';
import { shown, type MapValue, type Value } from '../config/value.ts';
import { KIND_WORDS } from '../face/incident-words.ts';
import { OUTCOMES } from '../model/attempt.ts';
import { CAUSES, VERDICTS } from '../model/endpoint.ts';
import type { IncidentKind } from '../model/incident.ts';
import { readCount } from './count.ts';
import type { Fields } from './fields.ts';
import type { CountWish, EndpointWish, Expected, IncidentWish } from './suite.ts';

const KEYS = ['incidents', 'notices', 'endpoints', 'attempts', 'none'];
const INCIDENT_KEYS = ['kind', 'scope', 'state', 'cause', 'told_within'];
const ENDPOINT_KEYS = ['server', 'verdict', 'cause', 'attempts'];
const KINDS = Object.keys(KIND_WORDS) as IncidentKind[];

const HINT = `such as { incidents: [{ kind: black-hole, scope: '10.1.0.1:8000', state: resolved }] }`;

export function readExpected(value: Value, fields: Fields): Expected | null {
  const map = fields.map(value, "'expect'", KEYS);
  if (map === null) return null;
  if (map.entries.size === 0) {
    fields.log.error('empty-value', map.span, "'expect' expects nothing", HINT);
    return null;
  }
  const at = (key: string): Value | undefined => map.entries.get(key)?.value;
  const none = readNone(map, fields);
  const incidents = at('incidents');
  const notices = at('notices');
  const endpoints = at('endpoints');
  const attempts = at('attempts');
  return {
    incidents:
      incidents === undefined
        ? none
        : {
            place: fields.placeOf(incidents.span),
            list: fields.list(incidents).flatMap((item) => readIncident(item, fields) ?? []),
          },
    notices:
      notices === undefined
        ? none
        : {
            place: fields.placeOf(notices.span),
            list: fields.list(notices).flatMap((item) => fields.plainText(item, 'notices') ?? []),
          },
    endpoints:
      endpoints === undefined
        ? []
        : fields.list(endpoints).flatMap((item) => readEndpoint(item, fields) ?? []),
    attempts: attempts === undefined ? [] : readCounts(attempts, "'attempts'", fields),
  };
}

/** `none: true`: nobody is told anything. */
function readNone(map: MapValue, fields: Fields) {
  const none = map.entries.get('none');
  if (none === undefined) return null;
  const { value } = none;
  if (value.kind !== 'scalar' || value.value !== true) {
    const hint = 'none: true stands for no incidents and no notices';
    fields.log.error('wrong-type', value.span, `'none' can only be true`, hint);
  }
  for (const other of ['incidents', 'notices']) {
    const entry = map.entries.get(other);
    if (entry === undefined) continue;
    const message = `'none' leaves no room for '${other}'`;
    fields.log.error('unknown-value', entry.keySpan, message, `leave one of them out`);
  }
  return { place: fields.placeOf(none.keySpan), list: [] };
}

function readIncident(value: Value, fields: Fields): IncidentWish | null {
  const map = fields.map(value, 'an incident', INCIDENT_KEYS);
  if (map === null) return null;
  if (map.entries.size === 0) {
    fields.log.error('empty-value', map.span, 'an incident of any kind anywhere', HINT);
    return null;
  }
  const at = (key: string): Value | undefined => map.entries.get(key)?.value;
  const [kind, scope, state, cause, within] = INCIDENT_KEYS.map((key) => at(key));
  return {
    place: fields.placeOf(map.span),
    kind: (kind && fields.word(kind, 'kind', KINDS)) ?? undefined,
    scope: (scope && readScope(scope, fields)) ?? undefined,
    state: (state && fields.word(state, 'state', ['firing', 'resolved'])) ?? undefined,
    cause: (cause && fields.word(cause, 'cause', CAUSES)) ?? undefined,
    toldWithin: (within && readWithin(within, fields)) ?? undefined,
  };
}

function readWithin(value: Value, fields: Fields): number | null {
  if (value.kind === 'broken') return null;
  const duration = value.kind === 'scalar' ? parseDuration(String(value.value)) : null;
  if (duration === null) {
    const message = `'told_within' wants a duration, not ${shown(value)}`;
    fields.log.error('wrong-type', value.span, message, 'such as 5s');
  }
  return duration;
}

function readScope(value: Value, fields: Fields): string | null {
  const text = fields.plainText(value, 'scope', "such as '10.1.0.1:8000', 10.1.0.1 or 10.1.0.0/24");
  if (text === null) return null;
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text);
    return `${address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()}/${bits}`;
  }
  return fromEndpoint(text, value, fields);
}

function fromEndpoint(text: string, value: Value, fields: Fields): string | null {
  const endpoint = canonicalEndpoint(text);
  if (endpoint === null) {
    const hint = "such as '10.1.0.1:443' or '[2001:db8::1]:443'";
    fields.log.error('bad-endpoint', value.span, `'${text}' is no endpoint`, hint);
  }
  return endpoint;
}

function readEndpoint(value: Value, fields: Fields): EndpointWish | null {
  const map = fields.map(value, 'an endpoint', ENDPOINT_KEYS);
  if (map === null) return null;
  const hint = "which one, such as '10.1.0.1:443'";
  const server = fields.entry(map, 'server', 'an endpoint', hint);
  const text = server === null ? null : fields.plainText(server, 'server', hint);
  const endpoint = text === null || server === null ? null : fromEndpoint(text, server, fields);
  const at = (key: string): Value | undefined => map.entries.get(key)?.value;
  const [verdict, cause, attempts] = [at('verdict'), at('cause'), at('attempts')];
  const wish = {
    place: fields.placeOf(map.span),
    verdict: (verdict && fields.word(verdict, 'verdict', VERDICTS)) ?? undefined,
    cause: (cause && fields.word(cause, 'cause', CAUSES)) ?? undefined,
    attempts: attempts === undefined ? [] : readCounts(attempts, "'attempts'", fields),
  };
  return endpoint === null ? null : { ...wish, server: endpoint };
}

function readCounts(value: Value, what: string, fields: Fields): CountWish[] {
  const map = fields.map(value, what, OUTCOMES);
  if (map === null) return [];
  return [...map.entries.values()].flatMap(({ key, keySpan, value: written }) => {
    const outcome = OUTCOMES.find((one) => one === key);
    const count = readCount(written, key, fields);
    if (outcome === undefined || count === null) return [];
    return [{ place: fields.placeOf(keySpan), outcome, count }];
  });
}
