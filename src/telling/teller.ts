import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import { changeTime } from '../plugin/words.ts';
import type { Memory, Sink } from '../plugin/api.ts';
import { groupKey } from './grouping.ts';
import type { Grouping } from './grouping.ts';
import type { Ledger } from './ledger.ts';
import { fitsOf } from './silence.ts';
import type { Fits, Silence } from './silence.ts';
import { forget, keep } from './waiting.ts';
import type { Waiting } from './waiting.ts';

/**
 * How long an acknowledged incident must stay resolved before that is told: the
 * default `flap_window`, after which a new failure is a new incident.
 */
export const SETTLED: Micros = 5 * 60_000_000;

/** Incidents known to be firing for people, for updates of them. */
const TOLD_MOST = 10_000;

/** Incidents held back, some 20 MB. Beyond that they are told at once: rather once too often. */
const WAITING_MOST = 10_000;

/** Takes incidents. */
export type Hearer = Pick<Sink, 'incident'>;

/** Who hears the incidents of one component. */
interface Route {
  /** They are told now or later, or never: see `Teller`. */
  readonly people: Hearer[];
  /** They get everything as it happens. */
  readonly records: Hearer[];
}

/** What people want. */
export interface Wishes {
  readonly silences: readonly Silence[];
  readonly grouping: Grouping | null;
  /** What they said. */
  readonly ledger?: Ledger | undefined;
  /** Where it is kept what waits; without it a restart forgets. */
  readonly memory?: Memory | undefined;
}

/**
 * Stands between what tells one source's incidents and the sinks. Sinks that
 * record get each at once. People are told later what a silence or a group
 * holds back, and nothing of what came and went meanwhile: they hear of an end
 * if, and only if, they heard of the beginning. Capture time is its only clock.
 */
export class Teller {
  /** When `advance` is wanted. */
  wake: Micros = Number.POSITIVE_INFINITY;
  readonly #source: string;
  readonly #wakeAt: (time: Micros) => void;
  readonly #routes = new Map<string, Route>();
  /** By the incident's id. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #told = new Set<string>();
  /** When each group that gathers will be told. */
  readonly #due = new Map<string, Micros>();
  #silences: readonly { readonly fits: Fits; readonly silence: Silence }[] = [];
  #grouping: Grouping | null = null;
  #ledger: Ledger | undefined;
  #memory: Memory | undefined;
  /** Silences of incidents that the desk has taken and the register has not. */
  readonly #marks = new WeakMap<Incident, string>();
  #now: Micros = Number.NEGATIVE_INFINITY;
  #ended = false;

  /** @param wakeAt asks whoever has the clock for `advance` */
  constructor(source: string, wakeAt: (time: Micros) => void) {
    this.#source = source;
    this.#wakeAt = wakeAt;
  }

  /** What waited when the process ended before. */
  restore(waiting: readonly Waiting[]): void {
    for (const one of waiting) this.#wait(one);
  }

  /** Nobody hears any more; those that do are to be connected anew. What waits stays. */
  configure({ silences, grouping, ledger, memory }: Wishes): void {
    this.#routes.clear();
    this.#silences = silences.map((silence) => ({ silence, fits: fitsOf(silence.matchers) }));
    this.#grouping = grouping;
    this.#ledger = ledger;
    this.#memory = memory;
  }

