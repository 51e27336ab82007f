/** An analyser from outside, on the daemon's side: what it is told goes to its process in batches. */
import type { AfarAnalyser } from '../engine/afar.ts';
import { shortfallOf } from '../engine/shortfall.ts';
import type { Shortfall } from '../engine/shortfall.ts';
import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { AnalyserHost, Attempt, Emit, Memory } from '../plugin/api.ts';
import { keepAttempt } from '../plugin/api.ts';
import type { Segment } from '../wire/segment.ts';
import { Checked } from '../plugin/checked.ts';
import { checkNotes } from '../plugin/notes.ts';
import { factsOf } from './facts.ts';
import { Held } from './held.ts';
import { Inbox } from './inbox.ts';
import { createMessage, reporterOf } from './instance.ts';
import type { Origin } from './instance.ts';
import { Keepsakes } from './keepsakes.ts';
import type { Batch, Event, Heard, Hears, Place } from './messages.ts';
import { isData, Outgoing } from './outgoing.ts';
import type { Parcel } from './outgoing.ts';
import { Missed, missedText } from './reporter.ts';
import type { Reporter } from './reporter.ts';
import { Supervisor } from './supervisor.ts';

/** Batches under way: while it works on one, the next ones are there. */
const WINDOW = 4;
/** Events that may wait for a plugin behind a live source, which waits for nobody. */
const WAITING_MOST = 32_768;
/** Likewise of segments: blocks of 1000 rows, 4 MB in all. */
const BLOCKS_MOST = 64;
/** Fewer than so many events, and blocks beyond those under way: it keeps up. */
const WAITING_LITTLE = 512;
/** Segments are many: it may say something of every fourth one's worth of an event. */
const SEGMENTS_AN_EVENT = 4;
/** What is sent at the end of a live source is waited for so long. */
const END_MS = 5000;

export class OutsideAnalyser implements AfarAnalyser {
  readonly #host: AnalyserHost;
  readonly #supervisor: Supervisor;
  readonly #inbox: Inbox;
  readonly #reporter: Reporter;
  readonly #shortfall: Shortfall;
  readonly #keepsakes: Keepsakes;
  #hears: Hears | null = null;
  readonly #outgoing = new Outgoing();
  readonly #blocksMost: number;
  readonly #places: Place[] = [];
  readonly #held: Held;
  holds = false;
  #ended = false;
  /** By number. */
  readonly #underWay = new Map<number, Parcel>();
  #number = 0;
  #now: Micros = 0;
  #wake: Micros = Number.POSITIVE_INFINITY;
  #skipsLone = false;
  #save: Batch['save'] = null;
  /** What a slow plugin was not given, since that was last told. */
  #passedBy = new Missed();
  #idle: PromiseWithResolvers<void> | null = null;

