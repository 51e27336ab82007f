/** Whether a message that a plugin emits is one: outsiders may hand anything to `emit`. */
import { CAUSES, VERDICTS } from '../../model/endpoint.ts';
import { INCIDENT_KINDS, SCOPE_KINDS } from '../../model/incident.ts';
import { OUTCOMES } from '../../model/attempt.ts';

type Loose = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText: Test = (value) => typeof value === 'string' && value !== '';
const isTime: Test = (value) => Number.isSafeInteger(value);
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isShare: Test = (value) => typeof value === 'number' && value >= 0 && value <= 1;

function among(words: readonly string[]): Test {
  return (value) => words.includes(value as string);
}

function orNull(test: Test): Test {
  return (value) => value === null || test(value);
}

const isAddress: Test = (value) => isObject(value) && isText(value['ip']) && isCount(value['port']);

const isCauses: Test = (value) =>
  Array.isArray(value) &&
  value.every(
    (cause) =>
      isObject(cause) &&
      among(CAUSES)(cause['cause']) &&
      isShare(cause['probability']) &&
      Array.isArray(cause['because']) &&
      cause['because'].every((one) => typeof one === 'string'),
  );

const isScope: Test = (value) =>
  isObject(value) &&
  among(SCOPE_KINDS)(value['kind']) &&
  orNull(isText)(value['ip']) &&
  orNull(isCount)(value['port']) &&
  orNull(isText)(value['prefix']);

const isOutcomes: Test = (value) =>
  isObject(value) && OUTCOMES.every((outcome) => isCount(value[outcome]));

type Field = readonly [name: string, test: Test, wanted: string];

const TIME = 'whole microseconds since 1970';
const CAUSES_WANTED = 'a list of { cause, probability, because }';

const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  notice: [
    ['code', isText, 'a word such as slow-port'],
    ['time', isTime, TIME],
    ['text', isText, 'one sentence'],
  ],
  incident: [
    ['id', isText, 'text'],
    ['kind', among(INCIDENT_KINDS), INCIDENT_KINDS.join(', ')],
    ['state', among(['firing', 'resolved']), 'firing or resolved'],
    ['scope', isScope, '{ kind, ip, port, prefix }'],
    ['started_at', isTime, TIME],
    ['detected_at', isTime, TIME],
    ['resolved_at', orNull(isTime), `${TIME}, or null`],
    ['confidence', isShare, '0 to 1'],
    ['causes', isCauses, CAUSES_WANTED],
    ['evidence', isObject, 'an object'],
    ['superseded_by', orNull(isText), 'an id, or null'],
  ],
  endpoint: [
    ['server', isAddress, '{ ip, port }'],
    ['verdict', among(VERDICTS), VERDICTS.join(', ')],
    ['attempts', isOutcomes, 'a count for each outcome'],
    ['clients', isCount, 'a count'],
    ['first', isTime, TIME],
    ['last', isTime, TIME],
    ['causes', isCauses, CAUSES_WANTED],
    ['story', (value) => typeof value === 'string', 'a sentence'],
    ['settle', orNull(isText), 'a sentence, or null'],
  ],
};

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** What is wrong with a message, in one sentence; `null` where nothing is. */
export function messageFault(message: unknown): string | null {
  if (!isObject(message)) return `${shown(message)} is no message: { type: 'notice', ... }`;
  const { type } = message;
  const fields = typeof type === 'string' && Object.hasOwn(FIELDS, type) ? FIELDS[type] : null;
  if (fields === null) {
    return `'type' is ${shown(type)}: a plugin emits ${Object.keys(FIELDS).join(', ')}`;
  }
  for (const [name, test, wanted] of fields) {
    if (!test(message[name])) {
      return `'${name}' of a message of type ${String(type)} is ${shown(message[name])}, wanted is ${wanted}`;
    }
  }
  return null;
}
