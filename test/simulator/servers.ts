/** How an endpoint treats SYNs, and how that changes over time. */
import type { Attempt, Packet } from './attempt.ts';

/** `from` for rejections: the server itself, or the address of a router in front of it. */
export interface Rejection {
  readonly kind: 'reject';
  /** ICMP or ICMPv6 type and code: 3/3, 3/10, 3/13, 1/1, 1/4. */
  readonly type: number;
  readonly code: number;
  readonly from?: string;
  /** Linux's limit for one client: one a second after a burst of six. */
  readonly limited?: boolean;
  /** Bytes of TCP quoted: 8 by RFC 792; all that there is by default, as Linux does. */
  readonly quoted?: number;
}

export type Behaviour =
  | {
      readonly kind: 'open';
      /** Mean seconds before the SYN-ACK, exponential; none by default. */
      readonly answerAfter?: number;
      /** SYN cookies: nothing is remembered, so no SYN-ACK is ever repeated by a timer. */
      readonly cookies?: boolean;
    }
  | { readonly kind: 'closed' }
  /** Everything to this endpoint is swallowed, data of running connections too. */
  | { readonly kind: 'drop' }
  | Rejection
  /** A firewall on the way answers with a RST of its own TTL. */
  | { readonly kind: 'middlebox-reset'; readonly ttl: number; readonly hopsSpared: number }
  /** Accept queue full: swallows SYNs, or the handshake's last ACK and all data after it. */
  | { readonly kind: 'queue-full'; readonly swallows: 'syn' | 'ack'; readonly share: number }
  /** All replies are lost on their way back. */
  | { readonly kind: 'reply-loss' }
  /** One of `paths` equal-cost paths swallows everything, in this direction; the hash takes the source port. */
  | { readonly kind: 'partial'; readonly paths: number; readonly bad: number };

export interface Phase {
  /** Seconds after the start. */
  readonly from: number;
  readonly until: number;
  readonly behaviour: Behaviour;
}

export interface EndpointSpec {
  readonly ip: string;
  readonly port: number;
  /** Outside all phases; open by default. */
  readonly behaviour?: Behaviour;
  readonly phases?: readonly Phase[];
}

const OPEN: Behaviour = { kind: 'open' };

/** Alternates, from `from` until `until`: `on` seconds of the behaviour, `off` seconds without. */
export function flapping(
  behaviour: Behaviour,
  times: { from: number; until: number; on: number; off: number },
): Phase[] {
  const phases: Phase[] = [];
  for (let from = times.from; from < times.until; from += times.on + times.off) {
    phases.push({ from, until: Math.min(times.until, from + times.on), behaviour });
  }
  return phases;
}

export class Endpoint {
  readonly #spec: EndpointSpec;

  constructor(spec: EndpointSpec) {
    this.#spec = spec;
  }

  /** `now` in microseconds. */
  behaviourAt(now: number): Behaviour {
    const seconds = now / 1e6;
    const phase = this.#spec.phases?.find(({ from, until }) => seconds >= from && seconds < until);
    return phase?.behaviour ?? this.#spec.behaviour ?? OPEN;
  }

  /** Whether the packet never gets as far as the server's TCP. */
  swallows(packet: Packet, now: number): boolean {
    const behaviour = this.behaviourAt(now);
    if (behaviour.kind === 'drop') return true;
    return behaviour.kind === 'partial' && takesBadPath(packet.attempt, behaviour);
  }
}

function takesBadPath(attempt: Attempt, partial: { paths: number; bad: number }): boolean {
  return equalCostPath(attempt, partial.paths) === partial.bad;
}

/** Which of the equal-cost paths a flow takes, by its source address and port. */
export function equalCostPath(flow: Pick<Attempt, 'client'>, paths: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${flow.client.ip}/${flow.client.port}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % paths;
}

/** net.ipv4.icmp_ratelimit: 1,000 ms; XRLIM_BURST_FACTOR in net/ipv4/route.c: 6. */
const ICMP_INTERVAL_US = 1_000_000;
const ICMP_BURST = 6;

/** Linux's inet_peer_xrlim_allow(): a bucket of time for each peer. */
export class IcmpLimiter {
  readonly #peers = new Map<string, { tokens: number; last: number }>();

  allows(server: string, client: string, now: number): boolean {
    const key = `${server}>${client}`;
    let peer = this.#peers.get(key);
    if (peer === undefined) {
      peer = { tokens: ICMP_BURST * ICMP_INTERVAL_US, last: now };
      this.#peers.set(key, peer);
    }
    const gained = peer.tokens + now - peer.last;
    peer.tokens = Math.min(ICMP_BURST * ICMP_INTERVAL_US, gained);
    peer.last = now;
    if (peer.tokens < ICMP_INTERVAL_US) return false;
    peer.tokens -= ICMP_INTERVAL_US;
    return true;
  }
}
