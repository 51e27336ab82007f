/**
 * What may be said of each attempt. `accept` follows from what the capture
 * holds, by the rules of the product's design ("How to tell"): one outcome,
 * unless the capture ended within half a second of a deadline, sees one
 * direction only, or has lost packets of this very attempt.
 */
import type {
  Address,
  IcmpRefusal,
  Micros,
  Outcome,
  ScheduleFamily,
  Vantage,
} from '../../src/model/attempt.ts';
import type { Attempt, Evidence, Fate } from './attempt.ts';
import type { CapturePoint } from './network.ts';
import type { StackName } from './stacks.ts';

export interface Truth {
  /** First captured SYN, microseconds since 1970. */
  readonly time: Micros;
  readonly client: Address;
  readonly server: Address;
  readonly isn: number;
  /** Seconds from the first captured SYN to each, doubled ones too. */
  readonly syn_offsets: readonly number[];
  readonly accept: readonly Outcome[];
  /** What an eye on both ends would say. */
  readonly really: Outcome;
  readonly fates: readonly Fate[];
  readonly stack: StackName;
  /** The family of the stack's whole schedule; this attempt may be too short to tell. */
  readonly family: ScheduleFamily;
  /** The first ICMP error captured. */
  readonly icmp: Pick<IcmpRefusal, 'type' | 'code' | 'from'> | null;
  readonly vantage: Vantage;
}

export interface CaptureFacts {
  /** Microseconds since 1970 of the simulation's time 0. */
  readonly start: number;
  /** Time of the last captured packet, since the start. */
  readonly end: Micros;
  readonly point: CapturePoint;
  readonly hops: number;
  readonly oneWay: boolean;
  /** Some capture loss is going on. */
  readonly lossy: boolean;
}

/** A lone SYN is unanswered after this long; a SYN-ACK half-open. */
const LONE_SYN_US = 3_500_000;
const HALF_OPEN_US = 1_000_000;
/** A judgement may come this much before its deadline or after a retry. */
const MARGIN_US = 500_000;
/** Deadlines run on packets' times: a packet's distance past one is still the same moment. */
const SAME_MOMENT_US = 10_000;
/** SYNs closer than this are doubles by the capture or the network; up to the second, maybe. */
const DOUBLE_US = 10_000;
const RETRY_US = 200_000;

/** `null` for an attempt of which no SYN was captured. */
export function truthOf(attempt: Attempt, facts: CaptureFacts): Truth | null {
  const syns = attempt.evidence.filter(({ what }) => what === 'syn');
  if (syns.length === 0) return null;
  const first = syns[0].time;
  return {
    time: facts.start + first,
    client: attempt.client,
    server: attempt.server,
    isn: attempt.isn,
    syn_offsets: syns.map(({ time }) => (time - first) / 1e6),
    accept: acceptable(attempt, first, facts),
    really: attempt.really,
    fates: [...attempt.fates],
    stack: attempt.stack.name,
    family: attempt.stack.family,
    icmp: attempt.evidence.find(({ what }) => what === 'icmp')?.icmp ?? null,
    vantage: vantageOf(facts),
  };
}

function vantageOf({ point, hops }: CaptureFacts): Vantage {
  if (hops === 0) return 'both';
  if (point === 0.5) return 'middle';
  return point === 0 ? 'client' : 'server';
}

function acceptable(attempt: Attempt, first: Micros, facts: CaptureFacts): Outcome[] {
  const fromFirstSyn = attempt.evidence.filter(({ time }) => time >= first);
  const accept = new Set(shown(attempt.evidence, first, facts.end));
  // Answers captured before the first captured SYN may be joined to it, or not.
  if (fromFirstSyn.length < attempt.evidence.length) {
    for (const outcome of shown(fromFirstSyn, first, facts.end)) accept.add(outcome);
  }
  const settledBySilence = accept.has('unanswered');
  if (settledBySilence && (attempt.filtered || facts.oneWay)) accept.add('unresolved');
  // The fact itself is never wrong where the capture lost what would show it, nor is saying so.
  if (attempt.uncaptured > 0 && !accept.has(attempt.really)) {
    accept.add(attempt.really);
    accept.add('unresolved');
  }
  // A capture that loses packets may have lost the answer to a lone SYN.
  const retried = attempt.evidence.some(
    ({ what, time }) => what === 'syn' && time - first > DOUBLE_US,
  );
  if (facts.lossy && settledBySilence && !retried) accept.add('unresolved');
  return [...accept];
}

/** The outcomes that the evidence shows; `first` is the first captured SYN, `end` the last captured packet. */
export function shown(evidence: readonly Evidence[], first: Micros, end: Micros): Outcome[] {
  const has = (what: Evidence['what']): boolean => evidence.some((e) => e.what === what);
  const synAck = evidence.find(({ what }) => what === 'syn-ack');
  const goesOn = has('client');
  const provenByAck = evidence.some((e) => e.what === 'client' && e.acknowledgesCaptured);
  if (synAck !== undefined) {
    if (provenByAck) return ['established'];
    // It acknowledges data that the capture missed; or the server goes on, so it had got an ACK.
    if (goesOn || has('server')) return ['established', 'half-open'];
    if (has('client-reset')) return ['half-open'];
    return atDeadline(end - synAck.time, HALF_OPEN_US, 'half-open');
  }
  if (goesOn) return provenByAck ? ['established'] : ['established', 'unresolved'];
  if (has('server')) return ['established', 'half-open', 'unresolved'];
  const refusal = evidence.find(({ what }) => what === 'reset' || what === 'icmp');
  if (refusal !== undefined) return [refusal.what === 'reset' ? 'refused' : 'rejected'];
  return silence(evidence, first, end);
}

function silence(evidence: readonly Evidence[], first: Micros, end: Micros): Outcome[] {
  const retry = (atLeast: number): Evidence | undefined =>
    evidence.find(({ what, time }) => what === 'syn' && time - first > atLeast);
  const sure = retry(RETRY_US);
  const lone = atDeadline(end - first, LONE_SYN_US, 'unanswered');
  if (sure !== undefined) {
    if (!lone.includes('unresolved')) return lone;
    return end - sure.time < MARGIN_US ? ['unanswered', 'unresolved'] : ['unanswered'];
  }
  return retry(DOUBLE_US) === undefined || lone[0] === 'unanswered'
    ? lone
    : ['unanswered', 'unresolved'];
}

/** `after` once the deadline has passed, `unresolved` well before it, either close to it. */
function atDeadline(age: Micros, deadline: Micros, after: Outcome): Outcome[] {
  if (age > deadline + SAME_MOMENT_US) return [after];
  return age < deadline - MARGIN_US ? ['unresolved'] : ['unresolved', after];
}
