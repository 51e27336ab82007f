/** Who an incident is about, and who else is near enough to compare with. */
import ipaddr from 'ipaddr.js';
import type { Attempt, Outcome } from '../model/attempt.ts';
import type { Incident, IncidentKind } from '../model/incident.ts';

export interface Neighbourhood {
  /** Whose addresses the scope is made of. */
  readonly by: 'server' | 'client';
  /** Every server of it has this address; `undefined` for a network. */
  readonly ip: string | undefined;
  /** Part of the incident's scope. */
  readonly within: (ip: string, port: number) => boolean;
  /** The same host or network; of clients, any. */
  readonly near: (ip: string) => boolean;
}

/** Networks are /24 and /64, as in incidents. */
function networkOf(ip: string): string {
  const address = ipaddr.parse(ip);
  return `${ip}/${address.kind() === 'ipv4' ? 24 : 64}`;
}

function matcher(prefix: string): (ip: string) => boolean {
  const [network, bits] = ipaddr.parseCIDR(prefix);
  const known = new Map<string, boolean>();
  return (ip) => {
    let inside = known.get(ip);
    if (inside === undefined) {
      const address = ipaddr.parse(ip);
      inside = address.kind() === network.kind() && address.match(network, bits);
      if (known.size < 100_000) known.set(ip, inside);
    }
    return inside;
  };
}

/** @param clients the scope is a network of clients, as a reply-loss may have */
export function neighbourhoodOf({ scope }: Incident, clients: boolean): Neighbourhood {
  const { ip, port, prefix } = scope;
  if (ip === null) {
    const inside = matcher(prefix ?? '0.0.0.0/0');
    return {
      by: clients ? 'client' : 'server',
      ip: undefined,
      within: inside,
      near: clients ? () => true : inside,
    };
  }
  return {
    by: 'server',
    ip,
    within: (other, otherPort) => other === ip && (port === null || otherPort === port),
    near: matcher(networkOf(ip)),
  };
}

export function concerns({ by, within }: Neighbourhood, { client, server }: Attempt): boolean {
  const { ip, port } = by === 'client' ? client : server;
  return within(ip, port);
}

/** What an attempt's outcome means beside an incident of this kind; `null` where the capture does not tell. */
export function isAnswered(kind: IncidentKind, outcome: Outcome): boolean | null {
  if (outcome === 'unresolved') return null;
  // A SYN-ACK that the client never took is what a reply-loss is made of.
  return outcome === 'established' || (outcome === 'half-open' && kind !== 'reply-loss');
}
