/** Options, decoded and checked against their declarations. */
import { resolve } from 'node:path';
import type { OptionSpec, OptionSpecs } from '../plugin/options.ts';
import { tellChanged } from './changed.ts';
import type { ChangedKey } from './changed.ts';
import type { FaultLog, Span } from './fault-log.ts';
import type { Look } from './look.ts';
import { secretsIn } from './secrets.ts';
import { didYouMean, nearest } from './spelling.ts';
import { parseDuration, parseSize } from './units.ts';
import { shown } from './value.ts';
import type { Entry, MapValue, ScalarValue, Value } from './value.ts';

/** What decoding needs besides the option itself. */
export interface Surroundings {
  /** Absolute; relative paths start here. */
  readonly folder: string;
  readonly log: FaultLog;
  /** Absolute folders to look for plugins in. */
  readonly pluginDirs?: readonly string[];
  /** Set where files that options name are to be looked for. */
  readonly look?: Look | undefined;
  /** Keys of earlier versions. */
  readonly changed?: readonly ChangedKey[];
}

/** Whose options they are, as faults name it. */
export interface Owner {
  /** `retry-schedule`, or `flow`. */
  readonly name: string;
  /** Where to say that an option is missing. */
  readonly span: Span;
  /** Keys besides the options, which are somebody else's to check. */
  readonly reserved: readonly string[];
  /** Code and noun for a key that is not known: `unknown-option`, `an option`. */
  readonly unknown: { readonly code: string; readonly noun: string };
}

interface Refusal {
  readonly code: 'wrong-type' | 'out-of-range' | 'unknown-value' | 'empty-value' | 'bad-url';
  /** Follows the option's name: `wants a number, not 'x'`. */
  readonly message: string;
  readonly hint: string | null;
}

type Decoded = { readonly value: unknown } | Refusal;

function refuse(code: Refusal['code'], message: string, hint: string | null = null): Refusal {
  return { code, message, hint };
}

function wrongType(wanted: string, value: Value, hint: string | null = null): Refusal {
  return refuse('wrong-type', `wants ${wanted}, not ${shown(value)}`, hint);
}

/** YAML 1.2's core schema, for text that a variable gave. */
const CORE_NUMBER = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

function asNumber(scalar: ScalarValue): number | null {
  if (typeof scalar.value === 'number') return scalar.value;
  if (scalar.fromVariable && CORE_NUMBER.test(String(scalar.value))) return Number(scalar.value);
  return null;
}

function within(
  value: number,
  scalar: ScalarValue,
  low: { readonly bound: number; readonly text: string } | null,
  high: { readonly bound: number; readonly text: string } | null,
): Decoded {
  const is = `is ${shown(scalar)}`;
  if (low !== null && value < low.bound) {
    return refuse('out-of-range', `${is}, and at least ${low.text} is wanted`);
  }
  if (high !== null && value > high.bound) {
    return refuse('out-of-range', `${is}, and at most ${high.text} is wanted`);
  }
  return { value };
}

function bound(value: number | undefined): { bound: number; text: string } | null {
  return value === undefined ? null : { bound: value, text: String(value) };
}

function decodeNumber(
  scalar: ScalarValue,
  spec: { readonly type: 'int' | 'number'; readonly min?: number; readonly max?: number },
): Decoded {
  const wanted = spec.type === 'int' ? 'a whole number' : 'a number';
  const number = asNumber(scalar);
  if (number === null) {
    const quoted = typeof scalar.value === 'string' && CORE_NUMBER.test(scalar.value);
    return wrongType(wanted, scalar, quoted ? 'leave the quotes out' : null);
  }
  if (!Number.isFinite(number)) return wrongType(wanted, scalar);
  if (spec.type === 'int' && !Number.isInteger(number)) return wrongType(wanted, scalar);
  if (spec.type === 'int' && !Number.isSafeInteger(number)) {
    return refuse('out-of-range', `is ${shown(scalar)}, too large to be exact`);
  }
  return within(number, scalar, bound(spec.min), bound(spec.max));
}

function decodeText(scalar: ScalarValue): Decoded {
  if (typeof scalar.value === 'string') return { value: scalar.value };
  const hint = scalar.value === null ? null : `put it in quotes: "${scalar.written}"`;
  return wrongType('text', scalar, hint);
}

function decodePath(scalar: ScalarValue, folder: string): Decoded {
  const text = decodeText(scalar);
  if (!('value' in text)) return text;
  const path = String(text.value);
  if (path.trim() === '') return refuse('empty-value', 'wants a path, and is empty');
  if (path.includes('\0')) return wrongType('a path', scalar, 'a path holds no NUL');
  return { value: path === '-' ? path : resolve(folder, path) };
}

