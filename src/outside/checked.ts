/**
 * Holds what a plugin tells to the records' schemas. What passes is made anew of
 * the fields that are known, so that nothing else of a stranger's object gets in.
 */
import { isIP } from 'node:net';
import { clean } from '../face/clean.ts';
import { OUTCOMES } from '../model/attempt.ts';
import type { Address, Micros, Outcome } from '../model/attempt.ts';
import { CAUSES, VERDICTS } from '../model/endpoint.ts';
import type { Cause, Endpoint } from '../model/endpoint.ts';
import { INCIDENT_KINDS, SCOPE_KINDS } from '../model/incident.ts';
import type { Incident, Scope } from '../model/incident.ts';
import type { Notice, Trouble } from '../model/notice.ts';
import type { Topic } from '../plugin/api.ts';

/** What is wrong with a message: `evidence is over 16384 bytes`. */
class Malformed extends Error {}

const TEXT_MOST = 4096;
/** Reasons of causes, causes of a message. */
const LIST_MOST = 16;
const EVIDENCE_MOST = 16 * 1024;
const CODE = /^[a-z0-9][a-z0-9-]{0,63}$/u;
const INCIDENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u;
/** The last second of year 9999: what a record's time can say. */
const LATEST: Micros = 253_402_300_799_000_000;

type Plain = Readonly<Record<string, unknown>>;

function plain(value: unknown, name: string): Plain {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Plain;
  throw new Malformed(`${name} is no object`);
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new Malformed(`${name} is no text`);
  if (value.length > TEXT_MOST) throw new Malformed(`${name} is over ${TEXT_MOST} characters`);
  return clean(value, true);
}

function time(value: unknown, name: string): Micros {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= LATEST) {
    return value as number;
  }
  throw new Malformed(`${name} is no capture time in whole microseconds`);
}

function count(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Malformed(`${name} is no count`);
}

function oneOf<T extends string>(value: unknown, values: readonly T[], name: string): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw new Malformed(`${name} is none of ${values.join(', ')}`);
  return found;
}

function share(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new Malformed(`${name} is not between 0 and 1`);
}

function ip(value: unknown, name: string): string {
  if (typeof value === 'string' && isIP(value) !== 0) return value;
  throw new Malformed(`${name} is no address`);
}

function port(value: unknown, name: string): number {
  const number = count(value, name);
  if (number <= 65_535) return number;
  throw new Malformed(`${name} is no port`);
}

function address(value: unknown, name: string): Address {
  const given = plain(value, name);
  return { ip: ip(given['ip'], `${name}.ip`), port: port(given['port'], `${name}.port`) };
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed(`${name} is no list`);
  if (value.length > LIST_MOST) throw new Malformed(`${name} has over ${LIST_MOST} items`);
  return value;
}

function causes(value: unknown): readonly Cause[] {
  return list(value, 'causes').map((one) => {
    const given = plain(one, 'a cause');
    return {
      cause: oneOf(given['cause'], CAUSES, 'cause'),
      probability: share(given['probability'], 'probability'),
      because: list(given['because'], 'because').map((reason) => text(reason, 'because')),
    };
  });
}

function scope(value: unknown): Scope {
  const given = plain(value, 'scope');
  const kind = oneOf(given['kind'], SCOPE_KINDS, 'scope.kind');
  const { ip: host = null, port: number = null, prefix = null } = given;
  const made: Scope = {
    kind,
    ip: host === null ? null : ip(host, 'scope.ip'),
    port: number === null ? null : port(number, 'scope.port'),
    prefix: prefix === null ? null : network(prefix),
  };
  const whole = { port: made.ip !== null && made.port !== null, host: made.ip !== null };
  if (kind === 'network' ? made.prefix === null : !whole[kind]) {
    throw new Malformed(`scope has not what a ${kind} takes`);
  }
  return made;
}

function network(value: unknown): string {
  const [base, bits, more] = text(value, 'scope.prefix').split('/');
  const most = isIP(base) === 6 ? 128 : 32;
  if (
    isIP(base) !== 0 &&
    /^\d{1,3}$/u.test(bits ?? '') &&
    Number(bits) <= most &&
    more === undefined
  ) {
    return `${base}/${bits}`;
  }
  throw new Malformed('scope.prefix is no network such as 10.1.0.0/24');
}

