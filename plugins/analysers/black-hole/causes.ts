import type { Cause, CauseName, Explanation } from 'unackd';
import type { Case } from './case.ts';
import { Host, Port } from './places.ts';

/** Before any evidence: what swallows SYNs at ports that answered before. Rough shares of field reports. */
const PRIOR: Readonly<Record<CauseName, number>> = {
  'dropped-at-server': 0.4,
  'lost-before-server': 0.28,
  'reply-lost': 0.1,
  'dropped-at-client': 0.02,
  'refusal-hidden': 0.03,
  'accept-queue-full': 0.07,
  'host-down': 0.1,
};

class Weights {
  readonly #weights = new Map(Object.entries(PRIOR) as [CauseName, number][]);
  readonly #reasons = new Map<CauseName, string[]>();

  /** @param reason told with the causes that it makes likelier; empty for none */
  because(reason: string, factors: Partial<Record<CauseName, number>>): void {
    for (const [cause, factor] of Object.entries(factors) as [CauseName, number][]) {
      this.#weights.set(cause, (this.#weights.get(cause) ?? 0) * factor);
      if (factor > 1 && reason !== '')
        this.#reasons.set(cause, [...(this.#reasons.get(cause) ?? []), reason]);
    }
  }

  /** In hundredths that add up to 1, most likely first. */
  causes(): Cause[] {
    const total = [...this.#weights.values()].reduce((sum, weight) => sum + weight, 0);
    const shares = [...this.#weights]
      .map(([cause, weight]) => ({ cause, hundredths: Math.round((100 * weight) / total) }))
      .filter(({ hundredths }) => hundredths > 0)
      .toSorted((a, b) => b.hundredths - a.hundredths);
    shares[0].hundredths += 100 - shares.reduce((sum, share) => sum + share.hundredths, 0);
    return shares.map(({ cause, hundredths }) => ({
      cause,
      probability: hundredths / 100,
      because: this.#reasons.get(cause) ?? [],
    }));
  }
}

function plural(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

/**
 * Why, as far as an onlooker can tell; probabilities add up to 1.
 * @param own what the machine that captures says, of its own ports
 */
export function causesOf(c: Case, own: Explanation | null = null): Cause[] {
  const w = new Weights();
  const [port] = c.members;
  const clients = Number(c.evidence['clients'] ?? 0);
  const vantage = port?.vantage ?? 'unknown';
  if (c.kind === 'reply-loss') {
    const seen = `${plural(Number(c.evidence['syns'] ?? 0), 'SYN')} came again although the SYN-ACK was captured`;
    if (vantage === 'client' || vantage === 'both') {
      w.because(`${seen} next to the client`, { 'dropped-at-client': 2000, 'reply-lost': 20 });
    } else {
      w.because(seen, { 'reply-lost': 500, 'dropped-at-client': 200 });
    }
    if (clients > 1) w.because(`${plural(clients, 'client')} at once`, { 'reply-lost': 3 });
    return w.causes();
  }
  if (vantage === 'server' || vantage === 'both') {
    const arrived = 'the SYNs were captured at the server, so they did arrive there';
    w.because(own === null ? arrived : '', {
      'dropped-at-server': 3,
      'accept-queue-full': 3,
      'lost-before-server': 0.01,
      'reply-lost': 0.05,
      'host-down': 0.05,
    });
    if (own !== null) weighOwn(own, w);
  } else {
    const blind = `captured ${vantage === 'client' ? 'at the client' : 'on the way'}: a lost SYN and a lost answer look the same`;
    w.because(blind, { 'dropped-at-server': 1.01, 'lost-before-server': 1.01, 'reply-lost': 1.01 });
  }
  weighScope(c, w);
  if (clients > 1)
    w.because(`${plural(clients, 'client')} alike`, {
      'dropped-at-server': 1.2,
      'dropped-at-client': 0.1,
    });
  return w.causes();
}

/** Causes that are out of the question where the machine's own silence is certain. */
const NOT_ITS_OWN = {
  'lost-before-server': 0,
  'reply-lost': 0,
  'dropped-at-client': 0,
  'refusal-hidden': 0,
  'host-down': 0,
} as const;

/** An answer that left unseen, and was lost later, is as likely as without a word about it. */
const UNSEEN = 20;

/** What a finding that explains all of the silence weighs, against none. */
const FOUND = 300;

/** The word of the machine that is silent: what it counts, and which of its rules drop. */
function weighOwn({ certain, because, findings, ruledOut }: Explanation, w: Weights): void {
  for (const { cause, strength, because: found } of findings) {
    w.because(found, { [cause]: 1.01 + FOUND * strength });
  }
  w.because(because, { 'dropped-at-server': 1.01 });
  for (const cause of ruledOut) w.because('', { [cause]: 0 });
  if (!certain) {
    w.because('', { 'reply-lost': UNSEEN });
    return;
  }
  w.because('', NOT_ITS_OWN);
  // A full queue that explains all of it leaves nothing to the firewall.
  const strongest = (of: CauseName): number =>
    Math.max(0, ...findings.filter(({ cause }) => cause === of).map(({ strength }) => strength));
  const rest = Math.max(strongest('dropped-at-server'), 1 - strongest('accept-queue-full'));
  w.because('', { 'dropped-at-server': rest });
}

function weighScope(c: Case, w: Weights): void {
  const answering = c.evidence['answering'] as { ports: number[]; hosts: number };
  if (c.kind === 'partial-black-hole') {
    w.because(
      `some flows lose every SYN while others work, parted by ${String(c.evidence['parted_by'])}: one bad path of several, or stale state`,
      { 'lost-before-server': 4, 'accept-queue-full': 1.5, 'host-down': 0.001 },
    );
  } else if (c.place instanceof Port) {
    if (answering.ports.length > 0) {
      w.because(`port ${answering.ports[0]} on the same host still answers`, {
        'dropped-at-server': 1.8,
        'accept-queue-full': 2,
        'lost-before-server': 0.5,
        'reply-lost': 0.4,
        'host-down': 0.01,
      });
    } else if (answering.hosts > 0) {
      w.because(`${plural(answering.hosts, 'other host')} of the network still answer`, {
        'host-down': 1.5,
        'lost-before-server': 0.7,
      });
    }
  } else if (c.place instanceof Host) {
    w.because(`all ${c.members.size} ports of the host that were tried fell silent together`, {
      'host-down': 5,
      'lost-before-server': 1.4,
      'accept-queue-full': 0.05,
    });
  } else {
    w.because(`${plural(c.members.size, 'endpoint')} of the network fell silent together`, {
      'lost-before-server': 6,
      'reply-lost': 3,
      'host-down': 0.2,
      'accept-queue-full': 0.01,
    });
  }
}
