import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from '../plugin/api.ts';
import { backoff, LONGEST_MS } from './backoff.ts';
import type { Outbox, Stored } from './outbox.ts';
import { decode } from './outbox.ts';

export type Deliver = NonNullable<Sink['deliver']>;

/** A line for the log, about the sink. */
export type Say = (level: 'info' | 'warn' | 'error', text: string) => void;

/** While the engine ends, a sink is asked again at least this often, in ms: it has 15 s. */
const LONGEST_AT_THE_END_MS = 2000;

/** A sink that stays away is said again after this long, in ms. */
const SAY_AGAIN_MS = 3_600_000;

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function afterOf(error: unknown): number | null {
  const after: unknown = error instanceof Error && 'after' in error ? error.after : null;
  return typeof after === 'number' && Number.isFinite(after) ? after : null;
}

/** Brings one sink its messages, one at a time, in order, until taken. */
export class Courier {
  readonly id: string;
  readonly #deliver: Deliver;
  readonly #outbox: Outbox;
  readonly #say: Say;
  readonly #abort = new AbortController();
  /** Rings when there may be something new. */
  #bell = Promise.withResolvers<void>();
  /** Ends the present wait between two tries. */
  #nap = new AbortController();
  #running: Promise<void> | undefined;
  #gone = false;
  /** In a row. */
  #failures = 0;
  /** When the present message was first tried, by performance.now(); NaN where none is under way. */
  #since = Number.NaN;
  #said = { text: '', at: -Infinity };
  #longest = LONGEST_MS;
  /** Ms that messages were stuck for, those that were taken in the end, since `hurry`. */
  #stuck = 0;
  #hurriedAt = Number.NaN;

  constructor(id: string, deliver: Deliver, outbox: Outbox, say: Say) {
    this.id = id;
    this.#deliver = deliver;
    this.#outbox = outbox;
    this.#say = say;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There may be something new. */
  wake(): void {
    this.#bell.resolve();
  }

  /** Nothing to do: all is taken, or the receiver wants no more. */
  get done(): boolean {
    return this.#gone || (Number.isNaN(this.#since) && this.#outbox.waiting(this.id) === 0);
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Of the present message, in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** The engine ends: no long waits between tries from now on. */
  hurry(): void {
    this.#longest = LONGEST_AT_THE_END_MS;
    this.#hurriedAt = performance.now();
    this.#nap.abort();
  }

  /** How long the sink has kept the engine from its end by failing or by not answering, in ms. */
  get trouble(): number {
    if (Number.isNaN(this.#since)) return this.#stuck;
    return this.#stuck + performance.now() - Math.max(this.#since, this.#hurriedAt);
  }

  /** Waits for the try that is under way, but tells it to end. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#nap.abort();
    this.#bell.resolve();
    // A sink that does not listen to the signal must not hold up the end.
    await Promise.race([this.#running, sleep(1000, undefined, { ref: false })]);
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#stopped && !this.#gone) {
      // Before the look, so that what comes after it rings.
      this.#bell = Promise.withResolvers<void>();
      const failure = await this.#tellNext();
      if (failure === null || this.#stopped) continue;
      const wait = backoff(this.#failures, failure.after, Math.random(), this.#longest);
      this.#nap = new AbortController();
      await sleep(wait, undefined, { signal: this.#nap.signal }).catch(() => {});
    }
  }

  /** Tries the next message once. @returns what to wait for, or `null` to go on */
  async #tellNext(): Promise<{ after: number | null } | null> {
    try {
      const stored = this.#outbox.next(this.id);
      if (stored === undefined) {
        this.#since = Number.NaN;
        await this.#bell.promise;
        return null;
      }
      if (Number.isNaN(this.#since)) this.#since = performance.now();
      await this.#tell(stored);
      return null;
    } catch (error) {
      if (Number.isNaN(this.#since)) this.#since = performance.now();
      if (!this.#stopped) this.#failed(textOf(error));
      return { after: afterOf(error) };
    }
  }

  async #tell(stored: Stored): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#deliver(decode(stored), { id: stored.id, signal });
    } catch (error) {
      const name = nameOf(error);
      if (name === 'Gone') {
        this.#gone = true;
        this.#say('error', `${textOf(error)}; nothing more is sent to it until it begins anew`);
        return;
      }
      if (name !== 'Refused') throw error;
      const kept = this.#outbox.refuse(this.id, stored, textOf(error), Date.now());
      const where = kept ? 'set aside in outbox_refused' : 'let go, as nothing can be written';
      this.#say('error', `${textOf(error)}; ${stored.id} is ${where}`);
    }
    this.#succeeded();
    this.#outbox.taken(this.id, stored);
  }

  #succeeded(): void {
    if (this.#failures > 0) {
      this.#say('info', 'is back; what it missed follows in order');
      if (!Number.isNaN(this.#hurriedAt)) this.#stuck = this.trouble;
    }
    this.#failures = 0;
    this.#since = Number.NaN;
    this.#said = { text: '', at: -Infinity };
  }

  #failed(text: string): void {
    this.#failures++;
    const now = performance.now();
    if (text === this.#said.text && now - this.#said.at < SAY_AGAIN_MS) return;
    this.#said = { text, at: now };
    this.#say('warn', `${text}; trying again, ${this.#outbox.waiting(this.id)} waiting`);
  }
}
