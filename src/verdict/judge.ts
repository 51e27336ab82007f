import type { Micros } from '../model/attempt.ts';
import type { Verdict } from '../model/endpoint.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import type { SilentRun } from './silent-run.ts';

/**
 * Logarithm of how much likelier silence must be under a black hole than under
 * loss: one false alarm in a million runs of losses, were they independent.
 */
export const CONVINCED = 14;

/** Bursts of loss are shorter: silence within one proves nothing. */
export const BURST: Micros = 2_500_000;

/** A port that rejected this lately rejects still: what is silent is the limiter of ICMP. */
export const REJECTED_LATELY: Micros = 60_000_000;

/** The same of a port that has only ever sent RSTs: limits on those let some through every second. */
export const REFUSED_LATELY: Micros = 10_000_000;

/** Share of handshakes that need a second SYN from which on a path is called lossy. */
const LOSSY_SHARE = 0.03;

/** As much of an endpoint as it is judged by. */
export type Judged = Pick<
  EndpointStats,
  | 'count'
  | 'run'
  | 'outages'
  | 'lossRate'
  | 'lastSuccess'
  | 'lastRejection'
  | 'lastAnswer'
  | 'lastAnswerOutcome'
  | 'refusalsInRow'
  | 'bothRepeated'
  | 'unheard'
  | 'retriedAnswered'
  | 'loneUnanswered'
  | 'loneKnown'
  | 'dead'
  | 'oneWay'
>;

/** Silence that is more than loss. */
export function isOutage(run: SilentRun, stats: Pick<Judged, 'lossRate'>): boolean {
  return run.evidence(stats.lossRate, BURST) >= CONVINCED;
}

/**
 * Judgement on an endpoint by all that is known of it.
 * @param oneWay the capture holds one direction only
 */
export function judge(s: Judged, oneWay: boolean): Verdict {
  const established = s.count('established');
  const halfOpen = s.count('half-open');
  const refused = s.count('refused');
  const rejected = s.count('rejected');
  const unanswered = s.count('unanswered');
  const succeeded = established + halfOpen;
  if (succeeded + refused + rejected + unanswered === 0) return 'unknown';
  if (isReplyLoss(s)) return 'reply-loss';
  const blind = oneWay && !isHeard(s);
  if (s.run !== null && succeeded + refused + rejected > 0 && !blind && isOutage(s.run, s)) {
    if (!rejectsLately(s, s.run.end) && !refusesLately(s, s.run.end)) return 'black-holing';
  }
  if (!isStray(s)) {
    if (rejected > 0 && s.lastSuccess <= s.lastRejection) return 'rejecting';
    if (refused > 0 && s.lastAnswerOutcome === 'refused') return 'refusing';
  }
  if (succeeded === 0) {
    if (refused > 0) return 'refusing';
    return blind ? 'unknown' : 'silent';
  }
  if (!blind && isPartial(s)) return 'partially-black-holing';
  if (established === 0) return halfOpen > 0 ? 'healthy' : 'unknown';
  const failed = failedAttempts(s);
  const disturbed = s.retriedAnswered + failed;
  return disturbed > LOSSY_SHARE * (established + failed) ? 'lossy' : 'healthy';
}

/** Unanswered attempts that loss may explain: not those of scanners and floods, nor lone ones whose answers are not captured. */
export function failedAttempts(
  s: Pick<Judged, 'count' | 'loneUnanswered' | 'loneKnown' | 'oneWay'>,
): number {
  const seen = s.oneWay * 2 <= s.count('established');
  return s.count('unanswered') - s.loneUnanswered + (seen ? s.loneKnown : 0);
}

/** An answer of its own was captured, so more would have been. */
function isHeard(s: Judged): boolean {
  const others = s.count('half-open') + s.count('refused') + s.count('rejected');
  return others > 0 || s.count('established') > s.oneWay;
}

function rejectsLately(s: Judged, now: Micros): boolean {
  return s.lastRejection >= s.lastSuccess && now - s.lastRejection <= REJECTED_LATELY;
}

function refusesLately(s: Judged, now: Micros): boolean {
  const only = s.count('established') + s.count('half-open') === 0;
  return only && s.lastAnswerOutcome === 'refused' && now - s.lastAnswer <= REFUSED_LATELY;
}

/** One refusal after so many handshakes that it is a smaller share than what counts as lossy; no outage followed. */
function isStray(s: Judged): boolean {
  if (s.refusalsInRow !== 1 || s.count('established') * LOSSY_SHARE < 1) return false;
  return s.run === null || !isOutage(s.run, s);
}

/** SYN and SYN-ACK both repeat, in most of what was tried since the last handshake that worked. */
function isReplyLoss(s: Judged): boolean {
  const lost = s.bothRepeated + s.unheard;
  return s.bothRepeated > 0 && s.count('half-open') > 0 && lost * 2 > s.count('established');
}

/**
 * For some flows all SYNs fail, for others none. Under mere loss, three in a row
 * fail as often as the loss rate's third power. That rate is the share of
 * handshakes that took more than one SYN: of SYNs it would be raised by the few
 * attempts that outlive a hole, each with many lost.
 */
function isPartial(s: Judged): boolean {
  const established = s.count('established');
  const lossRate = established === 0 ? 0 : s.retriedAnswered / established;
  const dead = deadBesideOutages(s);
  const expected = (established + dead) * Math.max(lossRate, 0.02) ** 3;
  return dead >= 3 && dead > 5 * expected + 2;
}

/** Attempts that lost every SYN while others were answered: not those of a time when nothing was. */
export function deadBesideOutages(s: Pick<Judged, 'outages' | 'dead' | 'lossRate'>): number {
  const runs = s.outages.filter((run) => !isOutage(run, s));
  return runs.reduce((sum, run) => sum + run.dead, s.dead);
}
