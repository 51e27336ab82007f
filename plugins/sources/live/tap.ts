import type { CaptureDrops, FrameBatch, Micros } from 'unackd';
import { Capture, NotOpened } from './capture.ts';
import type { CaptureSettings } from './capture.ts';
import { linkState } from './flags.ts';
import type { LinkState } from './flags.ts';

/** Tells people something about an interface. */
export type Say = (code: string, text: string) => void;

const NOTHING_DROPPED: CaptureDrops = { received: 0, kernel: 0, interface: 0 };

function sum(a: CaptureDrops, b: CaptureDrops): CaptureDrops {
  return {
    received: a.received + b.received,
    kernel: a.kernel + b.kernel,
    interface: a.interface + b.interface,
  };
}

/** One interface of a source through its life: waited for, captured on, down, gone and back. */
export class Tap {
  readonly name: string;
  /** `null` while it is waited for. */
  capture: Capture | null = null;
  /** Which of the source's `interfaces` its frames are from. */
  index = -1;
  /** Whether the last `drain` may have left something. */
  full = false;
  readonly #settings: CaptureSettings;
  readonly #say: Say;
  #state: LinkState | 'new' = 'new';
  /** Wall clock, milliseconds: since when nothing is captured. */
  #since = 0;
  /** libpcap's words when it was tried last, to tell them once. */
  #trouble = '';
  /** Of captures that are closed. */
  #dropped = NOTHING_DROPPED;

  constructor(name: string, settings: CaptureSettings, say: Say) {
    this.name = name;
    this.#settings = settings;
    this.#say = say;
  }

  /**
   * Opens it where it is not open.
   * @returns whether it was opened now
   * @throws NotOpened for other reasons than that it is down or not there
   */
  open(): boolean {
    if (this.capture !== null) return false;
    const state = linkState(this.name);
    if (state === 'absent' || state === 'down') {
      this.#now(state);
      return false;
    }
    try {
      this.capture = new Capture(this.name, this.#settings);
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      // It went away in between, whatever that looks like to libpcap.
      const now = linkState(this.name);
      if (now === 'absent' || now === 'down') this.#now(now);
      else if (error.reason === 'absent' || error.reason === 'down') this.#now(error.reason);
      else throw error;
      return false;
    }
    this.#trouble = '';
    this.#now(state);
    return true;
  }

  /** Looks after it, once a second: says what has become of it, opens it again. @returns as `open` */
  tend(): boolean {
    if (this.capture !== null) {
      this.#now(linkState(this.name));
      return false;
    }
    try {
      return this.open();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== this.#trouble) {
        this.#trouble = text;
        this.#say('interface-not-opened', `${this.name}: can't be opened again: ${text}`);
      }
      return false;
    }
  }

  /** Takes over what its ring has, unless something of before is still to be taken. */
  drain(): void {
    if (this.capture === null || this.nextTime < Number.POSITIVE_INFINITY) return;
    const found = this.capture.drain();
    this.full = found === 'full';
    if (typeof found === 'string') return;
    this.close();
    const state = linkState(this.name);
    // Where there is one of that name, it is another one by now.
    this.#now(state === 'down' ? 'down' : 'absent');
  }

  /** Time of the next frame to `take`, microseconds; infinite where there is none. */
  get nextTime(): Micros {
    return this.capture?.nextTime ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the ring has more, from before what other taps may still hold. */
  get lags(): boolean {
    return this.full && this.nextTime === Number.POSITIVE_INFINITY;
  }

  take(batch: FrameBatch, until: Micros): boolean {
    return this.capture?.take(batch, this.index, until) === true;
  }

  drops(): CaptureDrops {
    return this.capture === null ? this.#dropped : sum(this.#dropped, this.capture.drops());
  }

  close(): void {
    if (this.capture === null) return;
    this.#dropped = this.drops();
    this.capture.close();
    this.capture = null;
    this.full = false;
  }

  #now(state: LinkState): void {
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    const { name } = this;
    if (state === 'up') {
      if (before === 'new') return;
      const seconds = Math.round((Date.now() - this.#since) / 1000);
      const was = before === 'absent' ? 'is there' : 'is up';
      this.#say('interface-back', `${name}: ${was} after ${seconds} s: capturing`);
      return;
    }
    if (before === 'new' || before === 'up') this.#since = Date.now();
    const waits = 'nothing is captured there until it is';
    if (state === 'absent') {
      const text = before === 'new' ? 'there is no such interface yet' : 'the interface is gone';
      this.#say('interface-gone', `${name}: ${text}; it is waited for by its name`);
    } else if (state === 'down') {
      this.#say('interface-down', `${name}: is down; ${waits} up (ip link set ${name} up)`);
    } else {
      this.#say('interface-down', `${name}: has no carrier; ${waits} connected`);
    }
  }
}
