/** `silences`: what people are not told of, and when. */
import { INCIDENT_KINDS, SCOPE_KINDS } from '../model/incident.ts';
import type { Micros } from '../model/attempt.ts';
import type { OptionValues } from '../plugin/options.ts';
import { fixedWindow } from '../telling/silence.ts';
import type { Matchers, Silence, Window } from '../telling/silence.ts';
import { CronWindow, cronFault, isTimezone } from './cron.ts';
import type { Span } from './fault-log.ts';
import { ID_PATTERN, SILENCE_SETTINGS } from './keys.ts';
import { decodeOptions } from './options.ts';
import type { Surroundings } from './options.ts';
import { parseNetwork, parsePorts } from './ranges.ts';
import { shown } from './value.ts';
import type { Entry, MapValue, Value } from './value.ts';
import { wordsOf } from './words.ts';

type Settings = Partial<OptionValues<typeof SILENCE_SETTINGS>>;

const EXAMPLE = "{ networks: [10.1.0.0/24], cron: '0 3 * * 0', for: 2h }";
const ID = new RegExp(ID_PATTERN);

/** RFC 3339; without a zone nobody knows when that is. */
const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Microseconds; `null` where it is no time with a zone. */
export function parseMoment(text: string): Micros | null {
  const milliseconds = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds * 1000;
}

/** @param sources ids that there are */
export function readSilences(
  value: Value | undefined,
  sources: readonly string[],
  around: Surroundings,
): Silence[] {
  if (value === undefined || value.kind === 'broken') return [];
  if (value.kind !== 'map') {
    const message = `'silences' wants a map of ids, not ${shown(value)}`;
    around.log.error('wrong-type', value.span, message, `such as sundays: ${EXAMPLE}`);
    return [];
  }
  return Array.from(value.entries.values(), (entry) => readSilence(entry, sources, around)).flat();
}

function readSilence(
  { key: id, keySpan, value }: Entry,
  sources: readonly string[],
  around: Surroundings,
): Silence[] {
  const { log } = around;
  if (!ID.test(id)) {
    const hint = 'letters, digits and _ . @ : -, at most 64, beginning with a letter, digit or _';
    log.error('bad-id', keySpan, `'${id}' can't be an id`, hint);
  }
  if (value.kind === 'broken') return [];
  if (value.kind !== 'map') {
    const message = `'${id}' wants a map, not ${shown(value)}`;
    log.error('wrong-type', value.span, message, `such as ${id}: ${EXAMPLE}`);
    return [];
  }
  const unknown = { code: 'unknown-key', noun: 'a key' };
  const owner = { name: 'a silence', span: keySpan, reserved: [], unknown };
  const written = numbersAsText('ports', value);
  const settings: Settings = decodeOptions(SILENCE_SETTINGS, written, owner, around);
  const at = (name: keyof Settings): Span => value.entries.get(name)?.value.span ?? keySpan;
  const matchers = matchersOf(settings, sources, at, around);
  const has = (name: keyof Settings): boolean => value.entries.has(name);
  const window = windowOf(id, settings, { at, has }, around);
  return window === null ? [] : [{ id, matchers, window }];
}

function numberAsText(value: Value): Value {
  const isNumber = value.kind === 'scalar' && typeof value.value === 'number';
  return isNumber ? { ...value, value: value.written } : value;
}

/** `8000` as well as `8000-8100`: both are ports. */
function numbersAsText(name: string, map: MapValue): MapValue {
  const entry = map.entries.get(name);
  if (entry === undefined) return map;
  const { value } = entry;
  const plain =
    value.kind === 'list'
      ? { ...value, items: value.items.map((item) => numberAsText(item)) }
      : numberAsText(value);
  return { ...map, entries: new Map([...map.entries, [name, { ...entry, value: plain }]]) };
}

