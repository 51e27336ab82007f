import type { Micros } from './attempt.ts';
import type { Cause } from './endpoint.ts';

export const INCIDENT_KINDS = [
  'black-hole',
  'partial-black-hole',
  'refusing',
  'rejecting',
  'reply-loss',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];
export type IncidentState = 'firing' | 'resolved';

export const SCOPE_KINDS = ['port', 'host', 'network'] as const;

export interface Scope {
  readonly kind: (typeof SCOPE_KINDS)[number];
  readonly ip: string | null;
  readonly port: number | null;
  /** CIDR of a network: /24 or /64. */
  readonly prefix: string | null;
}

/** An endpoint, host or network that changed for the worse, from start to recovery. */
export interface Incident {
  readonly type: 'incident';
  /** Follows from source, kind, scope and start: a replay gives the same. */
  readonly id: string;
  readonly kind: IncidentKind;
  readonly state: IncidentState;
  readonly scope: Scope;
  readonly started_at: Micros;
  readonly detected_at: Micros;
  readonly resolved_at: Micros | null;
  readonly confidence: number;
  readonly causes: readonly Cause[];
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Id of the wider incident that took this one over. */
  readonly superseded_by: string | null;
  /** Id of the silence that kept this from people; only where one did. */
  readonly silenced_by?: string;
}
