import { setTimeout as sleep } from 'node:timers/promises';
import type { Notice } from '../model/notice.ts';
import { Courier } from './courier.ts';
import type { Deliver } from './courier.ts';
import { Namer } from './message.ts';
import type { Message } from './message.ts';
import type { Bound, Outbox } from './outbox.ts';
import { encode } from './outbox.ts';
import type { Remembered } from './remembered.ts';

export type Log = (id: string, level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;

/** A sink that delivers. */
export interface Recipient {
  readonly id: string;
  readonly deliver: Deliver;
  readonly bound: Bound;
}

/** Where the outbox is. */
export interface Place {
  /** Absolute; `null` for memory. */
  readonly path: string | null;
  /** What went wrong with it, as an error whose message says what to do. */
  fault(error: unknown): unknown;
}

/** Whom it is for. */
export interface Wards {
  readonly recipients: readonly Recipient[];
  /** Ids of the analysers that remember. */
  readonly remembering: readonly string[];
  /** Whose memories are kept. */
  readonly owners: ReadonlySet<string>;
}

/** How long a sink that fails may keep the engine from its end. */
export const PATIENCE_MS = 15_000;

/** Between two tries to write what the disk refused. */
const RETRY_MS = 1000;

/** Messages that wait in memory while the disk takes none: some 20 MB. */
export const STAGED_AT_MOST = 10_000;

/** While the engine ends: between two looks at the sinks. */
const LOOK_MS = 20;

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

/** Tells sinks what happened, with the promise that it was on disk before. */
export class Delivery {
  /** Notices of the delivery itself, for the engine to emit; their time is the engine's to say. */
  readonly notices: Omit<Notice, 'time'>[] = [];
  readonly #outbox: Outbox;
  readonly #place: Place;
  readonly #log: Log;
  readonly #couriers: Courier[];
  readonly #namer = new Namer();
  /** The message named last, as several sinks are given the same one in turn. */
  #named: { message: Message; id: string; body: string } | undefined;
  #dropped = new Map<string, number>();
  /** What the disk said, while it takes nothing. */
  #trouble: unknown;
  #unrecorded = 0;
  #timer: NodeJS.Timeout | undefined;
  /** It is said what sinks have not taken. */
  #toldLeft = false;

  constructor(outbox: Outbox, place: Place, wards: Wards, log: Log) {
    const { recipients } = wards;
    this.#outbox = outbox;
    this.#place = place;
    this.#log = log;
    outbox.onOverflow = (sink, dropped) => this.#overflow(sink, dropped);
    const strays = outbox.adopt(new Map(recipients.map(({ id, bound }) => [id, bound])));
    for (const [id, count] of strays) {
      log('outbox', 'warn', `${messages(count)} for ${id} let go: there is no such sink any more`);
    }
    this.#couriers = recipients.map(
      ({ id, deliver }) => new Courier(id, deliver, outbox, (level, text) => log(id, level, text)),
    );
    outbox.remembered.onTrouble = (id, code, text) => this.#notice(id, text, code);
    outbox.remembered.adopt(wards.owners);
    if (place.path === null) {
      const ids = recipients.map(({ id }) => id).join(', ');
      const learnt = wards.remembering.join(', ');
      const what = [
        ...(ids === '' ? [] : [`what ${ids} must still be told`]),
        ...(learnt === '' ? [] : [`what ${learnt} has learnt`]),
      ].join(', and ');
      const text = `${what} is kept in memory and lost at a restart: add a sqlite sink, or set 'state' to a file`;
      this.notices.push({ type: 'notice', code: 'outbox-in-memory', text });
      log('outbox', 'warn', text);
    }
  }

  /** What analysers keep across restarts; `commit` writes it. */
  get remembered(): Remembered {
    return this.#outbox.remembered;
  }

  start(): void {
    for (const courier of this.#couriers) courier.start();
  }

  /** Takes a message for a sink. It is told after the next `commit`. */
  stage(sink: string, message: Message): void {
    if (this.#named?.message !== message) {
      const body = encode(message);
      this.#named = { message, body, id: this.#namer.nameOf(message, body) };
    }
    this.#outbox.stage(sink, this.#named.id, this.#named.body);
  }

  /** Puts what is staged on disk and lets the sinks know. What the disk refuses waits, and that is said. */
  commit(): void {
    if (!this.#outbox.dirty && this.#trouble === undefined) return;
    this.#named = undefined;
    // A disk that is full is not asked for each message.
    if (this.#trouble !== undefined && this.#timer !== undefined) {
      this.#unrecorded += this.#outbox.unstage(STAGED_AT_MOST);
      return;
    }
    try {
      this.#outbox.commit();
    } catch (error) {
      this.#refused(error);
      return;
    }
    if (this.#trouble !== undefined) this.#recovered();
    for (const courier of this.#couriers) courier.wake();
  }

  /**
   * Waits until the sinks have taken everything. One that fails or doesn't
   * answer is waited for 15 s at most; what it has not taken stays.
   * @throws what the disk said, when there is something that it never took
   */
  async drain(patience = PATIENCE_MS): Promise<void> {
    this.commit();
    const start = performance.now();
    for (const courier of this.#couriers) courier.hurry();
    const waits = (): boolean =>
      this.#outbox.dirty
        ? performance.now() - start < patience
        : this.#couriers.some((courier) => !courier.done && courier.trouble < patience);
    while (waits()) await sleep(LOOK_MS);
    this.#tellLeft(`failed for ${patience / 1000} s`);
    if (this.#outbox.dirty) throw this.#place.fault(this.#trouble);
  }

  /** How each sink is doing: messages that wait for it, tries of the present one that failed, no more wanted. */
  get queues(): readonly {
    readonly id: string;
    readonly waiting: number;
    readonly failures: number;
    readonly gone: boolean;
  }[] {
    return this.#couriers.map(({ id, failures, gone }) => ({
      id,
      waiting: this.#outbox.waiting(id),
      failures,
      gone,
    }));
  }

  /** What is in a file waits there; what was in memory is lost, and that is said. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#couriers.map((courier) => courier.stop()));
    if (this.#place.path === null) this.#tellLeft('was not waited for');
    this.#outbox.close();
  }

  /** Once. @param why of those that would have taken more */
  #tellLeft(why: string): void {
    if (this.#toldLeft) return;
    this.#toldLeft = true;
    for (const { id, gone } of this.#couriers) {
      const left = this.#outbox.waiting(id);
      if (left === 0) continue;
      const fate =
        this.#place.path === null
          ? `${messages(left)} for it, kept in memory only, lost`
          : `${messages(left)} for it kept in ${this.#place.path} for the next run`;
      this.#log(id, 'error', `${gone ? 'wants no more' : why}: ${fate}`);
    }
  }

  #refused(error: unknown): void {
    if (this.#trouble === undefined) {
      const fault = this.#place.fault(error);
      const text = fault instanceof Error ? fault.message : String(fault);
      this.#log(
        'outbox',
        'error',
        `${text}; what sinks must be told waits in memory, up to ${STAGED_AT_MOST} messages, until it can be written`,
      );
    }
    this.#trouble = error;
    this.#unrecorded += this.#outbox.unstage(STAGED_AT_MOST);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.commit();
    }, RETRY_MS);
    this.#timer.unref();
  }

  #recovered(): void {
    this.#trouble = undefined;
    const lost = this.#unrecorded;
    this.#unrecorded = 0;
    this.#log('outbox', 'info', 'can be written again; what waited follows in order');
    if (lost > 0)
      this.#notice('outbox', `${lost} messages were lost: the disk took none for too long`);
  }

  #overflow(sink: string, dropped: number): void {
    const before = this.#dropped.get(sink) ?? 0;
    const all = before + dropped;
    this.#dropped.set(sink, all);
    // Said at once, then each time it is ten times as many: never a line for each.
    if (before !== 0 && Math.floor(Math.log10(all)) === Math.floor(Math.log10(before))) return;
    this.#notice(
      sink,
      `its queue is full: the oldest ${all === 1 ? 'message was' : `${all} messages were`} dropped; see why it takes none, or raise its 'queue'`,
    );
  }

  #notice(id: string, text: string, code = 'outbox-overflow'): void {
    this.#log(id, 'error', text);
    this.notices.push({ type: 'notice', code, text: `${id}: ${text}` });
  }
}
