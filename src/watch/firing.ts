import type { Verdict } from '../model/endpoint.ts';
import type { Incident, IncidentKind } from '../model/incident.ts';
import { formatAddress } from '../wire/address.ts';
import type { EndpointStats } from '../verdict/endpoint-stats.ts';
import type { Entry } from './entry.ts';

const VERDICT_OF: Readonly<Record<IncidentKind, Verdict>> = {
  'black-hole': 'black-holing',
  'partial-black-hole': 'partially-black-holing',
  refusing: 'refusing',
  rejecting: 'rejecting',
  'reply-loss': 'reply-loss',
};

/** Incidents that last, at most: a whole network's ports, and more. */
const FIRING_MOST = 100_000;

/** The /24 or /64 of an endpoint, as incidents have it. */
function prefixOf({ v6, words }: EndpointStats): string {
  return v6
    ? `${formatAddress(1, words[0], words[1], 0, 0)}/64`
    : `${formatAddress(0, words[0] & ~0xff, 0, 0, 0)}/24`;
}

function placeKey({ scope }: Incident): string {
  const { kind, ip, port, prefix } = scope;
  if (kind === 'network') return prefix ?? '';
  return kind === 'host' ? (ip ?? '') : `${ip} ${port}`;
}

/**
 * Incidents that last. They rest on each SYN as it comes, and so know of a port
 * that stopped to answer before any attempt has its last word.
 */
export class Firing {
  private readonly byId = new Map<string, Incident>();
  /** The same by place: `10.1.0.1 443`, `10.1.0.1`, `10.1.0.0/24`. */
  private readonly places = new Map<string, Incident>();

  get size(): number {
    return this.byId.size;
  }

  /** @returns whether anything is judged otherwise for it */
  take(incident: Incident): boolean {
    const { id, state } = incident;
    const known = this.byId.get(id);
    if (state === 'resolved') {
      if (known === undefined) return false;
      this.byId.delete(id);
      if (this.places.get(placeKey(known))?.id === id) this.places.delete(placeKey(known));
      return true;
    }
    if (known === undefined && this.byId.size >= FIRING_MOST) return false;
    this.byId.set(id, incident);
    this.places.set(placeKey(incident), incident);
    return known === undefined;
  }

  /** The incident that an endpoint is part of. */
  at(entry: Entry): Incident | undefined {
    if (this.places.size === 0) return undefined;
    const { ip, port } = entry.server;
    const own = this.places.get(`${ip} ${port}`);
    if (own !== undefined) return own;
    const wide = this.places.get(ip) ?? this.places.get(prefixOf(entry.soFar.stats));
    // Of a host or network, those ports that answered before and not since; of clients, none.
    if (wide === undefined || wide.kind === 'reply-loss') return undefined;
    const { lastSuccess, last } = entry.soFar;
    const concerned = lastSuccess > 0 && lastSuccess < wide.started_at && last > wide.started_at;
    return concerned ? wide : undefined;
  }

  /** `null` where none lasts. */
  verdictOn(entry: Entry): Verdict | null {
    const incident = this.at(entry);
    return incident === undefined ? null : VERDICT_OF[incident.kind];
  }
}
