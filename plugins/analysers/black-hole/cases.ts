import type { IncidentKind, Micros } from 'unackd';
import type { Agenda } from './agenda.ts';
import { Case, caseKey } from './case.ts';
import type { Place } from './case.ts';
import { Host, Network, Port } from './places.ts';
import { SECOND } from './rules.ts';
import { troubleOf } from './scope.ts';
import type { Flow } from './flows.ts';

/** One in forty partial black holes would by chance look as well as this: -ln 0.025. */
const CLEARED = 3.7;
/** No more is saved up for SYNs that are lost by chance. */
const CLEARED_MOST = 2 * CLEARED;
/** What a retry that fails says for a path that swallows still, against loss of one in fifty: ln 50. */
const FAILS_STILL = 3.9;

export interface Life {
  /** How long an alarm must last before it is told. */
  readonly for: Micros;
  readonly keepFiringFor: Micros;
  readonly flapWindow: Micros;
  /** Incidents remembered after their end, for their flap window. */
  readonly remembered: number;
}

/** Incidents from first suspicion to the end of their flap window; tells each change of state. */
export class Cases {
  readonly #life: Life;
  readonly #agenda: Agenda;
  readonly #tell: (c: Case, now: Micros) => void;
  readonly #open = new Set<Case>();
  readonly #past = new Map<string, Case>();
  /** Client networks' own, by place. */
  readonly #ofClients = new Map<Place, Case>();

  constructor(life: Life, agenda: Agenda, tell: (c: Case, now: Micros) => void) {
    this.#life = life;
    this.#agenda = agenda;
    this.#tell = tell;
  }

  of(place: Place, kind: IncidentKind): Case | undefined {
    return 'cases' in place ? place.cases.get(kind) : this.#ofClients.get(place);
  }

  /** Those that were told: firing, or over and still in their flap window. */
  *told(now: Micros): Generator<Case> {
    for (const c of this.#open) if (c.state === 'firing') yield c;
    for (const c of this.#past.values()) {
      if (c.resolved !== null && now - c.resolved <= this.#life.flapWindow) yield c;
    }
  }

  /** Goes on with an incident that was told before a restart. */
  resume(c: Case): void {
    if (c.state === 'resolved') {
      this.#remember(c);
      return;
    }
    this.#open.add(c);
    this.#place(c);
    if (!Number.isNaN(c.recovering)) this.#awaitRecovery(c, c.recovering);
  }

  #place(c: Case): void {
    if ('cases' in c.place) c.place.cases.set(c.kind, c);
    else this.#ofClients.set(c.place, c);
  }

  /** Opens an incident, or the one that was there lately again. It takes over narrower ones. */
  raise(
    source: string,
    kind: IncidentKind,
    place: Place,
    members: Iterable<Port>,
    started: Micros,
    now: Micros,
  ): Case {
    const key = caseKey(kind, place);
    const past = this.#past.get(key);
    let c: Case;
    if (past?.resolved != null && now - past.resolved <= this.#life.flapWindow) {
      c = past;
      c.flaps++;
      c.since = started;
      c.resolved = null;
      c.supersededBy = null;
      c.members.clear();
    } else {
      c = new Case(source, kind, place, started);
    }
    this.#past.delete(key);
    c.state = 'pending';
    c.recovering = Number.NaN;
    for (const port of members) c.members.add(port);
    this.#place(c);
    this.#open.add(c);
    if (this.#life.for === 0) {
      this.#fire(c, now);
    } else {
      this.#agenda.at(now + this.#life.for, (then) => {
        if (c.state === 'pending' && this.#open.has(c)) this.#fire(c, then);
      });
    }
    return c;
  }

