import type { ScheduleFamily } from 'unackd';
import {
  DUPLICATE_WITHIN,
  EARLY_SLACK,
  LATE_SHARE,
  LATE_SLACK,
  SCHEDULES,
  scheduleOf,
  type StackSchedule,
} from './schedules.ts';

/** How SYNs lie on a stack's schedule. */
export interface Fit {
  /** `null` for less than two distinct SYNs, `unknown` where nothing fits. */
  readonly family: ScheduleFamily | null;
  /** Seconds from the first captured SYN to the next one due; `null` when the schedule has run out or is unknown. */
  readonly next: number | null;
  /** SYNs that the schedule has up to the last captured one and the capture has not. */
  readonly lost: number;
  /** Index of the last captured SYN in the schedule, without gaps of 1 s beyond Linux's default: 0 is the first SYN. */
  readonly position: number;
}

/** Gaps of 1 s at the start of `linux-linear` by default (`tcp_syn_linear_timeouts` 4). */
const LINEAR_GAPS = 5;

const NO_RETRY: Fit = { family: null, next: null, lost: 0, position: 0 };

/**
 * The times without capture duplicates: SYNs less than 10 ms after the one
 * captured before them. Times that run backwards (a clock set back) go too.
 */
export function distinctSyns(offsets: readonly number[]): number[] {
  const kept: number[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const offset of offsets) {
    if (!Number.isFinite(offset)) continue;
    if (offset - before >= DUPLICATE_WITHIN) kept.push(offset);
    if (offset > before) before = offset;
  }
  return kept;
}

/**
 * Finds the stack schedule that explains the SYNs with the fewest lost ones.
 * A gap must be the sum of one or more consecutive gaps of the schedule, never
 * shorter by more than `early`, never longer by more than 12.5 % (and 5 ms).
 * Between equals the order of {@link SCHEDULES} decides; an explanation that
 * needs more SYNs lost than seen is none. Where none fits, Linux's 1 s gaps may be
 * more than by default.
 *
 * @param offsets seconds of each captured SYN, ascending, duplicates allowed
 * @param early seconds by which delay may shorten a gap
 */
export function fitSchedule(offsets: readonly number[], early: number = EARLY_SLACK): Fit {
  const syns = distinctSyns(offsets);
  if (syns.length < 2) return NO_RETRY;
  let best: Alignment | undefined;
  let row: StackSchedule | undefined;
  for (const candidate of SCHEDULES) {
    // A pattern without a word is taken only as it stands: its job is to keep
    // others from explaining it away, not to explain away others.
    const starts = candidate.family === 'unknown' ? 1 : candidate.times.length;
    for (let start = 0; start < starts; start++) {
      const found = align(syns, candidate, start, early);
      if (found === undefined || (starts === 1 && found.cost > 0)) continue;
      if (best === undefined || found.cost < best.cost) {
        best = found;
        row = candidate;
      }
    }
  }
  if (best === undefined || best.lost > syns.length) {
    row = scheduleOf('linux-linear');
    best = row && alignMoreLinear(syns, row, early);
  }
  if (best === undefined || row === undefined) {
    return { family: 'unknown', next: null, lost: 0, position: syns.length - 1 };
  }
  return {
    family: row.family,
    next: nextDue(row, best.position, syns[syns.length - 1] - syns[0]),
    lost: best.lost,
    position: best.position,
  };
}

/**
 * Linux with `tcp_syn_linear_timeouts` above its default begins with more gaps of
 * 1 s: those left out, all that follows is the default's, its first doubled gap
 * among it.
 */
function alignMoreLinear(
  syns: readonly number[],
  row: StackSchedule,
  early: number,
): Alignment | undefined {
  const end = syns.findIndex((at, i) => i > 0 && slot(at - syns[i - 1], [0, 1], 0, 1, early) === 0);
  const more = end - 1 - LINEAR_GAPS;
  const found = more > 0 ? align(syns.slice(more), row, 0, early) : undefined;
  return found?.cost === 0 ? found : undefined;
}

function nextDue(row: StackSchedule, position: number, last: number): number | null {
  if (row.family === 'unknown' || position + 1 >= row.count) return null;
  const next = last + row.times[position + 1] - row.times[position];
  return Math.round(next * 1e6) / 1e6; // whole microseconds, as all times are
}

interface Alignment {
  readonly lost: number;
  /** Lost SYNs, and {@link HELD_UP_COST} for one held up. */
  readonly cost: number;
  readonly position: number;
}

/** A SYN held up for long is rarer than a lost one. */
const HELD_UP_COST = 2;

/** Others that must fit before one SYN may be called held up. */
const WITNESSES = 4;

/**
 * Lays the SYNs on a schedule, the first at `start`. No search is needed: the
 * sums of a schedule's gaps lie more than 12.5 % apart, so a gap fits one at most.
 *
 * One SYN may have been held up on its way (a radio link, a full queue): too
 * late for any timer, while the next one is in time again, measured from the
 * SYN before. Four others must bear witness.
 */
function align(
  syns: readonly number[],
  { times, tick = 0 }: StackSchedule,
  start: number,
  early: number,
): Alignment | undefined {
  // A short first gap is believed only with two whole ones after it.
  const firstEarly = start === 0 && syns.length >= 4 ? Math.max(early, tick) : early;
  let position = start;
  let from = syns[0];
  /** Lowest position that the next SYN may take. */
  let floor = start + 1;
  let heldUp = 0;
  for (let i = 1; i < syns.length; i++) {
    const gap = syns[i] - from;
    const fitting = slot(gap, times, position, floor, i === 1 ? firstEarly : early);
    if (fitting > 0) {
      position = fitting;
      from = syns[i];
      floor = position + 1;
      continue;
    }
    const last = i === syns.length - 1;
    const passed = lastPassed(gap, times, position);
    if (last || heldUp > 0 || passed < floor || syns.length - 1 < WITNESSES) return undefined;
    heldUp = 1;
    floor = passed + 1;
  }
  const lost = position + 1 - syns.length;
  return { lost, cost: lost + heldUp * HELD_UP_COST, position };
}

/** The position, `floor` or above, that a SYN so long after the one at `position` takes; 0 for none. */
function slot(
  gap: number,
  times: readonly number[],
  position: number,
  floor: number,
  early: number,
): number {
  for (let to = floor; to < times.length; to++) {
    const nominal = times[to] - times[position];
    if (gap < nominal - early) return 0;
    if (gap <= nominal * (1 + LATE_SHARE) + LATE_SLACK) return to;
  }
  return 0;
}

/** The last position whose time is up `gap` seconds after `position`. */
function lastPassed(gap: number, times: readonly number[], position: number): number {
  let passed = position;
  while (passed + 1 < times.length && times[passed + 1] - times[position] < gap) passed++;
  return passed;
}
