/** The records as the contract has them: keys in order, types, forms. */
import { Ajv } from 'ajv';
import { OUTCOMES, SCHEDULE_FAMILIES, VANTAGES } from '../../src/model/attempt.ts';
import { CAUSES, VERDICTS } from '../../src/model/endpoint.ts';
import type { JsonRecord } from '../support/read-records.ts';

const TIME = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$' };

/** Dotted quad without leading zeros, or RFC 5952: lower case, no `::` for a single group, the longest run first. */
const IPV4 = '(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}';
const IPV6 = '(?=.*:)(?!.*::.*::)(?!.*(?:^|:)0[0-9a-f])[0-9a-f:]+(?:\\d+\\.\\d+\\.\\d+\\.\\d+)?';
const IP = { type: 'string', pattern: `^(?:${IPV4}|${IPV6})$` };
const COUNT = { type: 'integer', minimum: 0 };
const PORT = { type: 'integer', minimum: 0, maximum: 65_535 };
const TEXT = { type: 'string', minLength: 1 };

type Schema = Readonly<Record<string, unknown>>;

/** An object of exactly these keys; those in `optional` may be left out. */
function object(properties: Schema, optional: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
    additionalProperties: false,
  };
}

const ADDRESS = object({ ip: IP, port: PORT });

const CAUSE = object({
  cause: { enum: CAUSES },
  probability: { type: 'number', minimum: 0, maximum: 1 },
  because: { type: 'array', items: TEXT },
});

export const RECORDS: Readonly<Record<string, Schema>> = {
  attempt: object(
    {
      type: { const: 'attempt' },
      time: TIME,
      client: ADDRESS,
      server: ADDRESS,
      isn: { type: 'integer', minimum: 0, maximum: 0xffff_ffff },
      outcome: { enum: OUTCOMES },
      final: { type: 'boolean' },
      syns: { type: 'integer', minimum: 1 },
      syn_offsets: {
        type: 'array',
        items: { type: 'number', minimum: 0 },
        minItems: 1,
        maxItems: 64,
      },
      schedule: object({
        family: { enum: [...SCHEDULE_FAMILIES, null] },
        gave_up: { type: 'boolean' },
      }),
      icmp: {
        anyOf: [
          { type: 'null' },
          object({
            type: { type: 'integer', minimum: 1, maximum: 255 },
            code: { type: 'integer', minimum: 0, maximum: 255 },
            name: { type: 'string', pattern: '^[a-z0-9-]+$' },
            from: IP,
          }),
        ],
      },
      answered_after: { anyOf: [{ type: 'null' }, { type: 'number', minimum: 0 }] },
      vantage: { enum: VANTAGES },
      source: TEXT,
      community_id: { type: 'string', pattern: '^1:[A-Za-z0-9+/]{27}=$' },
      one_way: { const: true },
      inferred: { const: true },
    },
    ['one_way', 'inferred'],
  ),
  endpoint: object({
    type: { const: 'endpoint' },
    server: ADDRESS,
    verdict: { enum: VERDICTS },
    attempts: object({
      established: COUNT,
      refused: COUNT,
      rejected: COUNT,
      unanswered: COUNT,
      'half-open': COUNT,
      unresolved: COUNT,
    }),
    clients: { type: 'integer', minimum: 1 },
    first: TIME,
    last: TIME,
    causes: { type: 'array', items: CAUSE },
  }),
  incident: object({
    type: { const: 'incident' },
    id: TEXT,
    kind: { enum: ['black-hole', 'partial-black-hole', 'refusing', 'rejecting', 'reply-loss'] },
    state: { enum: ['firing', 'resolved'] },
    scope: object({
      kind: { enum: ['port', 'host', 'network'] },
      ip: { anyOf: [{ type: 'null' }, IP] },
      port: { anyOf: [{ type: 'null' }, PORT] },
      prefix: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '/(?:24|64)$' }] },
    }),
    started_at: TIME,
    detected_at: TIME,
    resolved_at: { anyOf: [{ type: 'null' }, TIME] },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    causes: { type: 'array', items: CAUSE },
    evidence: { type: 'object' },
    superseded_by: { anyOf: [{ type: 'null' }, TEXT] },
  }),
  notice: object({
    type: { const: 'notice' },
    code: { type: 'string', pattern: '^[a-z0-9-]+$' },
    time: TIME,
    text: { type: 'string', minLength: 1, pattern: '^[^\\n]*$' },
  }),
};

const ajv = new Ajv({ allErrors: true, strict: false });
const validators = new Map(
  Object.entries(RECORDS).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** Keys that the value has in another order than the schema. */
function disorder(value: unknown, schema: Schema, at: string): string[] {
  const { properties } = schema as { properties?: Readonly<Record<string, Schema>> };
  if (properties === undefined || typeof value !== 'object' || value === null) return [];
  const keys = Object.keys(value);
  const wanted = Object.keys(properties).filter((key) => keys.includes(key));
  const wrong = keys.join() === wanted.join() ? [] : [`${at}: keys ${keys.join()}`];
  return wrong.concat(
    keys.flatMap((key) =>
      disorder((value as JsonRecord)[key], properties[key] ?? {}, `${at}.${key}`),
    ),
  );
}

/** What a schema can't say. */
function contradictions(record: JsonRecord): string[] {
  const wrong: string[] = [];
  const say = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  if (record['type'] === 'attempt') {
    const offsets = record['syn_offsets'] as readonly number[];
    const syns = record['syns'] as number;
    say(offsets[0] === 0, 'the first SYN is at 0');
    say(
      offsets.every((at, i) => i === 0 || at >= offsets[i - 1]),
      'offsets ascend',
    );
    say(offsets.length === Math.min(64, syns), 'an offset for each SYN');
    say(
      offsets.every((at) => Math.abs(at * 1e6 - Math.round(at * 1e6)) < 1e-3),
      'microseconds',
    );
    if (syns === 1) {
      const { family } = record['schedule'] as { family: string | null };
      say(family === null || family === 'single', 'no family without a retry');
    }
    const outcome = record['outcome'];
    say(outcome !== 'rejected' || record['icmp'] !== null, 'rejected says by which ICMP');
    if (outcome === 'half-open') say(record['answered_after'] !== null, 'half-open was answered');
    if (outcome === 'unanswered')
      say(record['answered_after'] === null, 'unanswered has no answer');
  }
  if (record['type'] === 'endpoint') {
    const causes = record['causes'] as readonly { probability: number }[];
    const sum = causes.reduce((total, { probability }) => total + probability, 0);
    say(causes.length === 0 || Math.abs(sum - 1) < 1e-9, `probabilities add up to ${sum}`);
    const likely = causes.map(({ probability }) => probability);
    say(likely.join() === likely.toSorted((a, b) => b - a).join(), 'the likeliest cause first');
    say(String(record['first']) <= String(record['last']), 'first is before last');
  }
  if (record['type'] === 'incident') {
    say(String(record['started_at']) <= String(record['detected_at']), 'starts before it is told');
    say(
      (record['state'] === 'resolved') === (record['resolved_at'] !== null),
      'resolved has a time',
    );
  }
  return wrong;
}

/** What is wrong with a record; empty where nothing is. */
export function recordFaults(record: JsonRecord): string[] {
  const type = String(record['type']);
  const validate = validators.get(type);
  if (validate === undefined) return [`no record is of type ${type}`];
  if (validate(record))
    return [...disorder(record, RECORDS[type], type), ...contradictions(record)];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${type}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
