/** The screen as lines: heading, table or open endpoint, what was told last, keys. */
import { formatAddress } from '../face/address.ts';
import { clean } from '../face/clean.ts';
import { timeOfDay } from '../face/clock.ts';
import { columnsOf, cutToColumns, paddingFor } from '../face/columns.ts';
import { counted } from '../face/count.ts';
import { causesText } from '../face/endpoint-table.ts';
import { renderLadder } from '../face/ladder.ts';
import type { LadderHandshake } from '../face/ladder-types.ts';
import { sheetOf, type Page, type Sheet } from '../face/page.ts';
import { paint, VERDICT_RENDITIONS } from '../face/sgr.ts';
import { rateText, watchTable } from '../face/watch-table.ts';
import type { WatchRow } from '../face/watch-table.ts';
import { wrapText } from '../face/wrap.ts';
import type { Micros } from '../model/attempt.ts';
import { OUTCOMES } from '../model/attempt.ts';
import type { Endpoint, Verdict } from '../model/endpoint.ts';

/** The marker of the row under the cursor, and the column that it takes. */
const CURSOR = '>';

/** Rows below which what was told last makes way. */
const MESSAGES_FROM = 12;
const MESSAGES = 3;

export interface Shown {
  readonly page: Page;
  readonly rows: number;
  /** What is watched: `eth0`. */
  readonly subject: string;
  /** Capture time; NaN before the first packet. */
  readonly now: Micros;
  readonly endpoints: number;
  /** Attempts a second, of all. */
  readonly rate: number;
  /** `2 black-holing, 1 silent`; `''` where nothing is wrong. */
  readonly sick: string;
  /** What is not as usual: `paused`, `sorted by rate`. */
  readonly states: readonly string[];
  /** Newest last. */
  readonly messages: readonly string[];
  /** What is typed for a search, or `null`. */
  readonly typing: string | null;
}

/** Rows that a table has on a screen of so many. */
export function tableHeight(rows: number): number {
  // Heading, titles, rule, keys.
  return Math.max(1, rows - 4 - messageRows(rows));
}

function messageRows(rows: number): number {
  return rows >= MESSAGES_FROM ? MESSAGES : 0;
}

export interface TableShown extends Shown {
  readonly table: readonly WatchRow[];
  /** Time that the rows are of. */
  readonly at: Micros;
  /** Index into `table`; -1 for none. */
  readonly cursor: number;
}

export function tableScreen(shown: TableShown): string[] {
  const sheet = sheetOf(shown.page);
  const { table, at, cursor } = shown;
  const [titles, rule, ...lines] = watchTable(table, at, { ...sheet, width: sheet.width - 1 });
  const body = [
    ` ${titles}`,
    ` ${rule}`,
    ...lines.map((line, index) => (index === cursor ? CURSOR : ' ') + line),
  ];
  if (table.length === 0) {
    body.push(shown.endpoints === 0 ? ' no handshake was seen yet' : ' nothing matches');
  }
  const keys = 'q quit  enter open  s sort  / filter  p pause  ? help';
  return framed(shown, sheet, body, keys);
}

export interface EndpointShown extends Shown {
  readonly endpoint: Endpoint;
  readonly name: string;
  /** `black-holing for 12 s` and the incident's id, where there is one. */
  readonly since: string;
  readonly handshakes: readonly LadderHandshake[];
  readonly scroll: number;
}

/** @returns also how far it can be scrolled */
export function endpointScreen(shown: EndpointShown): { lines: string[]; most: number } {
  const sheet = sheetOf(shown.page);
  const { endpoint, name, since, handshakes, rows } = shown;
  const { verdict, attempts, causes, story, settle, server } = endpoint;
  const title = name === '' ? formatAddress(server) : `${formatAddress(server)} (${name})`;
  const counts = OUTCOMES.filter((outcome) => attempts[outcome] > 0).map(
    (outcome) => `${attempts[outcome]} ${outcome}`,
  );
  const wrap = (text: string, first = '', rest = '  '): string[] =>
    wrapText(clean(text, sheet.unicode), { width: sheet.width, first, rest });
  const body = [
    ...wrap(title),
    paint(cutToColumns(verdict, sheet.width, false), VERDICT_RENDITIONS[verdict], sheet.colour),
    ...wrap(since, '  '),
    ...wrap(story, '  '),
    ...wrap(`attempts: ${counts.join(', ') || 'none decided yet'}`, '  ', '    '),
    ...(causes.length > 0 ? wrapCauses(endpoint, sheet) : []),
    ...(settle === null ? [] : wrap(`settle: ${settle}`, '  ', '    ')),
    '',
    ...handshakes.flatMap((one) => renderLadder(one, shown.page).split('\n')),
  ];
  if (handshakes.length === 0) body.push('its handshakes are drawn as they come');
  const height = rows - 2 - messageRows(rows);
  const most = Math.max(0, body.length - height);
  const from = Math.min(shown.scroll, most);
  const keys = 'esc back  up/down scroll  p pause  q quit';
  return { lines: framed(shown, sheet, body.slice(from), keys), most };
}

