/** The running parts of one source's pipeline, and the way that data takes between them. */
import type { AttemptView } from '../flow/view.ts';
import type { Micros } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { AnalyserComponent } from '../config/resolved.ts';
import type { Analyser, Attempt, Memory, Segment, Sink } from '../plugin/api.ts';
import { checkNotes } from '../plugin/notes.ts';
import { isAfar } from './afar.ts';
import type { AfarAnalyser } from './afar.ts';
import type { SinkNode } from './sink-node.ts';

/** Who is told of incidents. */
export interface IncidentReader {
  /** Is served from the outbox. */
  readonly delivers?: boolean;
  incident?(incident: Incident): void;
}

/** An incident that waits to be told until what its analyser knows of it is kept. */
export interface Held {
  readonly outlets: Outlets;
  readonly incident: Incident;
}

/** Incidents whose end is waited for; a whole network's ports, and more. */
const FIRING_MOST = 100_000;

/** Who reads from a node, by topic. */
export class Outlets {
  /** Of a source's alone. */
  readonly segments: AnalyserNode[] = [];
  readonly attempts: AttemptReader[] = [];
  readonly endpoints: Pick<Sink, 'endpoint'>[] = [];
  readonly incidents: IncidentReader[] = [];
  readonly notices: Pick<Sink, 'notice'>[] = [];
  /** Those that were told, and whose end was not. */
  private readonly firing = new Map<string, Incident>();
  /** Where incidents wait, in pipelines that are remembered. */
  private readonly held: Held[] | null;

  constructor(held: Held[] | null) {
    this.held = held;
  }

  /** Nobody reads any more. */
  clear(): void {
    this.segments.length = 0;
    for (const readers of [this.attempts, this.endpoints, this.incidents, this.notices]) {
      readers.length = 0;
    }
  }

  /** Hands an attempt to each reader; none sees what another one's branch noted on it. */
  attempt(view: AttemptView): void {
    const { attempts } = this;
    if (attempts.length === 1) {
      if (view.final || !attempts[0].finalOnly) attempts[0].attempt(view);
      return;
    }
    const { schedule, hidden_refusal: hidden, notes } = view;
    for (const reader of attempts) {
      if (reader.finalOnly && !view.final) continue;
      reader.attempt(view);
      view.schedule = schedule;
      view.hidden_refusal = hidden;
      view.notes = notes;
    }
  }

  syn(view: AttemptView): void {
    for (const reader of this.attempts) reader.syn?.(view);
  }

  /** Nobody will tell the end of these any more: they end now, and say why. */
  withdraw(now: Micros, why: string): void {
    for (const incident of this.firing.values()) {
      this.emit({
        ...incident,
        state: 'resolved',
        resolved_at: Math.max(now, incident.detected_at),
        evidence: { ...incident.evidence, withdrawn: why },
      });
    }
  }

  /** Waits for an incident's end, as of one that was told before a restart. */
  follow(incident: Incident): void {
    if (incident.state === 'resolved') this.firing.delete(incident.id);
    else if (this.firing.size < FIRING_MOST) this.firing.set(incident.id, incident);
  }

  emit(message: Endpoint | Incident | Notice): void {
    switch (message.type) {
      case 'endpoint':
        for (const reader of this.endpoints) reader.endpoint?.(message);
        break;
      case 'incident':
        this.follow(message);
        if (this.held !== null) this.held.push({ outlets: this, incident: message });
        else for (const reader of this.incidents) reader.incident?.(message);
        break;
      case 'notice':
        for (const reader of this.notices) reader.notice?.(message);
        break;
    }
  }
}

/** Takes attempts that are not the engine's view. */
export type AttemptTaker = Pick<SinkNode, 'finalOnly' | 'attempt'>;

export interface AttemptReader {
  /** Has no use for changes before the last word. */
  readonly finalOnly: boolean;
  syn?(view: AttemptView): void;
  attempt(view: AttemptView): void;
}

/** An analyser in its place: what it is given it annotates and hands on. */
export class AnalyserNode implements AttemptReader {
  readonly component: AnalyserComponent;
  readonly outlets: Outlets;
  readonly finalOnly = false;
  /** Sinks that get attempts once they are annotated, of one that annotates later. */
  readonly awaiting: AttemptTaker[] = [];
  /** When `advance` is wanted, packets' own time. */
  wake: Micros = Number.POSITIVE_INFINITY;
  private readonly analyser: Analyser;
  private readonly readsAttempts: boolean;

  /** @param held see Outlets */
  constructor(component: AnalyserComponent, analyser: Analyser, held: Held[] | null) {
    this.component = component;
    this.outlets = new Outlets(held);
    this.analyser = analyser;
    this.readsAttempts = component.inputs.some(({ topic }) => topic === 'attempt');
  }

  get id(): string {
    return this.component.id;
  }

  /** Its `skipsLone` is to be asked about each client. */
  get looksAtClients(): boolean {
    return this.readsAttempts && (this.analyser.skipsLone?.length ?? 0) > 0;
  }

  /** See Analyser. One that reads no attempts has no use for any. */
  skipsLone(client: number | null): boolean {
    return !this.readsAttempts || this.analyser.skipsLone?.(client) === true;
  }

  get hearsSyns(): boolean {
    return this.readsAttempts && this.analyser.syn !== undefined;
  }

  segment(segment: Segment): void {
    this.analyser.segment?.(segment);
  }

  syn(view: AttemptView): void {
    this.analyser.syn?.(view);
    this.outlets.syn(view);
  }

  attempt(view: AttemptView): void {
    const annotation = this.analyser.attempt?.(view);
    if (annotation !== undefined) {
      if (annotation.schedule !== undefined) view.schedule = annotation.schedule;
      if (annotation.hidden_refusal !== undefined) {
        view.hidden_refusal = annotation.hidden_refusal;
      }
      if (annotation.notes !== undefined) {
        const notes = checkNotes(annotation.notes);
        if (typeof notes === 'string') throw new RangeError(`${this.id}: ${notes}`);
        view.notes = { ...view.notes, [this.id]: notes };
      }
    }
    this.outlets.attempt(view);
  }

  notice(notice: Notice): void {
    this.analyser.notice?.(notice);
  }

  blind(since: Micros): void {
    this.analyser.blind?.(since);
  }

  advance(now: Micros): void {
    this.wake = Number.POSITIVE_INFINITY;
    this.analyser.advance?.(now);
  }

  end(now: Micros): void {
    this.analyser.end?.(now);
  }

  save(memory: Memory, all: boolean): void {
    this.analyser.save?.(memory, all);
  }

  /** Nobody reads from it any more. */
  clear(): void {
    this.outlets.clear();
    this.awaiting.length = 0;
    if (this.afar !== null) this.afar.holds = false;
  }

  /** A sink that reads attempts from it. */
  awaitedBy(sink: SinkNode): void {
    const { afar } = this;
    if (afar === null) this.outlets.attempts.push(sink);
    else {
      this.awaiting.push(sink);
      afar.holds = true;
    }
  }

  /** Hands a copy of an attempt to those that awaited it. */
  readonly hand = (attempt: Attempt): void => {
    for (const taker of this.awaiting) {
      if (attempt.final || !taker.finalOnly) taker.attempt(attempt);
    }
  };

  /** It runs in another process: what it is told it answers later. */
  get afar(): AfarAnalyser | null {
    return isAfar(this.analyser) ? this.analyser : null;
  }

  close(): void {
    this.analyser.close?.();
  }
}
