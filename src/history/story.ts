/** All that a database knows about one incident. */
import { stepFor } from '../face/timeline.ts';
import { OUTCOMES, type Micros, type Outcome, type Vantage } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import { isAnswered, neighbourhoodOf, type Neighbourhood } from './neighbourhood.ts';
import type { History } from './place.ts';
import { typicalAttempts, type Typical } from './typical.ts';

/** Looked at before and after: half as long as the incident, within these. */
const BESIDE_LEAST = 30e6;
const BESIDE_MOST = 3600e6;

const PHASES = ['before', 'during', 'after'] as const;
export type Phase = (typeof PHASES)[number];

/** What an address answered at once of what it was asked; attempts of unknown fate are left out. */
export interface Share {
  answered: number;
  tried: number;
}

export interface NeighbourRow {
  readonly ip: string;
  /** 0 for a client. */
  readonly port: number;
  /** Part of the incident. */
  readonly own: boolean;
  readonly shares: Readonly<Record<Phase, Share>>;
}

export interface Story {
  readonly incident: Incident;
  readonly near: Neighbourhood;
  readonly since: Micros;
  readonly until: Micros;
  /** Of the incident, or what is known last. */
  readonly end: Micros;
  readonly step: Micros;
  /** Attempts at the scope by outcome, a count for each slice of `step` from `since` on. */
  readonly slices: Readonly<Record<Outcome | 'late', readonly number[]>>;
  /** The incident's own first, then those that failed most meanwhile. */
  readonly neighbours: readonly NeighbourRow[];
  readonly typical: readonly Typical[];
  readonly vantage: Vantage;
}

/** @param last capture time that is known last @param most slices of the strip */
export function storyOf(history: History, incident: Incident, last: Micros, most: number): Story {
  const start = incident.started_at;
  const end = incident.resolved_at ?? Math.max(last, incident.detected_at);
  const beside = Math.min(BESIDE_MOST, Math.max(BESIDE_LEAST, (end - start) / 2));
  const rough = start - beside;
  const until = incident.resolved_at === null ? end + 1 : end + beside;
  // One slice more than the span needs, as the first begins at a round time.
  const step = stepFor(until - rough, most - 1);
  const since = Math.floor(rough / step) * step;
  const near = sideOf(history, incident, { since, until });
  const typical = typicalAttempts(history, near, incident, { since, until, end });
  const vantage =
    typical.map(({ attempt }) => attempt.vantage).find((one) => one !== 'unknown') ?? 'unknown';
  return {
    incident,
    near,
    since,
    until,
    end,
    step,
    slices: slicesOf(history, near, { since, until, step }),
    neighbours: neighboursOf(history, near, incident, { since, until, end }),
    typical,
    vantage,
  };
}

/** A network is one of servers, unless this is a reply-loss and only clients are in it. */
function sideOf(
  history: History,
  incident: Incident,
  { since, until }: { readonly since: Micros; readonly until: Micros },
): Neighbourhood {
  const servers = neighbourhoodOf(incident, false);
  if (incident.kind !== 'reply-loss' || incident.scope.kind !== 'network') return servers;
  const step = until - since;
  const some = history
    .tallies({ by: 'server', since, until, step })
    .some(({ ip, port }) => servers.within(ip, port));
  return some ? servers : neighbourhoodOf(incident, true);
}

interface Slicing {
  readonly since: Micros;
  readonly until: Micros;
  readonly step: Micros;
}

function slicesOf(history: History, { by, ip, within }: Neighbourhood, slicing: Slicing) {
  const count = Math.ceil((slicing.until - slicing.since) / slicing.step);
  const empty = (): number[] => Array.from({ length: count }, () => 0);
  const slices = Object.fromEntries([...OUTCOMES, 'late'].map((row) => [row, empty()])) as Record<
    Outcome | 'late',
    number[]
  >;
  for (const tally of history.tallies({ by, ip, ...slicing })) {
    if (!within(tally.ip, tally.port)) continue;
    const late = tally.late === 1 && tally.outcome === 'established';
    slices[late ? 'late' : tally.outcome][tally.slice] += tally.attempts;
  }
  return slices;
}

function neighboursOf(
  history: History,
  { by, within, near }: Neighbourhood,
  { kind, started_at: start, resolved_at: resolved }: Incident,
  { since, until, end }: { readonly since: Micros; readonly until: Micros; readonly end: Micros },
): NeighbourRow[] {
  const spans: Readonly<Record<Phase, readonly [Micros, Micros]>> = {
    before: [since, start],
    during: [start, end],
    after: [end, until],
  };
  const rows = new Map<string, NeighbourRow>();
  for (const phase of PHASES) {
    const [from, to] = spans[phase];
    if (to <= from || (phase === 'after' && resolved === null)) continue;
    for (const tally of history.tallies({ by, since: from, until: to, step: to - from })) {
      const { ip, port, outcome, late, attempts } = tally;
      const answered = isAnswered(kind, outcome);
      if (answered === null || !near(ip)) continue;
      const row = rows.get(`${ip} ${port}`) ?? {
        ip,
        port,
        own: within(ip, port),
        shares: {
          before: { answered: 0, tried: 0 },
          during: { answered: 0, tried: 0 },
          after: { answered: 0, tried: 0 },
        },
      };
      rows.set(`${ip} ${port}`, row);
      row.shares[phase].tried += attempts;
      if (answered && late === 0) row.shares[phase].answered += attempts;
    }
  }
  const failed = ({ shares }: NeighbourRow) => shares.during.tried - shares.during.answered;
  return [...rows.values()].toSorted(
    (a, b) =>
      Number(b.own) - Number(a.own) ||
      failed(b) - failed(a) ||
      b.shares.during.tried - a.shares.during.tried,
  );
}
