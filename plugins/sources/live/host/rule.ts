/** A firewall's rule that drops, and whether it is about a SYN, as far as its text tells. */
import { BlockList, isIPv6 } from 'node:net';
import type { Address } from 'unackd';

/** One condition of a rule; what is not understood is `unclear`. */
export type Condition =
  | {
      readonly about: 'port' | 'peer-port';
      readonly among: readonly Range[];
      readonly not: boolean;
    }
  | { readonly about: 'own' | 'peer'; readonly among: BlockList; readonly not: boolean }
  | { readonly about: 'family'; readonly v6: boolean }
  /** Met by any SYN, or by none. */
  | { readonly about: 'any' | 'none' }
  | { readonly about: 'unclear' };

export type Range = readonly [from: number, to: number];

export interface DropRule {
  /** The same as long as the rule stays. */
  readonly key: string;
  /** As the administrator would find it: table, chain, handle or number. */
  readonly place: string;
  /** As the administrator would write it; `null` while that is not known. */
  readonly text: string | null;
  /** Packets that it counted; `null` without a counter. */
  readonly packets: number | null;
  readonly conditions: readonly Condition[];
}

/** `maybe`: something in it is not understood, or depends on what is not known. */
export type Match = 'yes' | 'maybe' | 'no';

/** Whether a rule is about SYNs from these clients at a port. */
export function matches(
  { conditions }: DropRule,
  server: Address,
  clients: ReadonlySet<string>,
): Match {
  let all: Match = 'yes';
  for (const condition of conditions) {
    const one = meets(condition, server, clients);
    if (one === 'no') return 'no';
    if (one === 'maybe') all = 'maybe';
  }
  return all;
}

function meets(c: Condition, server: Address, clients: ReadonlySet<string>): Match {
  switch (c.about) {
    case 'any':
      return 'yes';
    case 'none':
      return 'no';
    case 'unclear':
    case 'peer-port':
      return 'maybe';
    case 'family':
      return c.v6 === isIPv6(server.ip) ? 'yes' : 'no';
    case 'port':
      return verdict(
        c.among.some(([from, to]) => server.port >= from && server.port <= to) !== c.not,
      );
    case 'own':
      return verdict(holds(c.among, server.ip) !== c.not);
    case 'peer': {
      const met = [...clients].filter((client) => holds(c.among, client) !== c.not).length;
      if (met === 0) return clients.size === 0 ? 'maybe' : 'no';
      return met === clients.size ? 'yes' : 'maybe';
    }
  }
}

function verdict(met: boolean): Match {
  return met ? 'yes' : 'no';
}

function holds(list: BlockList, ip: string): boolean {
  return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