  #fire(c: Case, now: Micros): void {
    c.state = 'firing';
    c.detected = now;
    this.#tell(c, now);
    this.#takeOver(c, now);
  }

  /** Narrower incidents of the same kind end in the wider one. */
  #takeOver(wide: Case, now: Micros): void {
    if (wide.place instanceof Port) return;
    const { place } = wide;
    for (const c of this.#open) {
      if (c === wide || c.kind !== wide.kind || !within(c.place, place)) continue;
      for (const port of c.members) wide.members.add(port);
      this.end(c, now, now, wide.id);
    }
  }

  /** A handshake worked at one of its ports, asked for at `sent`. */
  answered(c: Case, sent: Micros, now: Micros): void {
    if (sent < c.since) return;
    if (c.state === 'pending') {
      this.end(c, now, now, null);
      return;
    }
    c.good++;
    if (!Number.isNaN(c.recovering)) return;
    c.recovering = sent;
    c.good = 1;
    c.bad.clear();
    this.#awaitRecovery(c, now);
  }

  /** Looks again when answers have kept coming for long enough. */
  #awaitRecovery(c: Case, now: Micros): void {
    const { recovering } = c;
    this.#agenda.at(now + this.#life.keepFiringFor, (then) => {
      if (c.state === 'firing' && c.recovering === recovering) this.#settle(c, then);
    });
  }

  /** A SYN sent after what may be the recovery failed. */
  failed(c: Case, flow: Flow, sent: Micros): void {
    if (sent > c.recovering && c.bad.size < 1000) c.bad.add(flow);
  }

  /** Silent again since `first`, so it has not recovered. */
  relapsed(c: Case, first: Micros): void {
    if (first > c.recovering) c.recovering = Number.NaN;
  }

  /** A partial one: a flow worked, which tells so much against flows that fail still. */
  cleared(c: Case, sent: Micros, weight: number, now: Micros): void {
    if (Number.isNaN(c.recovering)) {
      c.recovering = sent;
      c.cleared = 0;
    }
    c.cleared = Math.min(CLEARED_MOST, c.cleared + weight);
    if (c.cleared < CLEARED || now - c.recovering < this.#life.keepFiringFor) return;
    this.end(c, c.recovering, now, null);
  }

  /** A partial one: a retry failed, on a bad path or by chance. */
  failsStill(c: Case): void {
    c.cleared -= FAILS_STILL;
    if (c.cleared > 0) return;
    c.cleared = 0;
    c.recovering = Number.NaN;
  }

  #settle(c: Case, now: Micros): void {
    const lucky = c.bad.size >= c.good && c.bad.size > 1;
    if (lucky || silentAgain(c)) {
      c.recovering = Number.NaN;
      return;
    }
    this.end(c, c.recovering, now, null);
  }

  /** Answers may pass unseen from here on: nobody was told of what is pending, and no recovery that has begun is one. */
  blind(now: Micros): void {
    for (const c of this.#open) {
      if (c.state === 'pending') this.end(c, now, now, null);
      c.recovering = Number.NaN;
      c.cleared = 0;
    }
  }

  /** Nothing more comes: what had recovered has recovered. */
  finish(now: Micros): void {
    for (const c of this.#open) {
      if (c.state !== 'firing' || Number.isNaN(c.recovering)) continue;
      if (c.kind !== 'partial-black-hole' || c.cleared >= CLEARED) this.#settle(c, now);
    }
  }

  /** @param at when it answered again */
  end(c: Case, at: Micros, now: Micros, supersededBy: string | null): void {
    const told = c.state === 'firing';
    this.#open.delete(c);
    if ('cases' in c.place) c.place.cases.delete(c.kind);
    else this.#ofClients.delete(c.place);
    c.state = 'resolved';
    c.resolved = Math.max(at, c.since, told ? c.detected : c.since);
    c.supersededBy = supersededBy;
    if (!told) return;
    this.#tell(c, now);
    if (supersededBy !== null) return;
    this.#remember(c);
    // What fails from here on is another silence.
    for (const port of c.members) port.run = port.run?.after(at) ?? null;
  }

  #remember(c: Case): void {
    if (this.#past.size >= this.#life.remembered) {
      for (const oldest of this.#past.keys()) {
        this.#past.delete(oldest);
        break;
      }
    }
    this.#past.set(caseKey(c.kind, c.place), c);
  }
}

function within(place: Place, wide: Place): boolean {
  if (wide instanceof Host) return place instanceof Port && place.host === wide;
  if (!(wide instanceof Network)) return false;
  if (place instanceof Port) return place.network === wide;
  return place instanceof Host && place.network === wide;
}

/** Since the answer that promised recovery, a port of it has gone quiet for more than a moment. */
function silentAgain(c: Case): boolean {
  if (!(c.place instanceof Port)) return false;
  const trouble = troubleOf(c.place, c.kind);
  return trouble !== null && trouble.syns >= 3 && trouble.span >= 2 * SECOND;
}
