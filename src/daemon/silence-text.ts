/** Silences that people set, for people. */
import { clean } from '../face/clean.ts';
import type { SilenceAnswer, SilenceRecord } from './orders.ts';

/** `2026-10-01 20:00:00Z` */
function moment(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 19)}Z`;
}

function whatText({ networks, ports, kinds, scopes, sources }: SilenceRecord): string {
  const parts = [
    ...(networks.length === 0 ? [] : [networks.join(' or ')]),
    ...(ports.length === 0 ? [] : [`port ${ports.join(' or ')}`]),
    ...(kinds.length === 0 ? [] : [kinds.join(' or ')]),
    ...(scopes.length === 0 ? [] : [`scope ${scopes.join(' or ')}`]),
    ...(sources.length === 0 ? [] : [`source ${sources.join(' or ')}`]),
  ];
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

/** One line. */
export function silenceText(silence: SilenceRecord): string {
  const { id, state, from, until, by, comment } = silence;
  const who = by === '' ? '' : `, by ${by}`;
  const why = comment === '' ? '' : `: ${comment}`;
  const line = `${id} ${state}: ${whatText(silence)}, ${moment(from)} to ${moment(until)}${who}${why}`;
  return clean(line, true);
}

/** What was set, and what to know besides. */
export function answerText({ silence, hints }: SilenceAnswer): string {
  return [silenceText(silence), ...hints.map((hint) => clean(`note: ${hint}`, true))].join('\n');
}