  constructor(origin: Origin, options: object, host: AnalyserHost, emit: Emit) {
    this.#host = host;
    // A file waits at the end of each of its batches.
    this.#blocksMost = host.capture.finite ? Number.POSITIVE_INFINITY : BLOCKS_MOST;
    this.#held = new Held(host.id, !host.capture.finite);
    this.#shortfall = shortfallOf(host);
    this.#keepsakes = new Keepsakes(host.remembered);
    const reporter = reporterOf(origin, host);
    this.#reporter = reporter;
    const tooMuch = (why: string): void => this.#supervisor.kill(why);
    this.#inbox = new Inbox(new Checked(host.id, origin.declared.emits), emit, reporter, tooMuch);
    this.#supervisor = new Supervisor({
      origin,
      host,
      reporter,
      create: () => {
        const facts = factsOf(host.capture);
        const known = { facts, remembered: this.#keepsakes.all, places: this.#places };
        return createMessage(origin, host.id, options, known);
      },
      message: (message) => this.#message(message),
      failed: (why, again) => this.#failed(why, again),
    });
  }

  places(origin: number, source: string, interfaces: readonly string[]): void {
    const known = this.#places.find((place) => place.origin === origin);
    const named = known?.interfaces.length === interfaces.length;
    if (named && interfaces.every((name, i) => known.interfaces[i] === name)) return;
    const place = { origin, source, interfaces: [...interfaces] };
    if (known !== undefined) this.#places.splice(this.#places.indexOf(known), 1);
    this.#places.push(place);
    // Not bounded as other events are: without it rows make no sense.
    if (!this.#supervisor.disabled) this.#outgoing.push({ is: 'place', ...place });
  }

  row(s: Segment, times: Float64Array, i: number, place: number, aside: boolean): void {
    if (this.#hears?.segment === false) return;
    if (this.#supervisor.disabled) {
      this.#reporter.missed.segments++;
      this.#shortfall.segments++;
      return;
    }
    const full = this.#outgoing.row(s, times, i, place, aside, this.#blocksMost);
    if (full < 0) this.#passBy('segments');
    else if (full === 1) this.#fill();
  }

  syn(attempt: Attempt): void {
    if (this.#hears?.syn !== false) this.#push({ is: 'syn', attempt: keepAttempt(attempt) });
  }

  attempt(attempt: Attempt): undefined {
    const hears = this.#hears?.attempt !== false;
    if (!hears && !this.holds) return;
    const kept = keepAttempt(attempt);
    const sent = hears && this.#push({ is: 'attempt', attempt: kept });
    if (this.holds) this.#held.add(kept, sent);
  }

  notice(notice: Notice): void {
    if (this.#hears?.notice !== false) this.#push({ is: 'notice', notice });
  }

  blind(since: Micros): void {
    this.#push({ is: 'blind', since });
  }

  end(now: Micros): void {
    this.#push({ is: 'end', now });
    if (this.#supervisor.disabled) this.#reporter.stayedOff();
    this.#now = now;
    this.#save = 'all';
    this.#ended = true;
    this.#fill();
  }

  skipsLone(): boolean {
    return this.#skipsLone || this.#supervisor.disabled;
  }

  save(memory: Memory): void {
    this.#keepsakes.give(memory);
    this.#save ??= 'some';
  }

  send(now: Micros): void {
    if (now > this.#now) this.#now = now;
    this.#fill();
  }

  collect(tell: (notice: Notice) => void, hand: (attempt: Attempt) => void): void {
    const { late } = this.#held;
    this.#held.hand(hand, this.#ended);
    this.#shortfall.lateNotes += this.#held.late - late;
    this.#inbox.empty(this.#keepsakes);
    for (const notice of this.#reporter.take(this.#now)) tell(notice);
  }

  async settled(save: boolean): Promise<void> {
    if (save) this.#save = 'all';
    this.#fill();
    if (this.#isIdle) return;
    this.#idle ??= Promise.withResolvers<void>();
    if (this.#host.capture.finite) return this.#idle.promise;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, END_MS);
    await Promise.race([this.#idle.promise, late]);
    clearTimeout(timer);
  }

  retry(): boolean {
    if (!this.#supervisor.retry()) return false;
    this.#reporter.retried();
    return true;
  }

  close(): void {
    const { refused } = this.#inbox;
    if (refused > 1) this.#host.log('warn', `${refused} of its messages were refused in all`);
    this.#reporter.closed();
    if (this.#held.late > 0) {
      const text = `${this.#held.late} attempts went on without its notes, which came later than 1 s`;
      this.#host.log('warn', text);
    }
    this.#supervisor.close();
    this.#rest();
  }

  get #isIdle(): boolean {
    const { disabled } = this.#supervisor;
    return disabled || (this.#underWay.size === 0 && this.#outgoing.isEmpty);
  }

  /** @returns whether it will be sent */
  #push(event: Event): boolean {
    if (this.#supervisor.disabled) {
      if (isData(event)) {
        this.#reporter.missed.events++;
        this.#shortfall.events++;
      }
      return false;
    }
    const isFull = !this.#host.capture.finite && this.#outgoing.events >= WAITING_MOST;
    if (isFull && isData(event)) {
      this.#passBy('events');
      return false;
    }
    if (this.#outgoing.push(event)) this.#fill();
    return true;
  }

  #passBy(what: 'events' | 'segments'): void {
    const { events, segments } = this.#passedBy;
    if (events + segments === 0) this.#reporter.slow();
    this.#passedBy[what]++;
    this.#shortfall[what]++;
  }

  /** Sends as much as the window has room for. */
  #fill(): void {
    if (this.#hears === null) return;
    const outgoing = this.#outgoing;
    const due = (): boolean => !outgoing.isEmpty || this.#save !== null || this.#now >= this.#wake;
    while (this.#underWay.size < WINDOW && due()) {
      const parcel = outgoing.take();
      const { events, block, segments } = parcel;
      const isLast = outgoing.isEmpty;
      if (isLast) events.push({ is: 'advance', now: this.#now });
      this.#wake = Number.POSITIVE_INFINITY;
      this.#number++;
      this.#underWay.set(this.#number, parcel);
      this.#inbox.worked(events.length + segments / SEGMENTS_AN_EVENT);
      const batch: Batch = {
        is: 'batch',
        number: this.#number,
        facts: factsOf(this.#host.capture),
        events,
        save: isLast ? this.#save : null,
      };
      this.#supervisor.send(batch, block?.bytes);
      if (isLast) this.#save = null;
    }
  }

  #message(message: Heard): void {
    switch (message['is']) {
      case 'ready':
        this.#ready(message['hears']);
        break;
      case 'emit':
        this.#inbox.told(message['messages']);
        if (this.#underWay.size === 0) this.#inbox.release([]);
        break;
      case 'done':
        this.#done(message);
        break;
      case 'log':
        this.#reporter.logged(message);
        break;
      default:
        this.#supervisor.kill('sent a message that there is not');
    }
  }

  #ready(hears: unknown): void {
    const { segment, syn, attempt, notice } = (hears ?? {}) as Heard;
    this.#hears = {
      segment: segment === true,
      syn: syn === true,
      attempt: attempt === true,
      notice: notice === true,
    };
    // What came before it could say what it hears.
    this.#outgoing.keepWhat(this.#hears);
    if (!this.#hears.attempt) this.#held.releaseAll();
    this.#fill();
    this.#rest();
  }

  #done({ number, skipsLone, wake, kept, notes }: Heard): void {
    const parcel = typeof number === 'number' ? this.#underWay.get(number) : undefined;
    if (parcel === undefined) {
      this.#supervisor.kill('answered what it was not asked');
      return;
    }
    this.#underWay.delete(number as number);
    this.#noted(parcel, notes);
    this.#outgoing.giveBack(parcel);
    this.#skipsLone = skipsLone === true;
    if (typeof wake === 'number') this.#wake = Math.min(this.#wake, wake);
    this.#inbox.answered(kept);
    const { events, segments } = this.#passedBy;
    const { events: waiting, blocks } = this.#outgoing;
    if (events + segments > 0 && waiting < WAITING_LITTLE && blocks <= WINDOW) {
      this.#reporter.caughtUp(this.#passedBy);
      this.#passedBy = new Missed();
    }
    this.#fill();
    this.#rest();
  }

  /** The attempts of a batch go on, with what it noted on some of them. */
  #noted({ events }: Parcel, given: unknown): void {
    if (!this.holds) return;
    const notes = new Map<unknown, unknown>();
    for (const one of Array.isArray(given) ? (given as readonly unknown[]) : []) {
      if (Array.isArray(one)) notes.set(one[0], one[1]);
    }
    let index = 0;
    for (const event of events) {
      if (event.is !== 'attempt') continue;
      const noted = notes.has(index) ? checkNotes(notes.get(index)) : null;
      index++;
      if (typeof noted === 'string') this.#reporter.refused(noted);
      this.#held.release(event.attempt, typeof noted === 'string' ? null : noted);
    }
  }

  #failed(why: string, again: number | null): void {
    const missed = new Missed();
    for (const parcel of this.#underWay.values()) {
      missed.events += parcel.events.filter((event) => isData(event)).length;
      missed.segments += parcel.segments;
      this.#noted(parcel, []);
      this.#outgoing.giveBack(parcel);
    }
    this.#underWay.clear();
    this.#hears = null;
    this.#inbox.release([]);
    this.#wake = Number.POSITIVE_INFINITY;
    this.#skipsLone = false;
    if (again === null) {
      missed.add(this.#outgoing.clear());
      this.#held.releaseAll();
    }
    this.#shortfall.events += missed.events;
    this.#shortfall.segments += missed.segments;
    this.#reporter.failed(`${why}; ${missedText(missed)}`, again);
    this.#rest();
  }

  #rest(): void {
    if (!this.#isIdle) return;
    this.#idle?.resolve();
    this.#idle = null;
  }
}