  /** What takes the incidents of a component first: decides, and tells people. */
  desk(origin: string): Hearer {
    return { incident: (incident) => this.#take(origin, incident) };
  }

  /** What takes the same incidents then, for the records. */
  register(origin: string): Hearer {
    return {
      incident: (incident) => this.#record(origin, incident, this.#marks.get(incident) ?? null),
    };
  }

  connect(origin: string, hearer: Hearer, isPeople: boolean): void {
    const route = this.#routes.get(origin) ?? { people: [], records: [] };
    this.#routes.set(origin, route);
    (isPeople ? route.people : route.records).push(hearer);
  }

  /** Capture time went on. */
  advance(now: Micros): void {
    this.#now = Math.max(this.#now, now);
    for (const [key, due] of this.#due) if (due <= now) this.#due.delete(key);
    this.#release((waiting) => waiting.until <= now);
  }

  /** Silences or acknowledgements have changed: some of what waits may be due now. */
  review(): void {
    this.#release(({ incident, silence }) => silence !== null && incident.state === 'firing');
  }

  /** The silence because of which people have not been told of an incident that fires. */
  silenceOf(id: string): string | null {
    return this.#waiting.get(id)?.silence ?? null;
  }

  /** The source has ended: no group grows any more, nothing comes back. What is silenced stays so. */
  end(now: Micros): void {
    this.#now = Math.max(this.#now, now);
    this.#ended = true;
    this.#release(() => true);
  }

  #take(origin: string, incident: Incident): void {
    const { id, state } = incident;
    const at = Math.max(changeTime(incident), this.#now);
    this.#now = at;
    const before = this.#waiting.get(id);
    if (before !== undefined) {
      const { silence } = before;
      if (before.incident.state === state) this.#wait({ ...before, incident });
      // As people know it: nothing to tell.
      else this.#drop(id);
      if (silence !== null) this.#marks.set(incident, silence);
      return;
    }
    const held = this.#heldBack(origin, incident, at);
    if (held === null) this.#tell({ origin, incident });
    else this.#wait(held);
    if (held?.silence != null) this.#marks.set(incident, held.silence);
  }

  /** What keeps a message from people, if anything. */
  #heldBack(origin: string, incident: Incident, at: Micros): Waiting | null {
    if (this.#waiting.size >= WAITING_MOST) return null;
    const reason = this.#reason(incident, at);
    if (reason !== null) return { origin, incident, ...reason };
    const grouping = this.#grouping;
    if (grouping === null || this.#ended || this.#isUpdate(incident)) return null;
    const key = groupKey(grouping, incident, this.#source);
    const due = this.#due.get(key) ?? at + grouping.wait;
    this.#due.set(key, due);
    return { origin, incident, until: due, silence: null };
  }

  #reason(incident: Incident, at: Micros): Pick<Waiting, 'until' | 'silence'> | null {
    if (this.#isUpdate(incident)) return null;
    const acknowledged = this.#ledger?.acknowledgement(incident.id) !== undefined;
    if (incident.state === 'resolved') {
      return acknowledged && !this.#ended ? { until: at + SETTLED, silence: null } : null;
    }
    if (acknowledged) return { until: Number.POSITIVE_INFINITY, silence: null };
    return this.#silenced(incident, at);
  }

  /** The silence that lasts longest, of those that hold. */
  #silenced(incident: Incident, at: Micros): Pick<Waiting, 'until' | 'silence'> | null {
    let longest: { until: Micros; silence: string } | null = null;
    const own = this.#ledger?.silences() ?? [];
    for (const { silence, fits } of [...this.#silences, ...own]) {
      const until = silence.window.openUntil(at);
      if (until === null || until <= (longest?.until ?? at)) continue;
      if (fits(incident, this.#source)) longest = { until, silence: silence.id };
    }
    return longest;
  }

  /** People know already that it fires. */
  #isUpdate({ id, state }: Incident): boolean {
    return state === 'firing' && this.#told.has(id);
  }

  #wait(waiting: Waiting): void {
    this.#waiting.set(waiting.incident.id, waiting);
    if (this.#memory !== undefined) keep(this.#memory, this.#source, waiting);
    if (waiting.until >= this.wake) return;
    this.wake = waiting.until;
    this.#wakeAt(waiting.until);
  }

  #drop(id: string): void {
    this.#waiting.delete(id);
    if (this.#memory !== undefined) forget(this.#memory, this.#source, id);
  }

  /** Tells those that are due, unless something else holds them back now. */
  #release(isDue: (waiting: Waiting) => boolean): void {
    const due = [...this.#waiting.values()].filter((waiting) => isDue(waiting));
    for (const waiting of due) {
      const { origin, incident, silence } = waiting;
      const reason = incident.state === 'firing' ? this.#reason(incident, this.#now) : null;
      if (reason === null) {
        this.#drop(incident.id);
        this.#tell(waiting);
        if (silence !== null) this.#record(origin, incident, null);
      } else {
        this.#wait({ ...waiting, ...reason });
        if (reason.silence !== silence) this.#record(origin, incident, reason.silence);
      }
    }
    this.wake = Number.POSITIVE_INFINITY;
    for (const { until } of this.#waiting.values()) this.wake = Math.min(this.wake, until);
    if (this.wake < Number.POSITIVE_INFINITY) this.#wakeAt(this.wake);
  }

  #tell({ origin, incident }: Pick<Waiting, 'origin' | 'incident'>): void {
    const { id, state } = incident;
    if (state === 'resolved') this.#told.delete(id);
    else this.#told.add(id);
    if (this.#told.size > TOLD_MOST) {
      const [oldest] = this.#told;
      this.#told.delete(oldest);
    }
    for (const hearer of this.#routes.get(origin)?.people ?? []) hearer.incident?.(incident);
  }

  #record(origin: string, incident: Incident, silence: string | null): void {
    const marked = silence === null ? incident : { ...incident, silenced_by: silence };
    for (const hearer of this.#routes.get(origin)?.records ?? []) hearer.incident?.(marked);
  }
}
