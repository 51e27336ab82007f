/** Options as they are typed at a prompt: `limit=5`. */
import { resolve } from 'node:path';
import type { Written } from '../plugin/conformance/defaults.ts';

const PAIR = /^(?<name>[\w-]+)=(?<value>[^]*)$/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/u;

/** As YAML would read it; a path starts where the author stands. */
function valueOf(text: string): Written {
  if (text === 'true' || text === 'false') return text === 'true';
  if (NUMBER.test(text)) return Number(text);
  return /^\.{1,2}\//u.test(text) ? resolve(text) : text;
}

/** By name; several of one name are a list. A sentence where one makes no sense. */
export function writtenOptions(
  given: readonly string[],
): Readonly<Record<string, Written>> | string {
  const options: Record<string, Written> = {};
  for (const text of given) {
    const { name, value } = PAIR.exec(text)?.groups ?? {};
    if (name === undefined) return `--option wants NAME=VALUE, not '${text}'`;
    const one = valueOf(value);
    const before = options[name];
    if (before === undefined) options[name] = one;
    else options[name] = [...(Array.isArray(before) ? before : [before]), one].map(String);
  }
  return options;
}
