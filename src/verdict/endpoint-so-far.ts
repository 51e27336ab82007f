import { HALF_OPEN, REFUSED, REJECTED, REJECTED_FIRST, UNANSWERED } from '../flow/state.ts';
import type { AttemptView } from '../flow/view.ts';
import type { Micros, Outcome } from '../model/attempt.ts';
import type { Verdict } from '../model/endpoint.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import { BURST, judge } from './judge.ts';
import type { Judged } from './judge.ts';

/** Outcomes that are told before an attempt's last word. */
type Open = 'unanswered' | 'refused' | 'rejected' | 'half-open';

/** What had been told of an attempt before the change that is told now; `null` for nothing. */
export function toldBefore({ state, outcome, final }: AttemptView): Open | null {
  if (final || outcome === 'half-open') {
    if (final && (state & HALF_OPEN) !== 0) return 'half-open';
    // A second kind of refusal is not told: see refusals.ts.
    if ((state & REJECTED) !== 0 && (state & (REFUSED | REJECTED_FIRST)) !== REFUSED) {
      return 'rejected';
    }
    if ((state & REFUSED) !== 0) return 'refused';
  } else if (outcome === 'unanswered') {
    return null;
  }
  return (state & UNANSWERED) === 0 ? null : 'unanswered';
}

/**
 * An endpoint while its source runs. Its statistics know attempts by their last
 * word, which a silent one gets minutes later and a refused one after half a
 * minute; this adds what was told of those under way.
 */
export class EndpointSoFar implements Judged {
  readonly stats: EndpointStats;
  private openFirst: Micros = Number.POSITIVE_INFINITY;
  private openLast: Micros = Number.NEGATIVE_INFINITY;
  private unanswered = 0;
  private refused = 0;
  private rejected = 0;
  private halfOpen = 0;
  /** Of `unanswered`, those that nobody had repeated when they were told. */
  private lone = 0;
  /** First SYN of the first of those that are unanswered now. */
  private silentSince: Micros = Number.POSITIVE_INFINITY;
  /** The newest answer of an attempt under way, and what it said. */
  private answer: Micros = Number.NEGATIVE_INFINITY;
  private answerOutcome: Outcome | null = null;
  private success: Micros = Number.NEGATIVE_INFINITY;
  private rejection: Micros = Number.NEGATIVE_INFINITY;

  constructor(stats: EndpointStats) {
    this.stats = stats;
  }

  /** The statistics have it already. @returns whether this is the first that is told of the attempt */
  attempt(a: AttemptView): boolean {
    const before = toldBefore(a);
    if (before === 'unanswered') this.wasUnanswered(1, a.final && a.lone ? 1 : 0);
    else if (before === 'refused') this.refused--;
    else if (before === 'rejected') this.rejected--;
    else if (before === 'half-open') this.halfOpen--;
    if (!a.final) this.tell(a);
    return before === null;
  }

  /** Last words on lone SYNs, of which so many had been shown unanswered. */
  lones(shown: number): void {
    this.wasUnanswered(shown, shown);
  }

  private wasUnanswered(count: number, lone: number): void {
    this.unanswered -= count;
    this.lone = Math.max(0, Math.min(this.lone - lone, this.unanswered));
    if (this.unanswered === 0) this.silentSince = Number.POSITIVE_INFINITY;
  }

  private tell(a: AttemptView): void {
    this.openFirst = Math.min(this.openFirst, a.time);
    this.openLast = Math.max(this.openLast, a.lastSeen);
    switch (a.outcome) {
      case 'unanswered':
        this.unanswered++;
        if (a.lone) this.lone++;
        this.silentSince = Math.min(this.silentSince, a.time);
        return;
      case 'refused':
        this.refused++;
        break;
      case 'rejected':
        this.rejected++;
        this.rejection = a.lastSeen;
        break;
      case 'half-open':
        this.halfOpen++;
        this.success = a.answerTime;
        break;
      default:
        return;
    }
    this.answer = Math.max(this.answer, a.lastSeen);
    this.answerOutcome = a.outcome;
  }

  /** First SYN of the first attempt. */
  get first(): Micros {
    return Math.min(this.stats.first, this.openFirst);
  }

  /** Last thing seen of any attempt. */
  get last(): Micros {
    return Math.max(this.stats.last, this.openLast);
  }

  count(outcome: Outcome): number {
    return this.stats.count(outcome) + this.open(outcome);
  }

  private open(outcome: Outcome): number {
    switch (outcome) {
      case 'unanswered':
        return this.unanswered;
      case 'refused':
        return this.refused;
      case 'rejected':
        return this.rejected;
      case 'half-open':
        return this.halfOpen;
      default:
        return 0;
    }
  }

  get run(): EndpointStats['run'] {
    const { run } = this.stats;
    return run !== null && this.answer >= run.start ? null : run;
  }

  get outages(): EndpointStats['outages'] {
    return this.stats.outages;
  }

  get lossRate(): number {
    return this.stats.lossRate;
  }

  get lastSuccess(): Micros {
    return Math.max(this.stats.lastSuccess, this.success);
  }

  get lastRejection(): Micros {
    return Math.max(this.stats.lastRejection, this.rejection);
  }

  get lastAnswer(): Micros {
    return Math.max(this.stats.lastAnswer, this.answer);
  }

  get refusalsInRow(): number {
    return this.stats.refusalsInRow + this.refused + this.rejected;
  }

  get lastAnswerOutcome(): Outcome | null {
    const { lastAnswer, lastAnswerOutcome } = this.stats;
    return this.answer > lastAnswer ? this.answerOutcome : lastAnswerOutcome;
  }

  get oneWay(): number {
    return this.stats.oneWay;
  }

  get bothRepeated(): number {
    return this.stats.bothRepeated;
  }

  get unheard(): number {
    return this.stats.unheard;
  }

  get retriedAnswered(): number {
    return this.stats.retriedAnswered;
  }

  get loneUnanswered(): number {
    return this.stats.loneUnanswered + this.lone;
  }

  get loneKnown(): number {
    return this.stats.loneKnown;
  }

  get dead(): number {
    return this.stats.dead;
  }

  /**
   * @param now capture time
   * @param oneWay the capture holds one direction only
   * @returns `null` while a first SYN is without an answer for no longer than a
   *   burst of loss lasts: to be asked again
   */
  judge(now: Micros, oneWay: boolean): Verdict | null {
    const verdict = judge(this, oneWay);
    const early = now - this.silentSince < BURST;
    return verdict === 'silent' && early && this.stats.count('unanswered') === 0 ? null : verdict;
  }
}
