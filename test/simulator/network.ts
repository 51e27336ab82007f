/** The way between clients and servers: delay, loss, duplication, reordering. */
import type { Agenda } from './agenda.ts';
import type { Packet } from './attempt.ts';
import type { Random } from './random.ts';

export type LossSpec =
  /** Each packet by itself. */
  | { readonly kind: 'random'; readonly rate: number }
  /**
   * Gilbert and Elliott: a good and a bad state, their mean lengths in
   * seconds and the share of packets that each loses.
   */
  | {
      readonly kind: 'gilbert';
      readonly good: number;
      readonly bad: number;
      readonly goodLoss: number;
      readonly badLoss: number;
    }
  /** Bursts of a fixed `length`, on average `every` so many seconds, losing `rate`. */
  | {
      readonly kind: 'bursts';
      readonly every: number;
      readonly length: number;
      readonly rate: number;
    };

export interface PathSpec {
  /** Median one-way delay in seconds; each client has its own, spread lognormally by `spread`. */
  readonly delay: number;
  readonly spread: number;
  /** Mean of what a packet is delayed beyond that, seconds. */
  readonly jitter: number;
  readonly hops: number;
  readonly lossToServer: LossSpec | null;
  readonly lossToClient: LossSpec | null;
  /** Share of packets that arrive twice, up to 5 ms apart. */
  readonly duplication: number;
  /** Share of packets held back by 1 to 4 ms, past those behind them. */
  readonly reordering: number;
}

export const CALM_PATH: PathSpec = {
  delay: 0.012,
  spread: 0.5,
  jitter: 0.0004,
  hops: 7,
  lossToServer: null,
  lossToClient: null,
  duplication: 0,
  reordering: 0,
};

/** Where the capture is, as a share of the way from client to server. */
export type CapturePoint = 0 | 0.5 | 1;

/** From a packet's arrival to the host's answer at the earliest. */
const TURNAROUND_US = 24;

export class Loss {
  readonly #spec: LossSpec | null;
  readonly #random: Random;
  #bad = false;
  #changesAt = 0;

  constructor(spec: LossSpec | null, random: Random) {
    this.#spec = spec;
    this.#random = random;
    if (spec?.kind === 'gilbert') this.#changesAt = random.exponential(spec.good);
    if (spec?.kind === 'bursts') this.#changesAt = random.exponential(spec.every);
  }

  /** Whether a packet at `now` (seconds, never going back) is lost. */
  takes(now: number): boolean {
    const spec = this.#spec;
    if (spec === null) return false;
    if (spec.kind === 'random') return this.#random.chance(spec.rate);
    while (now >= this.#changesAt) {
      this.#bad = !this.#bad;
      this.#changesAt += this.#stay(spec);
    }
    if (spec.kind === 'bursts') return this.#bad && this.#random.chance(spec.rate);
    return this.#random.chance(this.#bad ? spec.badLoss : spec.goodLoss);
  }

  #stay(spec: Exclude<LossSpec, { kind: 'random' }>): number {
    if (spec.kind === 'gilbert') return this.#random.exponential(this.#bad ? spec.bad : spec.good);
    return this.#bad ? spec.length : this.#random.exponential(Math.max(0.01, spec.every));
  }
}

export interface PathEnds {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly point: CapturePoint;
  /** A packet passes the capture point, its TTL lower by `hops`. */
  captured(packet: Packet, hops: number): void;
  arrived(packet: Packet): void;
}

export class Path {
  readonly spec: PathSpec;
  readonly #ends: PathEnds;
  readonly #toServer: Loss;
  readonly #toClient: Loss;
  readonly #delays = new Map<string, number>();

  constructor(spec: PathSpec, ends: PathEnds) {
    this.spec = spec;
    this.#ends = ends;
    this.#toServer = new Loss(spec.lossToServer, ends.random);
    this.#toClient = new Loss(spec.lossToClient, ends.random);
  }

  /** Seconds there and back, without jitter. */
  roundTrip(packet: Packet): number {
    return 2 * this.#delay(packet.attempt.client.ip);
  }

  /** `lostNearClient`: the reply is on a way that swallows it, past the capture point if it can be. */
  carry(packet: Packet, lostNearClient = false): void {
    const { agenda, random } = this.#ends;
    const direction = packet.toServer ? this.#toServer : this.#toClient;
    const lost = lostNearClient || direction.takes(agenda.now / 1e6);
    if (lost) packet.attempt.fates.add(packet.toServer ? 'lost-before-server' : 'reply-lost');
    this.#transit(packet, lost, lostNearClient, 0);
    if (!lost && random.chance(this.spec.duplication)) {
      this.#transit(packet, false, false, random.between(50, 5000));
    }
  }

  #transit(packet: Packet, lost: boolean, lostLate: boolean, extra: number): void {
    const { agenda, random, point } = this.#ends;
    const before = packet.toServer ? point : 1 - point;
    const hopsBefore = Math.max(0, Math.round(this.spec.hops * before) - packet.hopsSpared);
    let delay = 1e6 * this.#delay(packet.attempt.client.ip) + extra;
    delay += 1e6 * random.exponential(this.spec.jitter);
    const late = random.chance(this.spec.reordering);
    if (late) delay += random.between(1000, 4000);
    const side = packet.toServer ? 'toServer' : 'toClient';
    const { lastArrival } = packet.attempt;
    let arrival = Math.round(agenda.now + delay);
    if (!late && extra === 0) {
      arrival = Math.max(arrival, lastArrival[side] + 1);
      lastArrival[side] = arrival;
    }
    const sent = agenda.now;
    const passes = Math.round(sent + (arrival - sent) * before);
    // A lost packet is lost anywhere on its way: the share before the capture point is not seen there.
    const seen = !lost || (lostLate ? before < 1 : random.float() >= before);
    if (seen) {
      if (passes <= sent) this.#ends.captured(packet, hopsBefore);
      else agenda.at(passes, () => this.#ends.captured(packet, hopsBefore));
    }
    if (!lost) agenda.at(arrival + TURNAROUND_US, () => this.#ends.arrived(packet));
  }

  #delay(client: string): number {
    let delay = this.#delays.get(client);
    if (delay === undefined) {
      delay = this.#ends.random.lognormal(this.spec.delay, this.spec.spread);
      if (this.#delays.size < 10_000) this.#delays.set(client, delay);
    }
    return delay;
  }
}
