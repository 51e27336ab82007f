/** Checks what a plugin's process says that its file declares. */
import type { OptionFault, OptionSpec, OptionSpecs, Topic } from '../plugin/api.ts';
import { clean } from '../face/clean.ts';
import { OutsideError } from './files.ts';

/** The version of the API that this program has. */
const API_VERSION = 1;

const TOPICS: readonly string[] = ['segment', 'attempt', 'endpoint', 'incident', 'notice'];
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/u;
const OPTION_NAME = /^[a-z][a-z0-9_]{0,63}$/u;
/** Keys of a component that are the engine's own. */
export const RESERVED = ['use', 'from', 'keep', 'permissions', 'memory'];
const DOC_MOST = 500;

const KINDS = ['source', 'analyser', 'sink'] as const;

/** What was declared, sound by itself. */
export interface Declared {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
  readonly doc: string;
  readonly options: OptionSpecs;
  readonly reads: readonly Topic[];
  readonly emits: readonly Topic[];
  readonly remembers: number | null;
  readonly live: boolean;
  readonly checks: boolean;
  /** Absolute. */
  readonly files: readonly string[];
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function line(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new OutsideError(`${what} is to be a line of text`);
  return clean(value, true).slice(0, DOC_MOST);
}

function topics(value: unknown, what: string): readonly Topic[] {
  if (Array.isArray(value) && value.every((one) => TOPICS.includes(String(one)))) {
    return value as Topic[];
  }
  throw new OutsideError(`'${what}' is to be a list of topics: ${TOPICS.join(', ')}`);
}

const DEFAULTS: Readonly<Record<OptionSpec['type'], readonly string[]>> = {
  int: ['number'],
  number: ['number'],
  string: ['string'],
  path: ['string'],
  url: ['string'],
  bool: ['boolean'],
  duration: ['string'],
  size: ['string'],
  enum: ['string'],
  list: ['object'],
};

function strings(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string');
}

function optionSpec(name: string, given: unknown): OptionSpec {
  const option = `option '${name}'`;
  if (!OPTION_NAME.test(name)) {
    throw new OutsideError(`${option}: a name has a to z, 0 to 9 and _, and begins with a letter`);
  }
  if (RESERVED.includes(name)) throw new OutsideError(`${option}: that name is taken by unackd`);
  if (!isPlain(given)) throw new OutsideError(`${option} is no declaration: { type, doc, ... }`);
  const { type, default: usual, values, of } = given;
  if (typeof type !== 'string' || !Object.hasOwn(DEFAULTS, type)) {
    throw new OutsideError(`${option}: its 'type' is one of ${Object.keys(DEFAULTS).join(', ')}`);
  }
  if (type === 'enum' && !strings(values)) {
    throw new OutsideError(`${option}: an enum has 'values', a list of words`);
  }
  if (type === 'list' && !['string', 'path', 'int'].includes(String(of))) {
    throw new OutsideError(`${option}: a list is 'of' string, path or int`);
  }
  const fits = DEFAULTS[type as OptionSpec['type']].includes(typeof usual);
  if (usual !== undefined && (!fits || (type === 'list' && !Array.isArray(usual)))) {
    throw new OutsideError(`${option}: its 'default' does not fit its type`);
  }
  return { ...given, doc: line(given['doc'], `${option}: its 'doc'`) } as unknown as OptionSpec;
}

/**
 * @param inside files count where this says so of their absolute path
 * @throws OutsideError
 */
export function checkDescription(given: unknown, inside: (path: string) => boolean): Declared {
  if (!isPlain(given)) throw new OutsideError('what it declares makes no sense');
  const described: Plain = given;
  if (described['api'] !== API_VERSION) {
    const version = typeof described['api'] === 'number' ? `API ${described['api']}` : 'no API';
    throw new OutsideError(
      `it is made for ${version}, and this unackd has API ${API_VERSION}`,
      typeof described['api'] === 'number' && described['api'] > API_VERSION
        ? 'a newer unackd may have it'
        : `state the version it is made for: api: ${API_VERSION}`,
    );
  }
  const kind = KINDS.find((one) => one === described['kind']);
  if (kind === undefined) {
    throw new OutsideError('it is no plugin: use defineSource, defineAnalyser or defineSink');
  }
  const { name, options = {}, remembers = null } = described;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new OutsideError("its 'name' has a to z, 0 to 9 and -, and at most 64 characters");
  }
  if (!isPlain(options)) throw new OutsideError("its 'options' are no map of declarations");
  if (remembers !== null && !Number.isSafeInteger(remembers)) {
    throw new OutsideError("'remembers' is the version of what it saves: a whole number");
  }
  const specs = Object.entries(options).map(([key, spec]) => [key, optionSpec(key, spec)] as const);
  const files = Array.isArray(described['files']) ? described['files'].map(String) : [];
  return {
    kind,
    name,
    doc: line(described['doc'], "its 'doc'"),
    options: Object.fromEntries(specs),
    reads: topics(described['reads'], 'reads'),
    emits: topics(described['emits'], 'emits'),
    remembers: remembers as number | null,
    live: described['live'] === true,
    checks: described['checks'] === true,
    files: files.filter((path) => inside(path)),
  };
}

/** What a plugin says of its options, as far as it makes sense. */
export function checkFaults(given: unknown, options: OptionSpecs): readonly OptionFault[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((fault: unknown): OptionFault[] => {
    if (!isPlain(fault) || typeof fault['option'] !== 'string') return [];
    const { option, item, severity, message, hint } = fault;
    if (!Object.hasOwn(options, option)) return [];
    return [
      {
        option,
        ...(Number.isSafeInteger(item) ? { item: item as number } : {}),
        severity: severity === 'warning' ? 'warning' : 'error',
        message: line(message, 'a fault'),
        ...(typeof hint === 'string' ? { hint: line(hint, 'a hint') } : {}),
      },
    ];
  });
}
