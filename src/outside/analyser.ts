/** An analyser from outside, on the daemon's side: what it is told goes to its process in batches. */
import type { AfarAnalyser } from '../engine/afar.ts';
import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { AnalyserHost, Attempt, Emit, Memory } from '../plugin/api.ts';
import { keepAttempt } from '../plugin/api.ts';
import { Checked } from '../plugin/checked.ts';
import { factsOf } from './facts.ts';
import { Inbox } from './inbox.ts';
import { createMessage, reporterOf } from './instance.ts';
import type { Origin } from './instance.ts';
import { Keepsakes } from './keepsakes.ts';
import type { Batch, Event, Heard, Hears } from './messages.ts';
import { missedText } from './reporter.ts';
import type { Reporter } from './reporter.ts';
import { Supervisor } from './supervisor.ts';

/** Events of a batch: enough that what a message costs does not count. */
const EVENTS_OF_BATCH = 512;
/** Batches under way: while it works on one, the next ones are there. */
const WINDOW = 4;
/** Events that may wait for a plugin behind a live source, which waits for nobody. */
const WAITING_MOST = 64 * EVENTS_OF_BATCH;
/** What is sent at the end of a live source is waited for so long. */
const END_MS = 5000;

/** Something that it misses if it doesn't get it. */
function isData({ is }: Event): boolean {
  return is !== 'advance' && is !== 'end';
}

export class OutsideAnalyser implements AfarAnalyser {
  readonly #host: AnalyserHost;
  readonly #supervisor: Supervisor;
  readonly #inbox: Inbox;
  readonly #reporter: Reporter;
  readonly #keepsakes: Keepsakes;
  #hears: Hears | null = null;
  #waiting: Event[] = [];
  /** Number of events, by batch. */
  readonly #underWay = new Map<number, number>();
  #number = 0;
  #now: Micros = 0;
  #wake: Micros = Number.POSITIVE_INFINITY;
  #skipsLone = false;
  #save: Batch['save'] = null;
  /** Events that a slow plugin was not given, since it was last told. */
  #passedBy = 0;
  #idle: PromiseWithResolvers<void> | null = null;

  constructor(origin: Origin, options: object, host: AnalyserHost, emit: Emit) {
    this.#host = host;
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
        return createMessage(origin, host.id, options, { facts, remembered: this.#keepsakes.all });
      },
      message: (message) => this.#message(message),
      failed: (why, again) => this.#failed(why, again),
    });
  }

  syn(attempt: Attempt): void {
    if (this.#hears?.syn !== false) this.#push({ is: 'syn', attempt: keepAttempt(attempt) });
  }

  attempt(attempt: Attempt): undefined {
    if (this.#hears?.attempt === false) return;
    this.#push({ is: 'attempt', attempt: keepAttempt(attempt) });
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

  collect(tell: (notice: Notice) => void): void {
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
    this.#supervisor.close();
    this.#rest();
  }

  get #isIdle(): boolean {
    const { disabled } = this.#supervisor;
    return disabled || (this.#underWay.size === 0 && this.#waiting.length === 0);
  }

  #push(event: Event): void {
    if (this.#supervisor.disabled) {
      if (isData(event)) this.#reporter.missed++;
      return;
    }
    // A file waits at the end of each of its batches.
    if (!this.#host.capture.finite && this.#waiting.length >= WAITING_MOST) {
      if (this.#passedBy++ === 0) this.#reporter.slow();
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length >= EVENTS_OF_BATCH) this.#fill();
  }

  /** Sends as much as the window has room for. */
  #fill(): void {
    if (this.#hears === null) return;
    const due = (): boolean =>
      this.#waiting.length > 0 || this.#save !== null || this.#now >= this.#wake;
    while (this.#underWay.size < WINDOW && due()) {
      const events = this.#waiting.splice(0, EVENTS_OF_BATCH);
      if (this.#waiting.length === 0) events.push({ is: 'advance', now: this.#now });
      this.#wake = Number.POSITIVE_INFINITY;
      this.#number++;
      this.#underWay.set(this.#number, events.filter((event) => isData(event)).length);
      const { capture } = this.#host;
      this.#inbox.worked(events.length);
      this.#supervisor.send({
        is: 'batch',
        number: this.#number,
        facts: factsOf(capture),
        events,
        save: this.#waiting.length === 0 ? this.#save : null,
      });
      if (this.#waiting.length === 0) this.#save = null;
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
    const { syn, attempt, notice } = (hears ?? {}) as Heard;
    const known = { syn: syn === true, attempt: attempt === true, notice: notice === true };
    this.#hears = known;
    // What came before it could say what it hears.
    this.#waiting = this.#waiting.filter(({ is }) => !(is in known) || known[is as keyof Hears]);
    this.#fill();
    this.#rest();
  }

  #done({ number, skipsLone, wake, kept }: Heard): void {
    if (typeof number !== 'number' || !this.#underWay.delete(number)) {
      this.#supervisor.kill('answered what it was not asked');
      return;
    }
    this.#skipsLone = skipsLone === true;
    if (typeof wake === 'number') this.#wake = Math.min(this.#wake, wake);
    this.#inbox.answered(kept);
    if (this.#passedBy > 0 && this.#waiting.length < EVENTS_OF_BATCH) {
      this.#reporter.caughtUp(this.#passedBy);
      this.#passedBy = 0;
    }
    this.#fill();
    this.#rest();
  }

  #failed(why: string, again: number | null): void {
    const lost = [...this.#underWay.values()].reduce((sum, events) => sum + events, 0);
    this.#underWay.clear();
    this.#hears = null;
    this.#inbox.release([]);
    this.#wake = Number.POSITIVE_INFINITY;
    this.#skipsLone = false;
    const left = this.#waiting.filter((event) => isData(event)).length;
    const missed = again === null ? lost + left : lost;
    if (again === null) this.#waiting = [];
    this.#reporter.failed(`${why}; ${missedText(missed)}`, again);
    this.#rest();
  }

  #rest(): void {
    if (!this.#isIdle) return;
    this.#idle?.resolve();
    this.#idle = null;
  }
}
