/** The live table: one line an endpoint, whatever the width. */
import type { Address, Micros } from '../model/attempt.ts';
import type { Endpoint, Verdict } from '../model/endpoint.ts';
import { formatAddress } from './address.ts';
import { clean } from './clean.ts';
import { columnsOf, cutToColumns, splitAtColumn } from './columns.ts';
import { formatCountTight } from './count.ts';
import { formatDuration } from './duration.ts';
import type { Sheet } from './page.ts';
import { VERDICT_RENDITIONS } from './sgr.ts';
import { Table } from './table.ts';

export interface WatchRow {
  readonly server: Address;
  /** `''` without one. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Attempts a second. */
  readonly rate: number;
  /** Last change of verdict; NaN before the first. */
  readonly changed: Micros;
  readonly attempts: Endpoint['attempts'];
}

const GAP = 2;

/** 10.20.30.40:443: what stays of an address where there is little room. */
const SHORT_SERVER = 15;

/** A longer name is cut: it is there to remind, the address says which. */
const LONGEST_NAME = 24;

/** The port, and the end of the address. */
const TAIL = 8;

/** Cut in its middle, so that the port stays. */
function cutServer(text: string, width: number, unicode: boolean): string {
  if (columnsOf(text) <= width) return text;
  const tail = text.slice(-Math.min(TAIL, width - 2));
  const mark = unicode ? '…' : '~';
  return splitAtColumn(text, width - tail.length - 1)[0] + mark + tail;
}

/** `.` for next to none, `0.4`, `12`, `3400`. */
export function rateText(rate: number): string {
  if (rate < 0.05) return '.';
  return rate < 9.95 ? rate.toFixed(1) : formatCountTight(Math.round(rate));
}

function countText(count: number): string {
  return count === 0 ? '.' : formatCountTight(count);
}

/** How long ago, in whole seconds. */
function agoText(then: Micros, now: Micros): string {
  if (Number.isNaN(then)) return '';
  return formatDuration(Math.max(0, Math.round((now - then) / 1e6)));
}

/**
 * Titles, a rule, then exactly a line a row.
 * @param now capture time
 */
export function watchTable(rows: readonly WatchRow[], now: Micros, sheet: Sheet): string[] {
  const verdicts = rows.map(({ verdict }) => columnsOf(verdict));
  const room = sheet.width - GAP - Math.max(columnsOf('VERDICT'), ...verdicts);
  const servers = rows.map(({ server }) =>
    cutServer(formatAddress(server), Math.max(SHORT_SERVER, room), sheet.unicode),
  );
  const named = rows.some(({ name }) => name !== '');
  const table = new Table(
    [
      { title: 'SERVER', yields: 0 },
      ...(named ? [{ title: 'NAME', yields: 3 }] : []),
      {
        title: 'VERDICT',
        yields: 0,
        rendition: (text) => VERDICT_RENDITIONS[text as Verdict],
      },
      { title: 'A SECOND', right: true, yields: 2 },
      { title: 'FOR', right: true, yields: 1 },
      { title: 'ANSWERED', right: true, yields: 4 },
      { title: 'NONE', right: true, yields: 5 },
      { title: 'RST', right: true, yields: 6 },
      { title: 'ICMP', right: true, yields: 7 },
      { title: 'HALF', right: true, yields: 8 },
    ],
    sheet,
  );
  const lines = table.lines(
    rows.map(({ name, verdict, rate, changed, attempts }, index) => [
      servers[index],
      ...(named ? [cutToColumns(clean(name, sheet.unicode), LONGEST_NAME, sheet.unicode)] : []),
      verdict,
      rateText(rate),
      agoText(changed, now),
      countText(attempts.established),
      countText(attempts.unanswered),
      countText(attempts.refused),
      countText(attempts.rejected),
      countText(attempts['half-open']),
    ]),
  );
  return lines;
}
