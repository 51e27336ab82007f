/** The table of endpoints that `read` and `watch` show. */
import type { NameOf } from '../plugin/words.ts';
import { OUTCOMES } from '../model/attempt.ts';
import type { Cause, Endpoint } from '../model/endpoint.ts';
import { clean } from './clean.ts';
import { dayOf } from './clock.ts';
import { columnsOf, paddingFor } from './columns.ts';
import { counted, formatCount } from './count.ts';
import {
  COLUMN_GAP,
  fitColumns,
  rowsOf,
  tableWidth,
  type Column,
  type Layout,
  type Rows,
} from './endpoint-columns.ts';
import { DEFAULT_LIMIT, selectRows, type Selection } from './endpoint-order.ts';
import { sheetOf, type Page, type Sheet } from './page.ts';
import { paint, VERDICT_RENDITIONS } from './sgr.ts';
import { GLUE, wrapText } from './wrap.ts';

export interface EndpointTableOptions extends Page {
  /** Names that the configuration gives to endpoints. */
  readonly names?: NameOf | undefined;
  /** Rows at most; 0 is all, left out {@link DEFAULT_LIMIT}. */
  readonly limit?: number | undefined;
}

const INDENT = '  ';

/** From this probability on a cause is no guess any more, and its reasons are told. */
const SETTLED = 0.98;
const REASONS = 2;

/**
 * Endpoints worst first, a row each, with what is going on, the likely causes
 * and what would tell them apart beneath. Ends with a newline.
 *
 * No line is wider than `width` columns (32 at least). Where there is no room
 * for everything, what can be said elsewhere goes first: long titles, outcomes
 * that nobody had, long addresses (to a line of their own), names (beneath),
 * milliseconds, FIRST, LAST, CLIENTS, and at last the counts (beneath).
 * In a pipe nothing is left out or wrapped: a line a row, then indented lines.
 */
export function renderEndpoints(
  endpoints: readonly Endpoint[],
  options: EndpointTableOptions,
): string {
  const sheet = sheetOf(options);
  if (endpoints.length === 0) return 'No endpoints: no SYN was seen.\n';
  const selection = selectRows(endpoints, options.limit ?? DEFAULT_LIMIT);
  const lines = [
    ...tableLines(endpoints.length, selection.shown, sheet, options.names),
    ...remainderLines(selection, sheet),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines(
  total: number,
  shown: readonly Endpoint[],
  sheet: Sheet,
  names: NameOf | undefined,
): string[] {
  const rows = rowsOf(shown, names, sheet);
  const { layout, columns } = fitColumns(rows, sheet);
  const lines = [...headingLines(total, rows, layout, sheet), titleLine(columns)];
  if (sheet.width > 0) lines.push((sheet.unicode ? '─' : '-').repeat(tableWidth(columns)));
  let told = '';
  for (const [index, endpoint] of shown.entries()) {
    lines.push(...rowLines(columns, index, endpoint, sheet));
    lines.push(...detailLines(endpoint, layout.name ? '' : rows.names[index], layout, sheet));
    const causes = causesText(endpoint.causes);
    // A list of ports that all fail alike says so once; each line of a pipe stands alone.
    const doubt = causes + proofOf(endpoint.causes);
    if (sheet.width > 0 && causes !== '' && doubt === told) {
      lines.push(...labelled('', 'causes, and what would settle them: as above', sheet));
    } else {
      lines.push(...doubtLines(endpoint, causes, sheet));
    }
    told = doubt;
  }
  return lines;
}

function headingLines(total: number, rows: Rows, layout: Layout, sheet: Sheet): string[] {
  let heading = counted(total, 'endpoint');
  if (rows.times === 'clock') heading += `, ${dayOf(rows.endpoints[0].first)}`;
  if (layout.last) heading += ', times in UTC';
  return wrapText(heading, { width: sheet.width, first: '', rest: '' });
}

function titleLine(columns: readonly Column[]): string {
  return joinCells(columns.map((column) => pad(column, column.title)));
}

/** A row, after its address where that is too long for the column. */
function rowLines(
  columns: readonly Column[],
  index: number,
  endpoint: Endpoint,
  sheet: Sheet,
): string[] {
  const lines: string[] = [];
  const cells = columns.map((column) => {
    const text = column.cells[index];
    if (column.id === 'server' && columnsOf(text) > column.width) {
      lines.push(...wrapText(text, { width: sheet.width, first: '', rest: INDENT }));
      return pad(column, '');
    }
    if (column.id !== 'verdict') return pad(column, text);
    const painted = paint(text, VERDICT_RENDITIONS[endpoint.verdict], sheet.colour);
    return painted + paddingFor(text, column.width);
  });
  lines.push(joinCells(cells));
  return lines;
}

function pad({ right, width }: Column, text: string): string {
  const padding = paddingFor(text, width);
  return right ? padding + text : text + padding;
}

function joinCells(cells: readonly string[]): string {
  return cells.join(' '.repeat(COLUMN_GAP)).trimEnd();
}

function detailLines(endpoint: Endpoint, name: string, layout: Layout, sheet: Sheet): string[] {
  const story = clean(endpoint.story, sheet.unicode);
  return [
    ...labelled('name: ', name, sheet),
    ...labelled('attempts: ', layout.outcomes ? '' : countsText(endpoint), sheet),
    ...labelled('', story, sheet),
  ];
}

/** What may be behind it, and what would tell. */
function doubtLines(endpoint: Endpoint, causes: string, sheet: Sheet): string[] {
  return [
    ...labelled('causes: ', causes, sheet),
    ...labelled('because: ', clean(proofOf(endpoint.causes), sheet.unicode), sheet),
    ...labelled('settle: ', clean(endpoint.settle ?? '', sheet.unicode), sheet),
  ];
}

/** What settles it, where it is settled: the strongest reasons for the one cause that is left; else empty. */
function proofOf([likeliest]: readonly Cause[]): string {
  if (likeliest === undefined || likeliest.probability < SETTLED) return '';
  return likeliest.because.slice(0, REASONS).join('; ');
}

function labelled(label: string, text: string, { width }: Sheet): string[] {
  return wrapText(text, {
    width,
    first: INDENT + label,
    rest: INDENT + ' '.repeat(label.length),
  });
}

function countsText({ attempts }: Endpoint): string {
  const present = OUTCOMES.filter((outcome) => attempts[outcome] > 0);
  return present.map((outcome) => `${formatCount(attempts[outcome])}${GLUE}${outcome}`).join(', ');
}

/** `lost-before-server 45 %, dropped-at-server 40 %, reply-lost 15 %`: possible ones only. */
export function causesText(causes: readonly Cause[]): string {
  return causes
    .filter(({ probability }) => probability > 0)
    .map(({ cause, probability }) => `${clean(cause, false)}${GLUE}${percent(probability)}`)
    .join(', ');
}

function percent(probability: number): string {
  const whole = Math.round(probability * 100);
  return whole === 0 ? `<1${GLUE}%` : `${whole}${GLUE}%`;
}

function remainderLines({ healthy, more }: Selection, { width }: Sheet): string[] {
  const lines: string[] = [];
  if (more > 0) {
    lines.push(`... and ${counted(more, 'more endpoint')} (--limit 0 shows all)`);
  }
  if (healthy.length > 0) {
    const established = healthy.reduce((sum, { attempts }) => sum + attempts.established, 0);
    lines.push(
      `... and ${counted(healthy.length, 'healthy endpoint')}: ` +
        `${counted(established, 'handshake')} completed (--limit 0 shows all)`,
    );
  }
  return lines.flatMap((line) => wrapText(line, { width, first: '', rest: '    ' }));
}
