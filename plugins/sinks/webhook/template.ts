/** The user's own body: JSON whose strings may hold placeholders such as `{{scope.ip}}`. */
import { OptionError, toRecord } from 'unackd';
import type { NameOf } from 'unackd';
import { eventOf, placeOf, summaryOf, timeOf } from './words.ts';
import type { Message } from './words.ts';

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const NAME = /^[a-z_]+(\.[a-z_0-9]+)*$/;

/** What a placeholder may begin with: what is made for templates, then the records' own keys. */
const ROOTS = new Set(
  (
    'event summary place name timestamp message_id ' +
    'type id kind state scope started_at detected_at resolved_at ' +
    'confidence causes evidence superseded_by code time text'
  ).split(' '),
);

function placeholders(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, name]) => name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((one) => placeholders(one));
}

function lookUp(context: unknown, name: string): unknown {
  let value = context;
  for (const key of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A placeholder alone is replaced by the value as it is; within text, by its words. */
function fill(value: unknown, context: unknown): unknown {
  if (typeof value === 'string') {
    const [, alone] = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(value) ?? [];
    if (alone !== undefined) return lookUp(context, alone) ?? null;
    return value.replaceAll(PLACEHOLDER, (_all, name: string) => asText(lookUp(context, name)));
  }
  if (Array.isArray(value)) return value.map((one) => fill(one, context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, context)]));
}

function nameIn(message: Message, nameOf: NameOf | undefined): string {
  if (message.type === 'notice' || message.scope.ip === null) return '';
  return nameOf?.(message.scope.ip, message.scope.port) ?? '';
}

/**
 * Reads a template.
 * @returns the body of a message
 * @throws OptionError where it is no JSON, or names what there is not
 */
export function parseTemplate(
  text: string,
  nameOf?: NameOf,
): (message: Message, id: string) => unknown {
  let template: unknown;
  try {
    template = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OptionError(
      `'template' is not JSON (${why}): write it as one, with placeholders inside of its strings`,
    );
  }
  for (const name of placeholders(template)) {
    if (NAME.test(name) && ROOTS.has(name.split('.')[0])) continue;
    throw new OptionError(
      `'template' names {{${name}}}, which there is not; there are ${[...ROOTS].join(', ')}`,
    );
  }
  return (message, id) =>
    fill(template, {
      ...toRecord(message),
      event: eventOf(message),
      summary: summaryOf(message, nameOf),
      place: message.type === 'incident' ? placeOf(message) : '',
      name: nameIn(message, nameOf),
      timestamp: timeOf(message),
      message_id: id,
    });
}
