/** Which columns a table of endpoints has, and what goes first where there is no room for all. */
import type { NameOf } from '../plugin/words.ts';
import { OUTCOMES, type Micros, type Outcome } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { formatTime } from '../plugin/record.ts';
import { formatAddress } from './address.ts';
import { clean } from './clean.ts';
import { dayOf, timeOfDay } from './clock.ts';
import { columnsOf, cutToColumns } from './columns.ts';
import { formatCountTight } from './count.ts';
import type { Sheet } from './page.ts';

/** One choice for each thing that can be given up. */
export interface Layout {
  /** `ESTABLISHED` and so on, else `EST`. */
  readonly fullTitles: boolean;
  /** The SERVER column's columns at most; a longer address has a line of its own. */
  readonly serverColumns: number;
  /** Columns of outcomes that nobody had. */
  readonly emptyOutcomes: boolean;
  readonly milliseconds: boolean;
  /** As a column, else beneath. */
  readonly name: boolean;
  readonly first: boolean;
  readonly last: boolean;
  readonly clients: boolean;
  /** As columns, else beneath. */
  readonly outcomes: boolean;
}

export interface Column {
  readonly id: 'server' | 'name' | 'verdict' | 'clients' | 'first' | 'last' | Outcome;
  readonly title: string;
  readonly right: boolean;
  readonly cells: readonly string[];
  /** The widest of title and cells; of the server's, only of those that stay in the column. */
  readonly width: number;
}

export const COLUMN_GAP = 2;

/** 255.255.255.255:65535 */
const LONGEST_IPV4 = 21;

/** 10.20.30.40:443: most private addresses. */
const SHORT_SERVER = 15;

/** A longer name is cut: it is there to remind, the address says which. */
const LONGEST_NAME = 24;

const FULL: Layout = {
  fullTitles: true,
  serverColumns: Number.POSITIVE_INFINITY,
  emptyOutcomes: true,
  milliseconds: true,
  name: true,
  first: true,
  last: true,
  clients: true,
  outcomes: true,
};

/** What is given up, in this order, until the table fits: first what loses nothing. */
const CONCESSIONS: readonly Partial<Layout>[] = [
  { fullTitles: false },
  { emptyOutcomes: false },
  { serverColumns: LONGEST_IPV4 },
  { name: false },
  { milliseconds: false },
  { first: false },
  { last: false },
  { clients: false },
  { serverColumns: SHORT_SERVER },
  { outcomes: false },
  { serverColumns: 0 },
];

const TITLES: Readonly<Record<Outcome, readonly [full: string, short: string]>> = {
  established: ['ESTABLISHED', 'EST'],
  'half-open': ['HALF-OPEN', 'HALF'],
  refused: ['REFUSED', 'RST'],
  rejected: ['REJECTED', 'ICMP'],
  unanswered: ['UNANSWERED', 'NONE'],
  unresolved: ['UNRESOLVED', '?'],
};

/** Makes a zero recede, so that what happened stands out. */
const ZERO = '.';

/** `clock`: all rows on one UTC day, which the heading says; `date`: with the day; `iso`: each time stands alone. */
export type TimeStyle = 'clock' | 'date' | 'iso';

export interface Rows {
  readonly endpoints: readonly Endpoint[];
  /** Names by row, `''` without one. */
  readonly names: readonly string[];
  readonly times: TimeStyle;
}

/** @param width 0 is a pipe */
export function rowsOf(
  endpoints: readonly Endpoint[],
  nameOf: NameOf | undefined,
  { width, unicode }: Sheet,
): Rows {
  const names = endpoints.map(({ server }) =>
    clean(nameOf?.(server.ip, server.port) ?? '', unicode),
  );
  const first = endpoints.reduce((least, e) => Math.min(least, e.first), endpoints[0].first);
  const last = endpoints.reduce((most, e) => Math.max(most, e.last), endpoints[0].last);
  const oneDay = dayOf(first) === dayOf(last);
  return { endpoints, names, times: width === 0 ? 'iso' : oneDay ? 'clock' : 'date' };
}

function columnOf(
  id: Column['id'],
  title: string,
  cells: readonly string[],
  right = false,
  most = Number.POSITIVE_INFINITY,
): Column {
  const widths = cells.map(columnsOf).filter((width) => width <= most);
  const width = widths.reduce((widest, each) => Math.max(widest, each), columnsOf(title));
  return { id, title, right, cells, width };
}

function timeCell(time: Micros, style: TimeStyle, milliseconds: boolean): string {
  if (style === 'iso') return formatTime(time);
  const clock = timeOfDay(time, milliseconds ? 3 : 0);
  return style === 'clock' ? clock : `${dayOf(time)} ${clock}`;
}

function columnsFor(layout: Layout, { endpoints, names, times }: Rows, unicode: boolean) {
  const columns: Column[] = [];
  const servers = endpoints.map(({ server }) => formatAddress(server));
  columns.push(columnOf('server', 'SERVER', servers, false, layout.serverColumns));
  if (layout.name && names.some((name) => name !== '')) {
    columns.push(
      columnOf(
        'name',
        'NAME',
        names.map((name) => cutToColumns(name, LONGEST_NAME, unicode)),
      ),
    );
  }
  columns.push(
    columnOf(
      'verdict',
      'VERDICT',
      endpoints.map(({ verdict }) => verdict),
    ),
  );
  for (const outcome of layout.outcomes ? OUTCOMES : []) {
    const counts = endpoints.map(({ attempts }) => attempts[outcome]);
    if (!layout.emptyOutcomes && counts.every((count) => count === 0)) continue;
    const cells = counts.map((count) => (count === 0 ? ZERO : formatCountTight(count)));
    columns.push(columnOf(outcome, TITLES[outcome][layout.fullTitles ? 0 : 1], cells, true));
  }
  if (layout.clients) {
    const cells = endpoints.map(({ clients }) => formatCountTight(clients));
    columns.push(columnOf('clients', 'CLIENTS', cells, true));
  }
  for (const end of ['first', 'last'] as const) {
    if (!layout[end]) continue;
    const cells = endpoints.map((e) => timeCell(e[end], times, layout.milliseconds));
    columns.push(columnOf(end, end.toUpperCase(), cells));
  }
  return columns;
}

/** Columns that a table needs, gaps between them included. */
export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + COLUMN_GAP, -COLUMN_GAP);
}

/** From the richest to the barest. */
const LAYOUTS: readonly Layout[] = [0, ...CONCESSIONS.keys().map((index) => index + 1)].map(
  (made) => Object.assign({}, FULL, ...CONCESSIONS.slice(0, made)) as Layout,
);

/** The richest layout that fits, with its columns; a pipe gets all of them. */
export function fitColumns(
  rows: Rows,
  { width, unicode }: Sheet,
): { layout: Layout; columns: Column[] } {
  for (const layout of LAYOUTS) {
    const columns = columnsFor(layout, rows, unicode);
    if (width === 0 || tableWidth(columns) <= width) return { layout, columns };
  }
  const barest = LAYOUTS[LAYOUTS.length - 1];
  return { layout: barest, columns: columnsFor(barest, rows, unicode) };
}
