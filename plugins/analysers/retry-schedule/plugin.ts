/** retry-schedule: whose timer the SYNs of an attempt follow, and whether it has run out. */
import { defineAnalyser } from 'unackd';
import type { Annotation, Attempt, Schedule, ScheduleFamily } from 'unackd';
import { distinctSyns, fitSchedule, type Fit } from './fit.ts';
import { LATE_SHARE, scheduleOf } from './schedules.ts';

const SECOND = 1_000_000;

/** The longest first timer of all stacks is 3 s; 12.5 % late makes it 3.375, and 3.5 s settles it. */
const LONE_AFTER = 3.5 * SECOND;

// Shared, since a flood hands in millions of attempts that end here.
const NO_RETRY: Annotation = { schedule: { family: null, gave_up: false, next_due: null } };
const SINGLE: Annotation = { schedule: { family: 'single', gave_up: true, next_due: null } };

function loneSyn(a: Attempt): Annotation {
  const outcome = a.outcome;
  if (outcome !== 'unanswered' && (outcome !== 'unresolved' || !a.final)) return NO_RETRY;
  return a.at - a.time >= LONE_AFTER ? SINGLE : NO_RETRY;
}

/**
 * After a RST Windows sends the same SYN again half a second later, up to
 * three times (Microsoft KB 175523): gaps of 0.5 s and one round trip.
 */
function repeatsAfterReset(syns: readonly number[]): boolean {
  const pause = 0.5;
  const early = 0.025;
  const longestRoundTrip = 1;
  if (syns.length > 4) return false;
  for (let i = 1; i < syns.length; i++) {
    const gap = syns[i] - syns[i - 1];
    if (gap < pause - early || gap > pause + longestRoundTrip) return false;
  }
  return true;
}

/** Seconds after the first SYN past which the next one will not come any more. */
function deadline(syns: readonly number[], fit: Fit, slack: number): number {
  const last = syns[syns.length - 1];
  // Nothing that is known of does more than double its timer (RFC 6298 (5.5)).
  const due = fit.next ?? last + 2 * (last - syns[syns.length - 2]);
  return due + (due - last) * LATE_SHARE + slack;
}

function judge(a: Attempt, syns: readonly number[], fit: Fit, slack: number): Schedule {
  let family: ScheduleFamily = fit.family ?? 'unknown';
  const outcome = a.outcome;
  if (outcome === 'refused' && family === 'unknown' && repeatsAfterReset(syns)) {
    family = 'windows-1s';
  }
  if (outcome !== 'unanswered' && outcome !== 'unresolved' && outcome !== 'rejected') {
    return { family, gave_up: false, next_due: null };
  }
  const row = scheduleOf(family);
  if (row !== undefined && fit.position + 1 >= row.count) {
    return { family, gave_up: true, next_due: null };
  }
  // An ICMP error that ended the attempt is why no SYN follows: nobody gave up.
  if (outcome === 'rejected') return { family, gave_up: false, next_due: null };
  if ((a.at - a.time) / SECOND > deadline(syns, fit, slack)) {
    const fifth = family === 'linux-exponential' && fit.position === 4;
    return { family: fifth ? 'windows-1s' : family, gave_up: true, next_due: null };
  }
  const next = fit.next === null || a.final ? null : Math.round(a.time + fit.next * SECOND);
  return { family, gave_up: false, next_due: next };
}

export default defineAnalyser({
  api: 1,
  name: 'retry-schedule',
  doc: "Tells which stack's retry schedule the SYNs follow, and whether the client gave up.",
  reads: ['attempt'],
  emits: [],
  options: {
    jitter: {
      type: 'duration',
      default: '25ms',
      min: '0ms',
      max: '500ms',
      doc: 'how much a varying delay on the way to the capture may shorten a gap between SYNs',
    },
    overdue: {
      type: 'duration',
      default: '200ms',
      min: '0ms',
      doc: 'how long past the latest moment for the next SYN the client counts as having given up',
    },
  },
  create: ({ jitter, overdue }) => {
    const early = jitter / SECOND;
    const slack = overdue / SECOND;
    return {
      // One SYN follows no schedule.
      skipsLone: () => true,
      attempt(a) {
        if (a.syns === 1) return loneSyn(a);
        const syns = distinctSyns(a.syn_offsets);
        if (syns.length < 2) return loneSyn(a);
        return { schedule: judge(a, syns, fitSchedule(syns, early), slack) };
      },
    };
  },
});
