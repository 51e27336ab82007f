import type { Outcome } from '../model/attempt.ts';
import type { Verdict } from '../model/endpoint.ts';

/** ECMA-48, 8.3.117 (Select Graphic Rendition): the parameter that turns it on, and the one that turns it off. */
const RENDITIONS = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  dim: [2, 22],
} as const;
export type Rendition = keyof typeof RENDITIONS;

export const VERDICT_RENDITIONS: Readonly<Record<Verdict, Rendition>> = {
  'black-holing': 'red',
  'partially-black-holing': 'red',
  'reply-loss': 'red',
  silent: 'red',
  rejecting: 'yellow',
  refusing: 'yellow',
  lossy: 'yellow',
  unknown: 'dim',
  healthy: 'green',
};

export const OUTCOME_RENDITIONS: Readonly<Record<Outcome, Rendition>> = {
  established: 'green',
  'half-open': 'yellow',
  refused: 'yellow',
  rejected: 'yellow',
  unanswered: 'red',
  unresolved: 'dim',
};

/** The text in a colour, or as it is. */
export function paint(text: string, rendition: Rendition, colour: boolean): string {
  if (!colour) return text;
  const [on, off] = RENDITIONS[rendition];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