/** WHATWG's parser takes nearly anything for a URL: `http:///x`, spaces, a host after one slash. */
const URL_START = /^https?:\/\/[^/?#\s]+/iu;

function decodeUrl(scalar: ScalarValue): Decoded {
  const text = decodeText(scalar);
  if (!('value' in text)) return text;
  const url = String(text.value);
  const hint = 'such as https://example.org/hook';
  if (!/^https?:/iu.test(url)) {
    return refuse('bad-url', 'wants a URL that begins with https:// or http://', hint);
  }
  if (!URL_START.test(url)) return refuse('bad-url', 'names no host', hint);
  if (/\s/u.test(url)) return refuse('bad-url', 'has white space in it', hint);
  const parsed = URL.parse(url);
  return parsed === null ? refuse('bad-url', 'has a host or port that can not be', hint) : text;
}

function decodeBool(scalar: ScalarValue): Decoded {
  if (typeof scalar.value === 'boolean') return { value: scalar.value };
  if (scalar.fromVariable && /^(true|false)$/i.test(String(scalar.value))) {
    return { value: String(scalar.value).toLowerCase() === 'true' };
  }
  return wrongType('true or false', scalar);
}

function decodeMeasure(
  scalar: ScalarValue,
  spec: { readonly min?: string; readonly max?: string },
  wanted: string,
  parse: (text: string) => number | null,
): Decoded {
  const value = typeof scalar.value === 'string' ? parse(scalar.value) : null;
  if (value === null) return wrongType(wanted, scalar);
  if (!Number.isSafeInteger(value)) {
    return refuse('out-of-range', `is ${shown(scalar)}, too large to be exact`);
  }
  const edge = (text: string | undefined) =>
    text === undefined ? null : { bound: parse(text) ?? 0, text };
  return within(value, scalar, edge(spec.min), edge(spec.max));
}

function decodeSize(
  scalar: ScalarValue,
  spec: { readonly min?: string; readonly max?: string },
): Decoded {
  const plain =
    typeof scalar.value === 'number' ? { ...scalar, value: String(scalar.value) } : scalar;
  return decodeMeasure(plain, spec, "a size such as '512' or '10MiB'", parseSize);
}

function decodeEnum(scalar: ScalarValue, values: readonly string[]): Decoded {
  const text = typeof scalar.value === 'string' ? scalar.value : scalar.written;
  if (values.includes(text)) return { value: text };
  const best = scalar.fromVariable ? null : nearest(text, values);
  const hint = best === null ? `one of: ${values.join(', ')}` : `did you mean '${best}'?`;
  return refuse('unknown-value', `can't be ${shown(scalar)}`, hint);
}

/** One value of a list, as an option of its own. */
function itemOf({ of, doc, reads }: Extract<OptionSpec, { type: 'list' }>): OptionSpec {
  if (of !== 'path') return { type: of, doc };
  return reads === true ? { type: of, doc, reads } : { type: of, doc };
}

function decodeScalar(scalar: ScalarValue, spec: OptionSpec, folder: string): Decoded {
  switch (spec.type) {
    case 'int':
    case 'number':
      return decodeNumber(scalar, spec);
    case 'string':
      return decodeText(scalar);
    case 'path':
      return decodePath(scalar, folder);
    case 'url':
      return decodeUrl(scalar);
    case 'bool':
      return decodeBool(scalar);
    case 'duration':
      return decodeMeasure(scalar, spec, "a duration such as '250ms' or '3.5s'", parseDuration);
    case 'size':
      return decodeSize(scalar, spec);
    case 'enum':
      return decodeEnum(scalar, spec.values);
    case 'list':
      return decodeScalar(scalar, itemOf(spec), folder);
  }
}

const WANTED: Readonly<Record<OptionSpec['type'], string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  path: 'a path',
  url: 'a URL',
  bool: 'true or false',
  duration: "a duration such as '250ms' or '3.5s'",
  size: "a size such as '512' or '10MiB'",
  enum: 'one word',
  list: 'a list',
};

/** No error: the file may be there by the time that it is read. */
function warnOfMissing(
  name: string,
  written: ScalarValue,
  path: string,
  { log, look }: Surroundings,
): void {
  const what = look?.(path) ?? null;
  if (what === null) return;
  const hint = "a run ends with 66 without it; relative paths start at the configuration's folder";
  log.warning('missing-file', written.span, `'${name}' is ${shown(written)}: ${what}`, hint);
}

