/** The table of attempts that `unackd attempts` prints. */
import { OUTCOMES, type Attempt } from '../model/attempt.ts';
import { formatTime } from '../plugin/record.ts';
import { formatAddress } from './address.ts';
import { dayOf, timeOfDay } from './clock.ts';
import { formatDuration } from './duration.ts';
import type { Sheet } from './page.ts';
import { OUTCOME_RENDITIONS } from './sgr.ts';
import { Table, type TableRow } from './table.ts';

/** How times are told: the day in the heading, in each row, or as a record has it. */
type TimeStyle = 'clock' | 'date' | 'iso';

/** Lays out attempts as they come, block by block. */
export class AttemptTable {
  private readonly table: Table;
  private readonly sheet: Sheet;
  private style: TimeStyle | null = null;

  constructor(sheet: Sheet) {
    this.sheet = sheet;
    this.table = new Table(
      [
        { title: 'TIME', yields: 1, beneath: 'at' },
        { title: 'CLIENT', yields: 3, beneath: 'from' },
        { title: 'SERVER', yields: 2, beneath: 'to' },
        {
          title: 'OUTCOME',
          yields: 0,
          rendition: (text) => {
            const outcome = OUTCOMES.find((one) => one === text.replace(/ so far$/u, ''));
            return outcome === undefined ? null : OUTCOME_RENDITIONS[outcome];
          },
        },
        { title: 'SYNS', right: true, yields: 4, beneath: 'SYNs' },
        { title: 'SCHEDULE', yields: 6 },
        { title: 'ANSWERED', right: true, yields: 5 },
      ],
      sheet,
    );
  }

  /**
   * Lines of these attempts, after the heading where they are the first.
   * @param all there will be no other block
   */
  lines(attempts: readonly Attempt[], all: boolean): string[] {
    const lines: string[] = [];
    if (this.style === null) {
      this.style = styleOf(attempts, all, this.sheet);
      const day = this.style === 'clock' ? `${dayOf(attempts[0].time)}, ` : '';
      if (this.style !== 'iso') lines.push(`${day}times in UTC`);
    }
    const { style } = this;
    return [...lines, ...this.table.lines(attempts.map((attempt) => rowOf(attempt, style)))];
  }
}

function styleOf(attempts: readonly Attempt[], all: boolean, { width }: Sheet): TimeStyle {
  if (width === 0) return 'iso';
  const [{ time }] = attempts;
  const oneDay = dayOf(time) === dayOf(attempts[attempts.length - 1].time);
  return all && oneDay ? 'clock' : 'date';
}

function rowOf(a: Attempt, style: TimeStyle): TableRow {
  const clock = timeOfDay(a.time, 3);
  const date = `${dayOf(a.time)} ${clock}`;
  const { family, gave_up: gaveUp } = a.schedule;
  return [
    style === 'iso' ? formatTime(a.time) : style === 'clock' ? clock : date,
    formatAddress(a.client),
    formatAddress(a.server),
    a.final ? a.outcome : `${a.outcome} so far`,
    String(a.syns),
    family === null ? '' : `${family}${gaveUp ? ', gave up' : ''}`,
    a.answered_after === null ? '' : formatDuration(a.answered_after),
  ];
}
