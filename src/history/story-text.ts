/** The story of an incident, for people. */
import { formatAddress } from '../face/address.ts';
import { clean } from '../face/clean.ts';
import { formatSpan, timeOfDay } from '../face/clock.ts';
import { counted } from '../face/count.ts';
import { formatDuration } from '../face/duration.ts';
import type { NameOf } from '../plugin/words.ts';
import { evidenceSentences } from '../face/evidence-text.ts';
import { confidenceText, KIND_WORDS, scopeText } from '../face/incident-words.ts';
import { ladderFromAttempt } from '../face/ladder-from-attempt.ts';
import { renderLadder } from '../face/ladder.ts';
import { sheetOf, type Page, type Sheet } from '../face/page.ts';
import { paint, type Rendition } from '../face/sgr.ts';
import { Table } from '../face/table.ts';
import { stripLines, type StripMark, type StripRow } from '../face/timeline.ts';
import { CAUSE_WORDS } from '../face/verdict-words.ts';
import { glueUnits, wrapText } from '../face/wrap.ts';
import type { Outcome } from '../model/attempt.ts';
import type { Incident, IncidentKind } from '../model/incident.ts';
import { isAnswered } from './neighbourhood.ts';
import { settleOf } from './settle.ts';
import type { NeighbourRow, Share, Story } from './story.ts';

/** Endpoints compared at most; the rest are summed up. */
const NEIGHBOURS_SHOWN = 12;

export interface StoryTextOptions {
  readonly page: Page;
  readonly names: NameOf | undefined;
  /** Taken over by this one, this one took over, or going on at the same time. */
  readonly related: readonly string[];
  /** The command that writes its packets. */
  readonly packets: string;
}

/** Ends with a newline. */
export function storyText(
  story: Story,
  { page, names, related, packets }: StoryTextOptions,
): string {
  const sheet = sheetOf(page);
  const sections: [title: string, lines: readonly string[]][] = [
    ['', headLines(story, names, related, sheet)],
    ['TIMELINE', timeline(story, sheet)],
    ['EVIDENCE', evidenceLines(story, sheet)],
    ['CAUSES', causeLines(story.incident, sheet)],
    [
      'WHAT WOULD SETTLE IT',
      settleOf(story.incident, story.vantage, story.near.by === 'client').flatMap((step) =>
        indented(step, sheet),
      ),
    ],
    [neighbourTitle(story), neighbourLines(story, names, sheet)],
    ['TYPICAL ATTEMPTS', ladderLines(story, page)],
    // In one piece, to be copied.
    ['ITS PACKETS', [`  ${packets}`]],
  ];
  const texts = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title === '' ? [] : [title]), ...lines].join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function indented(text: string, { width, unicode }: Sheet): string[] {
  return wrapText(glueUnits(clean(text, unicode)), { width, first: '  ', rest: '    ' });
}

function headLines(
  { incident, end }: Story,
  names: NameOf | undefined,
  related: readonly string[],
  sheet: Sheet,
): string[] {
  const { id, kind, state, started_at: start, detected_at: told, resolved_at: over } = incident;
  const title = `incident ${id}: ${kind} at ${scopeText(incident, names)}, ${state}`;
  const [first, ...rest] = wrapText(clean(title, sheet.unicode), {
    width: sheet.width,
    first: '',
    rest: '  ',
  });
  const length = formatDuration((end - start) / 1e6);
  const span = `${formatSpan(start, end)} (${length}${over === null ? ' so far' : ''})`;
  const delay = formatDuration((told - start) / 1e6);
  return [
    first.replace(kind, paint(kind, 'red', sheet.colour)),
    ...rest,
    ...indented(KIND_WORDS[kind], sheet),
    ...indented(`${span}, told after ${delay}, ${confidenceText(incident.confidence)} sure`, sheet),
    ...related.flatMap((line) => indented(line, sheet)),
  ];
}

/** What the attempts of each outcome are called, in the order of the rows. */
const ROWS: readonly [row: Outcome | 'late', label: string][] = [
  ['established', 'answered'],
  // An answer to a retry: the silence has ended meanwhile, or a SYN was lost.
  ['late', 'retried'],
  ['half-open', 'half-open'],
  ['refused', 'refused'],
  ['rejected', 'rejected'],
  ['unanswered', 'no answer'],
  ['unresolved', 'unresolved'],
];

function renditionOf(kind: IncidentKind, row: Outcome | 'late'): Rendition {
  if (row === 'late') return 'yellow';
  const answered = isAnswered(kind, row);
  return answered === null ? 'dim' : answered ? 'green' : 'red';
}