/** Keeps an option's secrets out of all faults, and warns of those that the file holds. */
function guard(name: string, spec: OptionSpec, value: Value, { log }: Surroundings): void {
  if (!('secret' in spec && spec.secret) || value.kind !== 'scalar') return;
  const { span, fromVariable } = value;
  const kind = spec.type === 'string' ? 'whole' : spec.type;
  const stretches = secretsIn(kind, log.textOf(span), fromVariable).map(({ start, end }) => ({
    start: span.start + start,
    end: span.start + end,
  }));
  for (const stretch of stretches) log.hide(stretch);
  const [first] = stretches;
  if (first === undefined) return;
  const hint =
    "better from the environment ('${NAME}'), a file ('${file:PATH}') or systemd ('${credential:NAME}')";
  log.warning(
    'literal-secret',
    first,
    `'${name}' holds a secret that whoever reads this file can read`,
    hint,
  );
}

/** One option's value; `undefined` where it is wrong, and told. */
export function decodeOption(
  name: string,
  spec: OptionSpec,
  value: Value,
  around: Surroundings,
): unknown {
  const { folder, log } = around;
  const tell = (span: Span, { code, message, hint }: Refusal): undefined => {
    log.error(code, span, `'${name}' ${message}`, hint);
  };
  if (value.kind === 'broken') return undefined;
  if (spec.type === 'list' && value.kind === 'list') {
    const required = spec.default === undefined && spec.optional !== true;
    if (required && value.items.length === 0) {
      return tell(value.span, refuse('empty-value', 'wants at least one, and is empty'));
    }
    return value.items.map((item) => decodeOption(name, itemOf(spec), item, around));
  }
  if (value.kind !== 'scalar') return tell(value.span, wrongType(WANTED[spec.type], value));
  if (spec.type === 'string' && spec.secret === true && typeof value.value === 'number') {
    return tell(value.span, refuse('wrong-type', 'wants text', 'put it in quotes'));
  }
  const decoded = decodeScalar(value, spec, folder);
  if (!('value' in decoded)) return tell(value.span, decoded);
  if ('reads' in spec && spec.reads) warnOfMissing(name, value, String(decoded.value), around);
  return spec.type === 'list' ? [decoded.value] : decoded.value;
}

function literal(value: string | number | boolean, span: Span): ScalarValue {
  return { kind: 'scalar', value, span, written: String(value), fromVariable: false };
}

/** A default goes the way of a written value: `30s` to microseconds, paths made absolute. */
export function decodeDefault(
  name: string,
  spec: OptionSpec,
  span: Span,
  around: Surroundings,
): unknown {
  const { default: value } = spec;
  if (value === undefined) return undefined;
  if (typeof value !== 'object') return decodeOption(name, spec, literal(value, span), around);
  const ints = spec.type === 'list' && spec.of === 'int';
  const items = value.map((item) => literal(ints ? Number(item) : item, span));
  return decodeOption(name, spec, { kind: 'list', items, span }, around);
}

/** Tells a key that is none of the options. @returns the option that was meant, `null` for none */
function meantBy(
  entry: Entry,
  specs: OptionSpecs,
  written: MapValue,
  { name, reserved, unknown }: Owner,
  { log, changed = [] }: Surroundings,
): string | null {
  const { key, keySpan } = entry;
  const has = (other: string): boolean => written.entries.has(other);
  const now = tellChanged(entry, name, changed, has, log);
  if (now !== undefined) return now;
  const hint = didYouMean(key, [...Object.keys(specs), ...reserved], 'it has');
  log.error(unknown.code, keySpan, `'${key}' is not ${unknown.noun} of ${name}`, hint);
  const meant = nearest(key, Object.keys(specs));
  return meant === null || has(meant) ? null : meant;
}

/**
 * All options that `specs` declare, decoded, with defaults filled in. Faults
 * go to the log; what is wrong stays out of the result. A misspelt option is
 * told, then read as the one that was meant, so that its value is checked too.
 */
export function decodeOptions(
  specs: OptionSpecs,
  written: MapValue,
  owner: Owner,
  around: Surroundings,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const entry of written.entries.values()) {
    const { key, value } = entry;
    if (owner.reserved.includes(key)) continue;
    const known = Object.hasOwn(specs, key);
    const meant = known ? key : meantBy(entry, specs, written, owner, around);
    if (meant === null) continue;
    for (const one of value.kind === 'list' ? value.items : [value]) {
      guard(meant, specs[meant], one, around);
    }
    options[meant] = decodeOption(meant, specs[meant], value, around);
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (Object.hasOwn(options, name)) continue;
    if (spec.default !== undefined) {
      options[name] = decodeDefault(name, spec, owner.span, around);
    } else if (spec.optional !== true && !written.partial) {
      const message = `'${name}' is missing: ${owner.name} can't do without it`;
      around.log.error('missing-option', owner.span, message, spec.doc);
    }
  }
  return options;
}
