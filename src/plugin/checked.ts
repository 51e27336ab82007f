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
import type { Topic } from './api.ts';

const TEXT_MOST = 4096;
/** Reasons of causes, causes of a message. */
const LIST_MOST = 16;
const EVIDENCE_MOST = 16 * 1024;
const CODE = /^[a-z0-9][a-z0-9-]{0,63}$/u;
const INCIDENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u;
/** The last second of year 9999: what a record's time can say. */
const LATEST: Micros = 253_402_300_799_000_000;
const SHOWN_MOST = 60;

const TYPES = ['endpoint', 'incident', 'notice'] as const;

type Plain = Readonly<Record<string, unknown>>;

function shown(value: unknown): string {
  const whole = JSON.stringify(value) ?? String(value);
  const line = clean(whole.slice(0, 2 * SHOWN_MOST), true);
  return line.length > SHOWN_MOST ? `${line.slice(0, SHOWN_MOST - 1)}…` : line;
}

/** What is wrong with a message. */
export class Refusal extends Error {
  /** The same for values of a kind: `'time' is no whole number`, without the number. */
  readonly rule: string;

  constructor(rule: string, told = rule) {
    super(told);
    this.rule = rule;
  }
}

/** It throws, but reads like a value. */
function wrong(name: string, value: unknown, wanted: string): Refusal {
  return new Refusal(`${name} ${wanted}`, `'${name}' is ${shown(value)}, wanted is ${wanted}`);
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: unknown, name: string, wanted = 'an object'): Plain {
  if (isPlain(value)) return value;
  throw wrong(name, value, wanted);
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(name, value, 'text');
  if (value.length > TEXT_MOST) throw wrong(name, value, `at most ${TEXT_MOST} characters`);
  return clean(value, true);
}

function time(value: unknown, name: string): Micros {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= LATEST) {
    return value as number;
  }
  throw wrong(name, value, 'capture time: whole microseconds since 1970');
}

function count(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw wrong(name, value, 'a count');
}

function oneOf<T extends string>(value: unknown, values: readonly T[], name: string): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw wrong(name, value, `one of ${values.join(', ')}`);
  return found;
}

function share(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw wrong(name, value, '0 to 1');
}

function ip(value: unknown, name: string): string {
  if (typeof value === 'string' && isIP(value) !== 0) return value;
  throw wrong(name, value, 'an address');
}

function port(value: unknown, name: string): number {
  const number = count(value, name);
  if (number <= 65_535) return number;
  throw wrong(name, value, 'a port');
}

function address(value: unknown, name: string): Address {
  const given = plain(value, name, '{ ip, port }');
  return { ip: ip(given['ip'], `${name}.ip`), port: port(given['port'], `${name}.port`) };
}

function list(value: unknown, name: string, wanted: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, value, wanted);
  if (value.length > LIST_MOST) throw wrong(name, value, `at most ${LIST_MOST} items`);
  return value;
}

function causes(value: unknown): readonly Cause[] {
  const wanted = '{ cause, probability, because }';
  return list(value, 'causes', `a list of ${wanted}`).map((one) => {
    const given = plain(one, 'causes', wanted);
    return {
      cause: oneOf(given['cause'], CAUSES, 'cause'),
      probability: share(given['probability'], 'probability'),
      because: list(given['because'], 'because', 'a list of sentences').map((reason) =>
        text(reason, 'because'),
      ),
    };
  });
}

function scope(value: unknown): Scope {
  const given = plain(value, 'scope', '{ kind, ip, port, prefix }');
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
    const wanted = kind === 'network' ? 'a prefix' : kind === 'host' ? 'an ip' : 'an ip and a port';
    throw wrong('scope', value, `${wanted}, as it is a ${kind}`);
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
  throw wrong('scope.prefix', value, 'a network such as 10.1.0.0/24');
}

/** Anything that JSON can hold, in bounds; by a copy, so that no key is magic. */
function evidence(value: unknown): Readonly<Record<string, unknown>> {
  const copy = JSON.stringify(plain(value, 'evidence'));
  if (copy.length > EVIDENCE_MOST) throw wrong('evidence', value, `at most ${EVIDENCE_MOST} bytes`);
  const entries = Object.entries(JSON.parse(copy) as Plain).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries);
}

/** Checks the messages of one component. */
export class Checked {
  readonly #id: string | null;
  readonly #emits: readonly Topic[];

  /**
   * @param id whose ids of incidents and troubles begin with it; `null` leaves them as they are
   * @param emits what it declares to emit
   */
  constructor(id: string | null, emits: readonly Topic[]) {
    this.#id = id;
    this.#emits = emits;
  }

  /** @returns the message, or what is wrong with it */
  check(message: unknown): Endpoint | Incident | Notice | Refusal {
    let type: string = '';
    try {
      if (!isPlain(message)) {
        const why = `${shown(message)} is no message: { type: 'notice', ... }`;
        return new Refusal('it is no message', why);
      }
      type = oneOf(message['type'], TYPES, 'type');
      if (!this.#emits.includes(type as Topic)) {
        const declared = this.#emits.join(', ') || 'nothing';
        return new Refusal(`it emits a message of type ${type}, and 'emits' has only: ${declared}`);
      }
      if (type === 'notice') return this.#notice(message);
      return type === 'incident' ? this.#incident(message) : endpoint(message);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (type === '') return error;
      return new Refusal(
        `${type}: ${error.rule}`,
        `${error.message}, in a message of type ${type}`,
      );
    }
  }

  #notice(given: Plain): Notice {
    const { code, trouble } = given;
    if (typeof code !== 'string' || !CODE.test(code)) {
      throw wrong('code', code, "a word of a to z, 0 to 9 and '-', such as slow-port");
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
    const given = plain(value, 'trouble', '{ id, state }');
    const own = text(given['id'], 'trouble.id');
    return {
      id: this.#id === null ? own : `${this.#id}: ${own}`,
      state: oneOf(given['state'], ['begins', 'ends'], 'trouble.state'),
    };
  }

  #incident(given: Plain): Incident {
    const state = oneOf(given['state'], ['firing', 'resolved'], 'state');
    const started = time(given['started_at'], 'started_at');
    const detected = time(given['detected_at'], 'detected_at');
    const { resolved_at: end = null, superseded_by: by = null } = given;
    const resolved = end === null ? null : time(end, 'resolved_at');
    if (detected < started) throw wrong('detected_at', detected, 'started_at, or later');
    if ((resolved !== null) !== (state === 'resolved')) {
      throw wrong(
        'resolved_at',
        resolved,
        state === 'resolved' ? 'when it ended' : 'null until it is resolved',
      );
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
      throw wrong(name, value, 'letters, digits and . _ : -');
    }
    if (this.#id === null) return value;
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