function timeline(story: Story, sheet: Sheet): string[] {
  const { incident, slices, since, step } = story;
  const rows = ROWS.filter(
    ([row]) => row === 'established' || slices[row].some((count) => count > 0),
  ).map(([row, label]): StripRow => ({
    label,
    rendition: renditionOf(incident.kind, row),
    counts: slices[row],
  }));
  const { started_at: start, detected_at: told, resolved_at: over } = incident;
  const flaps = incident.evidence['flaps'] === undefined ? '' : ' for good';
  const marks: StripMark[] = [
    { time: start, letter: 's', meaning: `started ${timeOfDay(start, 3)}` },
    { time: told, letter: 't', meaning: `told ${timeOfDay(told, 3)}` },
  ];
  if (over !== null) {
    const what = incident.superseded_by === null ? `answered again${flaps}` : 'part of a wider one';
    marks.push({ time: over, letter: 'e', meaning: `${what} ${timeOfDay(over, 3)}` });
  }
  return stripLines({ since, step, rows, marks }, sheet);
}

function evidenceLines({ incident, neighbours }: Story, sheet: Sheet): string[] {
  const own = neighbours.filter((row) => row.own);
  const sum = (pick: (share: Share) => number) =>
    own.reduce((total, { shares }) => total + pick(shares.during), 0);
  const tried = sum((share) => share.tried);
  const failed = tried - sum((share) => share.answered);
  const whole =
    tried === 0
      ? []
      : [
          `in all of that time: ${failed} of ${counted(tried, 'attempt')} were not answered at once`,
        ];
  return [...evidenceSentences(incident.evidence), ...whole].flatMap((line) =>
    indented(line, sheet),
  );
}

function causeLines({ causes }: Incident, sheet: Sheet): string[] {
  return causes
    .filter(({ probability }) => probability > 0)
    .flatMap(({ cause, probability, because }) => {
      const share = `${Math.round(probability * 100)} %`.padStart(5);
      const rest = ' '.repeat(share.length + 3);
      const lines = (text: string, first: string) =>
        wrapText(glueUnits(clean(text, sheet.unicode)), { width: sheet.width, first, rest });
      const what = lines(`${cause}: ${CAUSE_WORDS[cause]}`, `  ${share} `);
      return because.length === 0
        ? what
        : what.concat(lines(`because ${because.join('; ')}`, rest));
    });
}

function neighbourTitle({ near, incident }: Story): string {
  if (near.by === 'client') return 'CLIENTS MEANWHILE';
  const where = incident.scope.kind === 'network' ? 'NETWORK' : 'HOST AND NETWORK';
  return `${where} MEANWHILE`;
}

function neighbourLines(
  { neighbours, near }: Story,
  names: NameOf | undefined,
  sheet: Sheet,
): string[] {
  if (neighbours.length === 0) return [];
  const table = new Table(
    [
      { title: '', yields: 0 },
      { title: near.by === 'client' ? 'CLIENT' : 'ENDPOINT', yields: 0 },
      { title: 'BEFORE', right: true, yields: 2 },
      { title: 'MEANWHILE', right: true, yields: 0 },
      { title: 'AFTERWARDS', right: true, yields: 1 },
    ],
    sheet,
  );
  const shown = neighbours.slice(0, NEIGHBOURS_SHOWN);
  const lines = table.lines(shown.map((row) => neighbourRow(row, names)));
  const rest = neighbours.slice(NEIGHBOURS_SHOWN);
  const healthy = rest.filter(({ shares }) => shares.during.answered === shares.during.tried);
  return [
    ...wrapText('answered at once (without a retry) of tried; * is part of the incident', {
      width: sheet.width,
      first: '',
      rest: '',
    }),
    ...lines,
    ...(rest.length > 0
      ? indented(`... and ${rest.length} more, ${healthy.length} of them without a failure`, sheet)
      : []),
  ];
}

function cell({ answered, tried }: Share): string {
  return tried === 0 ? '' : `${answered}/${tried}`;
}

function neighbourRow({ ip, port, own, shares }: NeighbourRow, names: NameOf | undefined) {
  const name = names?.(ip, port);
  const address = port === 0 ? clean(ip, false) : formatAddress({ ip, port });
  return [
    own ? '*' : '',
    name === undefined ? address : `${address} (${name})`,
    cell(shares.before),
    cell(shares.during),
    cell(shares.after),
  ];
}

function ladderLines({ typical }: Story, page: Page): string[] {
  return typical.flatMap(({ caption, attempt }, index) => [
    ...(index === 0 ? [] : ['']),
    `${caption}:`,
    ...renderLadder(ladderFromAttempt(attempt), page).trimEnd().split('\n'),
  ]);
}