function matchersOf(
  settings: Settings,
  known: readonly string[],
  at: (name: keyof Settings) => Span,
  { log }: Surroundings,
): Matchers {
  const { networks = [], ports = [], kinds, scopes, sources } = settings;
  for (const text of networks) {
    if (text === undefined || parseNetwork(text) !== null) continue;
    const hint = 'such as 10.1.0.1, 10.1.0.0/24 or 2001:db8::/64';
    log.error('unknown-value', at('networks'), `'${text}' is no address and no network`, hint);
  }
  for (const text of ports) {
    if (text === undefined || parsePorts(text) !== null) continue;
    const hint = "such as 443 or '8000-8100', up to 65535";
    log.error('unknown-value', at('ports'), `'${text}' is no port and no range of ports`, hint);
  }
  return {
    networks,
    ports,
    kinds: wordsOf('kinds', kinds, INCIDENT_KINDS, at('kinds'), log),
    scopes: wordsOf('scopes', scopes, SCOPE_KINDS, at('scopes'), log),
    sources: wordsOf('sources', sources, known, at('sources'), log),
  };
}

/** What is written where, whether or not it can be understood. */
interface Written {
  readonly has: (name: keyof Settings) => boolean;
  readonly at: (name: keyof Settings) => Span;
}

function windowOf(
  id: string,
  settings: Settings,
  written: Written,
  around: Surroundings,
): Window | null {
  const { log } = around;
  const { has, at } = written;
  const isCron = has('cron') || has('for') || has('timezone');
  const isFixed = has('from') || has('until');
  if (isCron === isFixed) {
    const message = isCron
      ? `'${id}' has both 'from' or 'until' and a schedule`
      : `'${id}' does not say when`;
    const hint = "either 'from' and 'until', or 'cron' and 'for'";
    log.error('bad-window', at('from'), message, hint);
    return null;
  }
  return isFixed ? spanOf(id, settings, written, around) : cronOf(id, settings, written, around);
}

function spanOf(
  id: string,
  { from, until }: Settings,
  { has, at }: Written,
  { log }: Surroundings,
): Window | null {
  const moment = (name: 'from' | 'until', text: string | undefined): Micros | null => {
    const time = text === undefined ? null : parseMoment(text);
    if (text !== undefined && time === null) {
      const hint = 'a date and time with its zone, such as 2026-10-01T20:00:00Z';
      log.error('bad-window', at(name), `'${name}' can't be '${text}'`, hint);
    }
    return time;
  };
  const begin = moment('from', from);
  const end = moment('until', until);
  if (!has('until')) {
    const hint = 'such as until: 2026-10-01T22:00:00Z';
    log.error('bad-window', at('from'), `'${id}' has no 'until': it would never end`, hint);
  }
  if (begin !== null && end !== null && end <= begin) {
    log.error('bad-window', at('until'), `'${id}' ends before it begins`);
    return null;
  }
  if (end === null || (has('from') && begin === null)) return null;
  return fixedWindow(begin ?? Number.NEGATIVE_INFINITY, end);
}

function cronOf(
  id: string,
  { cron, for: length, timezone = 'UTC' }: Settings,
  { has, at }: Written,
  { log }: Surroundings,
): Window | null {
  if (!has('cron') || !has('for')) {
    const [here, missing] = has('cron') ? (['cron', 'for'] as const) : (['for', 'cron'] as const);
    const hint = "'cron' says when it begins, 'for' how long it lasts";
    log.error('bad-window', at(here), `'${id}' has no '${missing}'`, hint);
    return null;
  }
  const fault = cron === undefined ? null : cronFault(cron);
  if (fault !== null) {
    const hint = "minute, hour, day of the month, month, day of the week, such as '0 3 * * 0'";
    log.error('bad-window', at('cron'), `'cron' can't be '${cron}': ${fault}`, hint);
  }
  const known = isTimezone(timezone);
  if (!known) {
    const hint = 'such as Europe/Berlin or UTC';
    log.error('bad-window', at('timezone'), `there is no time zone '${timezone}'`, hint);
  }
  // What is there and wrong has been told.
  if (cron === undefined || length === undefined || fault !== null || !known) return null;
  return new CronWindow(cron, length, timezone);
}
