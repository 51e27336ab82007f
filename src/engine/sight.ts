import { formatDuration } from '../face/duration.ts';
import type { Micros } from '../model/attempt.ts';
import type { Notice, Trouble } from '../model/notice.ts';
import { clockTime } from './clock-time.ts';

/** A source begins with this as its usual silence: twice that shows a lone SYN unanswered (3.5 s). */
const USUAL_AT_FIRST: Micros = 2_000_000;

/** The longest silence of late counts half after this long: nights come slowly. */
const HALF_LIFE: Micros = 600_000_000;

/** Time goes on with nothing but ticks for so many times the usual silence, and for this long at least. */
const TRUSTED_TIMES = 2;
const TRUSTED_LEAST: Micros = 1_000_000;

/** A silence of so many times the usual one is none of those: retries double their gaps. */
const BLIND_TIMES = 3;

/** A time further back than this comes of a clock that was set. */
const SET_BACK: Micros = 60_000_000;

/** What is to be done when a source goes blind, and when it sees again. */
export interface SightHooks {
  tell(notice: Notice): void;
  /** @param since its last packet's time */
  blind(since: Micros): void;
  sees(since: Micros, until: Micros): void;
}

/**
 * Whether a source that brought packets still sees any. It is blind when there
 * were none for `blindAfter`, and for three times as long as ever of late. All
 * times are capture time: of packets, and of a live source's ticks.
 */
export class Sight {
  /** The newest packet's time; NaN before the first. */
  last: Micros = Number.NaN;
  /** Since when nothing is seen; NaN while it sees. */
  blindSince: Micros = Number.NaN;
  /** 0 for never. */
  blindAfter: Micros;
  private readonly id: string;
  private readonly hooks: SightHooks;
  /** The longest silence of late. */
  private usual = USUAL_AT_FIRST;

  constructor(id: string, blindAfter: Micros, hooks: SightHooks) {
    this.id = id;
    this.blindAfter = blindAfter;
    this.hooks = hooks;
  }

  /**
   * Packets came. To be told before they are judged.
   * @param first of the packets, and `last` their newest
   */
  saw(first: Micros, last: Micros): void {
    this.reach(first);
    if (this.isBlind) this.seesAgain(first);
    else if (!Number.isNaN(this.last)) this.learn(first - this.last);
    const set = this.last - last > SET_BACK;
    if (set || !(last <= this.last)) this.last = last;
  }

  /** It is `now`, and nothing more has come. */
  reach(now: Micros): void {
    if (!this.isJudged || this.isBlind) return;
    if (this.last - now > SET_BACK) this.last = now;
    const silent = now - this.last;
    if (silent >= Math.max(this.blindAfter, BLIND_TIMES * this.usual)) this.goBlind(now);
  }

  /** It brought packets, and somebody wants to know when it brings none any more. */
  get isJudged(): boolean {
    return !Number.isNaN(this.last) && this.blindAfter > 0;
  }

  get isBlind(): boolean {
    return !Number.isNaN(this.blindSince);
  }

  /** So long without a packet is nothing unusual. */
  get trustedUntil(): Micros {
    return this.last + Math.max(TRUSTED_LEAST, TRUSTED_TIMES * this.usual);
  }

  private learn(gap: Micros): void {
    if (gap > 0) this.usual = Math.max(gap, this.usual * 2 ** (-gap / HALF_LIFE));
  }

  private goBlind(now: Micros): void {
    this.blindSince = this.last;
    const span = formatDuration((now - this.last) / 1e6);
    this.say(
      now,
      'begins',
      'source-blind',
      `no packet for ${span}, the last one came at ${clockTime(this.last)}; nothing is judged until one comes. See whether what it watches still brings any (is the interface up, does the mirror port send?); where it is often this quiet, raise blind_after`,
    );
    this.hooks.blind(this.blindSince);
  }

  private seesAgain(now: Micros): void {
    const since = this.blindSince;
    this.blindSince = Number.NaN;
    const span = formatDuration((now - since) / 1e6);
    this.say(
      now,
      'ends',
      'source-sees-again',
      `packets again, after ${span} without any (since ${clockTime(since)}); what happened meanwhile is not known`,
    );
    this.hooks.sees(since, now);
  }

  private say(time: Micros, state: Trouble['state'], code: string, text: string): void {
    const trouble = { id: `source ${this.id}`, state };
    this.hooks.tell({ type: 'notice', code, time, text: `${this.id}: ${text}`, trouble });
  }
}
