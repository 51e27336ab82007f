/** What is known of every endpoint while a source runs, and which of them are judged otherwise than before. */
import type { Pipeline } from '../engine/pipeline.ts';
import type { AttemptView } from '../flow/view.ts';
import type { Micros } from '../model/attempt.ts';
import type { Endpoint, Verdict } from '../model/endpoint.ts';
import { VERDICTS } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { NameOf } from '../plugin/words.ts';
import type { Neighbours } from '../verdict/causes.ts';
import { attemptsOf } from '../verdict/endpoint-book.ts';
import type { Onlooker } from '../verdict/endpoint-book.ts';
import type { EndpointStats } from '../verdict/endpoint-stats.ts';
import { judge } from '../verdict/judge.ts';
import { settleOf, storyOf } from '../verdict/story.ts';
import { Entry } from './entry.ts';
import { Firing } from './firing.ts';
import type { Handshakes } from './handshakes.ts';
import { Rate } from './rate.ts';

/** An endpoint is judged otherwise than before. */
export interface Change {
  readonly entry: Entry;
  readonly was: Verdict;
  /** Capture time. */
  readonly at: Micros;
}

/** Looking around costs time with the number of endpoints: at most this share of it is spent so. */
const AROUND_SHARE = 0.05;

/** One source's endpoints, judged as it goes. Its size is bounded by the pipeline's book. */
export class Board implements Onlooker {
  readonly entries: Entry[] = [];
  readonly firing = new Firing();
  /** Of all endpoints together, those beyond the bound left out. */
  readonly rate = new Rate();
  /** Hears of attempts after the board. */
  also: Pick<Handshakes, 'attempt'> | null = null;
  private readonly counts = new Map<Verdict, number>();
  private readonly pipeline: Pipeline;
  private readonly nameOf: NameOf | undefined;
  private readonly byStats = new Map<EndpointStats, Entry>();
  private touched: Entry[] = [];
  private near: ((s: EndpointStats) => Neighbours) | undefined;
  /** Milliseconds, as performance.now(): when it was looked around, and how long that took. */
  private lookedAround = 0;
  private lookingTook = 0;

  /** To be made before the pipeline's first frame. */
  constructor(pipeline: Pipeline, nameOf: NameOf | undefined) {
    this.pipeline = pipeline;
    this.nameOf = nameOf;
    pipeline.book.onlooker = this;
    pipeline.hearAll();
  }

  /** Capture time; NaN before the first packet. */
  get now(): Micros {
    return this.pipeline.intake.last;
  }

  /** Attempts at endpoints beyond the bound, which are not told apart. */
  get beyond(): number {
    return this.pipeline.book.beyond;
  }

  attempt(stats: EndpointStats, a: AttemptView): void {
    const entry = this.entryOf(stats);
    if (entry.soFar.attempt(a)) {
      entry.rate.add(a.at, 1);
      this.rate.add(a.at, 1);
    }
    this.touch(entry);
    this.also?.attempt(a);
  }

  lones(stats: EndpointStats, shown: number): void {
    const entry = this.entryOf(stats);
    entry.soFar.lones(shown);
    this.touch(entry);
  }

  /** An incident changed its state: those at its place are to be judged anew. */
  incident(incident: Incident): void {
    if (!this.firing.take(incident)) return;
    for (const entry of this.entries) this.touch(entry);
  }

  /** Judges every endpoint of which something was told since the last time. */
  judge(): Change[] {
    const { now, firing } = this;
    const { oneWay } = this.pipeline.book.capture;
    const changes: Change[] = [];
    const waiting: Entry[] = [];
    for (const entry of this.touched) {
      entry.touched = false;
      const verdict = firing.verdictOn(entry) ?? entry.soFar.judge(now, oneWay);
      if (verdict === null) waiting.push(entry);
      else if (verdict !== entry.verdict) {
        changes.push({ entry, was: entry.verdict, at: now });
        this.count(entry.verdict, -1);
        this.count(verdict, 1);
        entry.verdict = verdict;
        entry.changed = now;
      }
    }
    this.touched = [];
    for (const entry of waiting) this.touch(entry);
    return changes;
  }

  /** As the record has it, judged as it stands. */
  endpointOf(entry: Entry): Endpoint {
    const { soFar, verdict, server } = entry;
    const { stats } = soFar;
    const { book } = this.pipeline;
    const causes = book.causes(stats, verdict, this.around(stats));
    return {
      type: 'endpoint',
      server,
      source: this.pipeline.source,
      verdict,
      attempts: attemptsOf(soFar),
      clients: stats.clients.count,
      first: soFar.first,
      last: soFar.last,
      causes,
      // Told of last words: where those say something else yet, it would be of another verdict.
      story:
        stats.total > 0 && judge(stats, book.capture.oneWay) === verdict
          ? storyOf(stats, verdict, causes)
          : '',
      settle: settleOf(stats, causes),
    };
  }

  private around(stats: EndpointStats): Neighbours {
    const now = performance.now();
    if (this.near === undefined || now - this.lookedAround > this.lookingTook / AROUND_SHARE) {
      this.near = this.pipeline.book.neighbours();
      this.lookedAround = performance.now();
      this.lookingTook = this.lookedAround - now;
    }
    return this.near(stats);
  }

  /** How many endpoints are so, worst first; those that nothing is wrong with left out. */
  get sick(): readonly (readonly [verdict: Verdict, count: number])[] {
    return VERDICTS.filter((verdict) => verdict !== 'healthy' && verdict !== 'unknown')
      .map((verdict) => [verdict, this.counts.get(verdict) ?? 0] as const)
      .filter(([, count]) => count > 0);
  }

  private count(verdict: Verdict, by: number): void {
    this.counts.set(verdict, (this.counts.get(verdict) ?? 0) + by);
  }

  private entryOf(stats: EndpointStats): Entry {
    let entry = this.byStats.get(stats);
    if (entry === undefined) {
      entry = new Entry(stats, this.nameOf);
      this.byStats.set(stats, entry);
      this.entries.push(entry);
    }
    return entry;
  }

  private touch(entry: Entry): void {
    if (entry.touched) return;
    entry.touched = true;
    this.touched.push(entry);
  }
}