/** Anything that JSON can hold, in bounds; by a copy, so that no key is magic. */
function evidence(value: unknown): Readonly<Record<string, unknown>> {
  const copy = JSON.stringify(plain(value, 'evidence'));
  if (copy.length > EVIDENCE_MOST) throw new Malformed(`evidence is over ${EVIDENCE_MOST} bytes`);
  const entries = Object.entries(JSON.parse(copy) as Plain).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries);
}

/** Checks the messages of one component. */
export class Checked {
  readonly #id: string;
  readonly #emits: readonly Topic[];

  constructor(id: string, emits: readonly Topic[]) {
    this.#id = id;
    this.#emits = emits;
  }

  /** @returns the message, or what is wrong with it */
  check(message: unknown): Endpoint | Incident | Notice | string {
    try {
      const given = plain(message, 'a message');
      const type = oneOf(given['type'], ['endpoint', 'incident', 'notice'], 'type');
      if (!this.#emits.includes(type)) {
        throw new Malformed(`'${type}' is not among what it declares to emit`);
      }
      if (type === 'notice') return this.#notice(given);
      return type === 'incident' ? this.#incident(given) : endpoint(given);
    } catch (error) {
      if (error instanceof Malformed) return error.message;
      throw error;
    }
  }

  #notice(given: Plain): Notice {
    const { code, trouble } = given;
    if (typeof code !== 'string' || !CODE.test(code)) {
      throw new Malformed("code is not of a to z, 0 to 9 and '-'");
    }
    return {
      type: 'notice',
      code,
      time: time(given['time'], 'time'),
      text: text(given['text'], 'text'),
      ...(trouble === undefined ? {} : { trouble: this.#trouble(trouble) }),
    };
  }

  /** Under its own name: it can't end another one's trouble. */
  #trouble(value: unknown): Trouble {
    const given = plain(value, 'trouble');
    return {
      id: `${this.#id}: ${text(given['id'], 'trouble.id')}`,
      state: oneOf(given['state'], ['begins', 'ends'], 'trouble.state'),
    };
  }

  #incident(given: Plain): Incident {
    const state = oneOf(given['state'], ['firing', 'resolved'], 'state');
    const started = time(given['started_at'], 'started_at');
    const detected = time(given['detected_at'], 'detected_at');
    const { resolved_at: end = null, superseded_by: by = null } = given;
    const resolved = end === null ? null : time(end, 'resolved_at');
    if (detected < started) throw new Malformed('detected_at is before started_at');
    if ((resolved !== null) !== (state === 'resolved')) {
      throw new Malformed('resolved_at is for resolved incidents, and for all of them');
    }
    return {
      type: 'incident',
      id: this.#incidentId(given['id'], 'id'),
      kind: oneOf(given['kind'], INCIDENT_KINDS, 'kind'),
      state,
      scope: scope(given['scope']),
      started_at: started,
      detected_at: detected,
      resolved_at: resolved,
      confidence: share(given['confidence'], 'confidence'),
      causes: causes(given['causes'] ?? []),
      evidence: evidence(given['evidence'] ?? {}),
      superseded_by: by === null ? null : this.#incidentId(by, 'superseded_by'),
    };
  }

  /** Under its own name: it can't resolve another one's incident. */
  #incidentId(value: unknown, name: string): string {
    if (typeof value !== 'string' || !INCIDENT_ID.test(value)) {
      throw new Malformed(`${name} is not of letters, digits and . _ : -`);
    }
    return value.startsWith(`${this.#id}:`) ? value : `${this.#id}:${value}`;
  }
}

function endpoint(given: Plain): Endpoint {
  const attempts = plain(given['attempts'], 'attempts');
  const counts = OUTCOMES.map((name) => [name, count(attempts[name] ?? 0, `attempts.${name}`)]);
  const { settle = null, source } = given;
  return {
    type: 'endpoint',
    server: address(given['server'], 'server'),
    ...(typeof source === 'string' ? { source: text(source, 'source') } : {}),
    verdict: oneOf(given['verdict'], VERDICTS, 'verdict'),
    attempts: Object.fromEntries(counts) as Record<Outcome, number>,
    clients: count(given['clients'], 'clients'),
    first: time(given['first'], 'first'),
    last: time(given['last'], 'last'),
    causes: causes(given['causes'] ?? []),
    story: given['story'] === undefined ? '' : text(given['story'], 'story'),
    settle: settle === null ? null : text(settle, 'settle'),
  };
}
