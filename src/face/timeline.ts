/** Counts over time as a strip of digits, a row for each thing that is counted. */
import type { Micros } from '../model/attempt.ts';
import { timeOfDay } from './clock.ts';
import { counted } from './count.ts';
import { formatDuration } from './duration.ts';
import type { Sheet } from './page.ts';
import { paint, type Rendition } from './sgr.ts';
import { wrapText } from './wrap.ts';

export interface StripRow {
  readonly label: string;
  readonly rendition: Rendition;
  /** One for each slice. */
  readonly counts: readonly number[];
}

export interface StripMark {
  readonly time: Micros;
  /** One letter, shown beneath its column; the legend says what it stands for. */
  readonly letter: string;
  readonly meaning: string;
}

export interface Strip {
  /** Begin of the first slice. */
  readonly since: Micros;
  readonly step: Micros;
  readonly rows: readonly StripRow[];
  readonly marks: readonly StripMark[];
}

/** `no answer` and the gap after it. */
const MARGIN = 12;

/** Times above the strip stand this far apart: `14:13:20` and a gap. */
const TIME_EVERY = 16;

/** Slices in a pipe: with the margin, those of a plain terminal. */
const PIPE_SLICES = 64;
const MOST_SLICES = 120;

/** Slices that a strip may have. */
export function slicesThatFit({ width }: Sheet): number {
  if (width === 0) return PIPE_SLICES;
  return Math.max(16, Math.min(MOST_SLICES, width - MARGIN));
}

/** Seconds that people count in. */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400,
];

/** The shortest such slice of which `most` cover the span; over days, a whole number of days. */
export function stepFor(span: Micros, most: number): Micros {
  const least = Math.max(span, 1) / most;
  const seconds = STEPS.find((step) => step * 1e6 >= least);
  const DAY = 86_400e6;
  return seconds === undefined ? Math.ceil(least / DAY) * DAY : seconds * 1e6;
}

/** Lines of the strip: what a digit is, times, a line a row, marks, what they mean. */
export function stripLines(strip: Strip, sheet: Sheet): string[] {
  const { rows, step } = strip;
  const most = Math.max(0, ...rows.flatMap(({ counts }) => counts));
  const scale =
    most <= 9 ? 'a digit is how many' : `9 is ${counted(most, 'attempt')}, less in proportion`;
  const indent = ' '.repeat(MARGIN);
  const drawn = rows.map(({ label, rendition, counts }) => {
    const digits = counts.map((count) => digitOf(count, most)).join('');
    const painted = digits.replaceAll(/[1-9]+/gu, (run) => paint(run, rendition, sheet.colour));
    return `${label.padEnd(MARGIN)}${painted}`;
  });
  return [
    ...wrapText(`${formatDuration(step / 1e6)} a column, ${scale}, by first SYN, UTC`, {
      width: sheet.width,
      first: '',
      rest: '',
    }),
    `${indent}${timesLine(strip)}`,
    ...drawn,
    `${indent}${marksLine(strip)}`.trimEnd(),
    ...strip.marks.flatMap(({ letter, meaning }) =>
      wrapText(`${letter} ${meaning}`, {
        width: sheet.width,
        first: indent,
        rest: `${indent}  `,
      }),
    ),
  ];
}

/** `.` is none; one of many is never shown as none. */
function digitOf(count: number, most: number): string {
  if (count === 0) return '.';
  return String(most <= 9 ? count : Math.max(1, Math.floor((count * 9) / most)));
}

function sliceCount({ rows }: Strip): number {
  return Math.max(0, ...rows.map(({ counts }) => counts.length));
}

function timesLine(strip: Strip): string {
  let line = '';
  const slices = sliceCount(strip);
  for (let at = 0; at + 8 <= slices; at += TIME_EVERY) {
    line += timeOfDay(strip.since + at * strip.step, 0).padEnd(TIME_EVERY);
  }
  return line.trimEnd();
}

/** Marks that share a column stand side by side as far as there is room. */
function marksLine(strip: Strip): string {
  const slices = sliceCount(strip);
  const line = Array.from({ length: slices }, () => ' ');
  for (const { time, letter } of strip.marks) {
    let at = Math.floor((time - strip.since) / strip.step);
    while (line[at] !== ' ' && at < slices) at++;
    if (at >= 0 && at < slices) line[at] = letter;
  }
  return line.join('');
}
