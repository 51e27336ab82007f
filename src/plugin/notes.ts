import type { Notes } from '../model/attempt.ts';

const NOTES_MOST = 8;
const TEXT_MOST = 128;
const NAME = /^[a-z][a-z0-9_]{0,63}$/u;

function isValue(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value.length <= TEXT_MOST;
  return typeof value === 'boolean' || Number.isFinite(value);
}

/** @returns a copy of sound notes on an attempt, or what is wrong with them */
export function checkNotes(given: unknown): Notes | string {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return "'notes' are no map of names and values";
  }
  const entries = Object.entries(given);
  if (entries.length > NOTES_MOST) return `'notes' has over ${NOTES_MOST} names`;
  for (const [name, value] of entries) {
    if (!NAME.test(name)) return "a name in 'notes' is not of a to z, 0 to 9 and _";
    if (!isValue(value)) {
      return `'notes.${name}' is neither a number, true or false, nor a text of at most ${TEXT_MOST} characters`;
    }
  }
  return Object.fromEntries(entries) as Notes;
}