function wrapCauses({ causes }: Endpoint, { width }: Sheet): string[] {
  return wrapText(`causes: ${causesText(causes)}`, { width, first: '  ', rest: '    ' });
}

const HELP_KEYS = 9;

const HELP: readonly (readonly [key: string, meaning: string])[] = [
  ['arrows', 'move, also PgUp, PgDn, Home, End, k, j, g'],
  ['Enter', 'open an endpoint: why, and its handshakes packet by packet'],
  ['Esc', 'back; in the table: no filter'],
  ['s', 'sort by verdict, last change, rate, server'],
  ['/', 'filter by words of address, name, verdict'],
  ['p', 'pause: what is shown stands still, all is counted on'],
  ['q, Ctrl-C', 'quit; Ctrl-Z to the shell'],
  ['A SECOND', 'attempts, over some ten seconds'],
  ['FOR', 'since the verdict changed last'],
  ['ANSWERED', 'handshakes that worked'],
  ['NONE', 'SYNs that nothing came back to'],
  ['RST, ICMP', 'refused, rejected'],
  ['HALF', 'SYN-ACK came, handshake incomplete'],
];

export function helpScreen(shown: Shown): string[] {
  const sheet = sheetOf(shown.page);
  const body = HELP.flatMap(([key, meaning]) =>
    wrapText(meaning, {
      width: sheet.width,
      first: `${key.padEnd(HELP_KEYS)} `,
      rest: ' '.repeat(HELP_KEYS + 1),
    }),
  );
  return framed(shown, sheet, body, 'any key goes back');
}

function framed(shown: Shown, sheet: Sheet, body: readonly string[], keys: string): string[] {
  const { rows, messages, typing } = shown;
  const told = messages.slice(-messageRows(rows));
  if (messageRows(rows) === 0) told.length = 0;
  const height = Math.max(0, rows - 2 - told.length);
  const cut = body.slice(0, height);
  const filled = [...cut, ...Array.from({ length: height - cut.length }, () => '')];
  const foot = typing === null ? keys : `/${clean(typing, sheet.unicode)}_`;
  const bottom = told.map((text) => paint(plain(text, sheet), 'dim', sheet.colour));
  const lines = [
    heading(shown, sheet),
    ...filled,
    ...bottom,
    cutToColumns(foot, sheet.width, sheet.unicode),
  ];
  return lines.slice(0, Math.max(1, rows));
}

function plain(text: string, { width, unicode }: Sheet): string {
  return cutToColumns(clean(text, unicode), width, unicode);
}

/** What matters most first, as the end of it goes on narrow terminals; the time at the right. */
function heading(shown: Shown, sheet: Sheet): string {
  const { subject, sick, endpoints, rate, states, now } = shown;
  const clock = Number.isNaN(now) ? '' : `${timeOfDay(now, 0)} UTC`;
  const parts = [
    ...states,
    ...(sick === '' ? [] : [sick]),
    subject,
    counted(endpoints, 'endpoint'),
    `${rateText(rate) === '.' ? '0' : rateText(rate)} attempts/s`,
  ];
  const left = plain(parts.join(', '), { ...sheet, width: sheet.width - columnsOf(clock) - 1 });
  return `${left} ${paddingFor(left, sheet.width - columnsOf(clock) - 1)}${clock}`;
}

/** `2 black-holing, 1 silent`: what is wrong, worst first. */
export function sickText(sick: readonly (readonly [verdict: Verdict, count: number])[]): string {
  return sick.map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
