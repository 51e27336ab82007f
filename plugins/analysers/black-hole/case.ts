import { createHash } from 'node:crypto';
import type { IncidentKind, Micros, Scope } from 'unackd';
import type { Flow } from './flows.ts';
import type { ClientNetwork } from './clients.ts';
import { Host, Network, Port } from './places.ts';

export type Place = Port | Host | Network | ClientNetwork;

export function scopeOf(place: Place): Scope {
  if (place instanceof Port)
    return { kind: 'port', ip: place.host.ip, port: place.port, prefix: null };
  if (place instanceof Host) return { kind: 'host', ip: place.ip, port: null, prefix: null };
  return { kind: 'network', ip: null, port: null, prefix: place.prefix };
}

/** An incident on its way from first suspicion to the end of its flap window. */
export class Case {
  readonly kind: IncidentKind;
  readonly place: Place;
  readonly id: string;
  readonly started: Micros;
  readonly members = new Set<Port>();
  state: 'pending' | 'firing' | 'resolved' = 'pending';
  /** When this silence began: after `started` for one that came back. */
  since: Micros;
  detected: Micros = Number.NaN;
  resolved: Micros | null = null;
  supersededBy: string | null = null;
  /** Times it came back. */
  flaps = 0;
  /** The first answer of what may be its recovery, else NaN. */
  recovering: Micros = Number.NaN;
  /** Handshakes, and flows that failed, since then. */
  good = 0;
  readonly bad = new Set<Flow>();
  /** For partial ones: evidence that no flow fails any more. */
  cleared = 0;
  /** As told when it fired; kept for its end. */
  evidence: Record<string, unknown> = {};
  logLikelihood = 0;
  confidence = 0;

  constructor(source: string, kind: IncidentKind, place: Place, started: Micros) {
    this.kind = kind;
    this.place = place;
    this.started = started;
    this.since = started;
    const { kind: scope, ip, port, prefix } = scopeOf(place);
    this.id = createHash('sha256')
      .update([source, kind, scope, prefix ?? ip, port ?? '', started].join('|'))
      .digest('hex')
      .slice(0, 16);
  }
}

export function caseKey(kind: IncidentKind, place: Place): string {
  const { kind: scope, ip, port, prefix } = scopeOf(place);
  return `${kind} ${scope} ${prefix ?? ip} ${port ?? ''}${'hosts' in place || prefix === null ? '' : ' clients'}`;
}
