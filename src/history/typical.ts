/** A few attempts that show what an incident was like. */
import type { Attempt, Micros, Outcome } from '../model/attempt.ts';
import type { Incident, IncidentKind } from '../model/incident.ts';
import { concerns, type Neighbourhood } from './neighbourhood.ts';
import type { History } from './place.ts';

export interface Typical {
  readonly caption: string;
  readonly attempt: Attempt;
}

/** Attempts looked at for each: among so many there is a typical one. */
const LOOKED_AT = 2000;

const FAILING: Readonly<Record<IncidentKind, readonly Outcome[]>> = {
  'black-hole': ['unanswered'],
  'partial-black-hole': ['unanswered'],
  refusing: ['refused'],
  rejecting: ['rejected'],
  // At the client the SYN goes unanswered though a SYN-ACK was captured, or it comes through late.
  'reply-loss': ['half-open', 'unanswered', 'established'],
};

interface Stretch {
  readonly since: Micros;
  readonly until: Micros;
  readonly newestFirst?: boolean;
}

class Chooser {
  private readonly history: History;
  private readonly near: Neighbourhood;
  private readonly port: number | null;

  constructor(history: History, near: Neighbourhood, port: number | null) {
    this.history = history;
    this.near = near;
    this.port = port;
  }

  /** The best by `score` of those looked at; the first of equals. Below 0 is none. */
  best(outcome: Outcome, stretch: Stretch, score: (a: Attempt) => number): Attempt | null {
    const { ip } = this.near;
    const narrow = {
      outcome,
      ...stretch,
      ...(ip === undefined ? {} : { ip }),
      ...(this.port === null ? {} : { port: this.port }),
    };
    let best: Attempt | null = null;
    let most = -1;
    let looked = 0;
    for (const attempt of this.history.attempts(narrow)) {
      if (++looked > LOOKED_AT) break;
      if (!concerns(this.near, attempt)) continue;
      const points = score(attempt);
      if (points > most) [best, most] = [attempt, points];
    }
    return best;
  }
}

/** How much of a client's trying it shows. */
function tried(a: Attempt): number {
  return a.syn_offsets.length + (a.schedule.family === null ? 0 : 1);
}

/** @param end of the incident, or what is known last */
export function typicalAttempts(
  history: History,
  near: Neighbourhood,
  { kind, scope, started_at: start, resolved_at: resolved }: Incident,
  window: { readonly since: Micros; readonly until: Micros; readonly end: Micros },
): Typical[] {
  const chooser = new Chooser(history, near, scope.port);
  const during = { since: start, until: window.end };
  const found: Typical[] = [];
  const add = (caption: string, attempt: Attempt | null): boolean => {
    if (attempt !== null) found.push({ caption, attempt });
    return attempt !== null;
  };
  add(
    'before',
    chooser.best(
      'established',
      { since: window.since, until: start, newestFirst: true },
      ({ syns }) => (syns === 1 ? 1 : 0),
    ),
  );
  for (const outcome of FAILING[kind]) {
    const late = (a: Attempt) => (outcome === 'established' && a.syns < 2 ? -1 : tried(a));
    if (add('meanwhile', chooser.best(outcome, during, late))) break;
  }
  if (kind === 'partial-black-hole') {
    add(
      'meanwhile, another flow',
      chooser.best('established', during, () => 1),
    );
  } else if (resolved !== null) {
    // One whose retries saw the end of it tells more than one that came later.
    const across = (a: Attempt) => (a.syns > 1 ? tried(a) : -1);
    const last = { since: start, until: resolved };
    if (!add('at its end', chooser.best('established', last, across))) {
      const after = { since: resolved, until: window.until };
      add(
        'afterwards',
        chooser.best('established', after, () => 1),
      );
    }
  }
  return found;
}
