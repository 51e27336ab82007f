/** Incidents that people are told of together. */
import { networkOf } from '../config/ranges.ts';
import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';

export const GROUP_BY = ['network', 'host', 'source', 'kind'] as const;

export interface Grouping {
  /** What the incidents of a group have in common; nothing: all are one group. */
  readonly by: readonly (typeof GROUP_BY)[number][];
  /** How long a group gathers, from its first incident on. */
  readonly wait: Micros;
}

/** Names the group of an incident. */
export function groupKey({ by }: Grouping, incident: Incident, source: string): string {
  const { kind, scope } = incident;
  const parts: Readonly<Record<(typeof GROUP_BY)[number], string>> = {
    network: scope.prefix ?? networkOf(scope.ip ?? ''),
    // A network has no host of its own.
    host: scope.ip ?? scope.prefix ?? '',
    source,
    kind,
  };
  return JSON.stringify(by.map((one) => parts[one]));
}
