/**
 * A light simulator: SYNs, losses and handshakes as events, no packets. It
 * feeds the analyser what the flow stage would, some hundred times faster than
 * captures, for rates that take thousands of hours to measure.
 */
import { hostOf } from '../../src/engine/hosts.ts';
import blackHole from '../../plugins/analysers/black-hole/plugin.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { Outcome } from '../../src/model/attempt.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Notice } from '../../src/model/notice.ts';
import { Agenda } from '../simulator/agenda.ts';
import { Random } from '../simulator/random.ts';

export interface LightLoss {
  /** Share of packets lost each way, each by itself. */
  readonly each: number;
  /** Bursts beside that: mean seconds from one to the next, seconds long, share lost each way. */
  readonly bursts?: { readonly every: number; readonly length: number; readonly loss: number };
}

export interface LightRun {
  readonly seed: string;
  readonly hours: number;
  /** Each alone in its network, so that no neighbour tells loss from a black hole. */
  readonly endpoints: number;
  /** Attempts a second and endpoint; arrivals are Poisson's. */
  readonly rate: number;
  readonly clients: number;
  readonly loss: LightLoss;
  readonly options?: Record<string, unknown>;
  notice?(notice: Notice): void;
}

const SECOND = 1e6;
const ROUND_TRIP = 0.03 * SECOND;
const START = 1.79e15;
/** Seconds after the first SYN. */
const SCHEDULES = [
  [0, 1, 3, 7, 15, 31],
  [0, 1, 2, 3, 4, 5, 7, 11, 19, 35],
  [0, 3, 9],
];

class Bursts {
  readonly #spec: LightLoss['bursts'];
  readonly #random: Random;
  #from = Number.POSITIVE_INFINITY;

  constructor(spec: LightLoss['bursts'], random: Random) {
    this.#spec = spec;
    this.#random = random;
    if (spec !== undefined) this.#from = random.exponential(spec.every) * SECOND;
  }

  loss(now: number): number {
    const spec = this.#spec;
    if (spec === undefined) return 0;
    while (now >= this.#from + spec.length * SECOND) {
      this.#from += (spec.length + this.#random.exponential(spec.every)) * SECOND;
    }
    return now >= this.#from ? spec.loss : 0;
  }
}

class LightAttempt {
  readonly type = 'attempt';
  readonly client: { ip: string; port: number };
  readonly server: { ip: string; port: number };
  readonly isn: number;
  readonly time: number;
  readonly syn_offsets: number[] = [];
  readonly client_key: number;
  readonly server_key: number;
  readonly schedule = { family: null, gave_up: false, next_due: null };
  readonly icmp = null;
  readonly vantage = 'client';
  readonly source = 'light';
  readonly community_id = '';
  readonly one_way = false;
  readonly inferred = false;
  readonly hidden_refusal = false;
  outcome: Outcome = 'unresolved';
  final = false;
  answered_after: number | null = null;
  at: number;

  constructor(endpoint: number, client: number, random: Random, time: number) {
    this.client = { ip: `10.2.${client >> 8}.${client & 255}`, port: 1024 + random.below(64_000) };
    this.server = { ip: `10.${endpoint >> 8}.${endpoint & 255}.1`, port: 443 };
    this.client_key = client;
    this.server_key = endpoint;
    this.isn = random.uint32();
    this.time = time;
    this.at = time;
  }

  get syns(): number {
    return this.syn_offsets.length;
  }
}

/** Incidents told, when nothing but loss is going on: all of them false. */
export function falseAlarms(run: LightRun): Incident[] {
  const random = new Random(run.seed);
  const agenda = new Agenda();
  const told: Incident[] = [];
  let wish = Number.POSITIVE_INFINITY;
  const analyser = blackHole.create(
    { ...defaultOptions(blackHole.options), ...run.options } as never,
    {
      ...hostOf('test', () => undefined),
      id: 'holes',
      capture: {
        icmpSeen: false,
        filters: [],
        finite: true,
        missing: () => ({ packets: 0, answers: 0, blind: 0 }),
      },
      remembered: null,
      log: () => undefined,
      wakeAt: (time) => {
        wish = Math.min(wish, time);
      },
    },
    (message) => {
      if (message.type === 'incident' && message.state === 'firing') told.push(message);
      if (message.type === 'notice') run.notice?.(message);
    },
  );
  const arrive = (): number => {
    const now = START + agenda.now;
    while (wish <= now) {
      const due = wish;
      wish = Number.POSITIVE_INFINITY;
      analyser.advance?.(due);
    }
    return now;
  };
  const until = run.hours * 3600 * SECOND;
  const { each } = run.loss;
  const send = (
    a: LightAttempt,
    bursts: Bursts,
    schedule: readonly number[],
    index: number,
  ): void => {
    const now = arrive();
    a.at = now;
    a.syn_offsets.push((now - a.time) / 1e6);
    analyser.syn?.(a);
    if (index === 1) {
      a.outcome = 'unanswered';
      analyser.attempt?.(a);
    }
    const extra = bursts.loss(agenda.now);
    const survives = (1 - each) * (1 - extra);
    if (random.chance(survives * survives)) {
      agenda.after(ROUND_TRIP, () => {
        a.at = arrive();
        a.answered_after = (a.at - a.time) / 1e6;
        a.outcome = 'established';
        a.final = true;
        analyser.attempt?.(a);
      });
      return;
    }
    const next = schedule[index + 1];
    if (next === undefined) {
      agenda.after(36 * SECOND, () => {
        a.at = arrive();
        a.final = true;
        analyser.attempt?.(a);
      });
    } else {
      agenda.after((next - schedule[index]) * SECOND * 1.02, () =>
        send(a, bursts, schedule, index + 1),
      );
    }
  };
  for (let endpoint = 0; endpoint < run.endpoints; endpoint++) {
    const bursts = new Bursts(run.loss.bursts, random);
    const open = (): void => {
      const client = 1 + random.below(run.clients);
      const a = new LightAttempt(endpoint, client, random, START + agenda.now);
      send(a, bursts, SCHEDULES[client % SCHEDULES.length], 0);
      agenda.after(random.exponential(1 / run.rate) * SECOND, open);
    };
    agenda.after(random.exponential(1 / run.rate) * SECOND, open);
  }
  agenda.run(until);
  return told;
}
