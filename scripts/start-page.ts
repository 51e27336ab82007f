/** What `npm start` shows: a story for each capture, told from the database alone. */
import type { openHistory } from '../src/engine/registry.ts';
import { formatAddress } from '../src/face/address.ts';
import { renderEndpoints } from '../src/face/endpoint-table.ts';
import { counted } from '../src/face/count.ts';
import { ladderFromAttempt } from '../src/face/ladder-from-attempt.ts';
import { renderLadder } from '../src/face/ladder.ts';
import { outcomeSentence } from '../src/face/outcome-sentence.ts';
import { sheetOf, type Page } from '../src/face/page.ts';
import { CAUSE_WORDS, VERDICT_WORDS } from '../src/face/verdict-words.ts';
import { glueUnits, wrapText } from '../src/face/wrap.ts';
import { incidentText } from '../src/read/incident-text.ts';
import type { Attempt } from '../src/model/attempt.ts';
import { CAUSES, VERDICTS, type Endpoint } from '../src/model/endpoint.ts';
import { strip, STRIP_LEGEND } from './start-strip.ts';

type History = ReturnType<typeof openHistory>;

export interface Facts {
  readonly database: string;
  readonly config: string;
  /** What the daemon took. */
  readonly milliseconds: number;
}

/** What each capture is, by the id of its source. */
const CAPTURES: Readonly<Record<string, string>> = {
  drop: 'telnet to port 8000 behind `iptables -j DROP`',
  'reject-hidden': 'behind `iptables -j REJECT`, captured with the filter "port 8000"',
  reject: 'the same, captured without the port in the filter',
  outage: 'three ports, one of which goes silent and comes back',
};

/** Attempts drawn or told one by one; more of them are a table's business. */
const FEW = 3;

const CAPTURE_FOLDER = 'config/examples/captures';

/** Command lines that work as they stand, each with what it shows. */
export const NEXT: readonly (readonly [command: string, shows: string])[] = [
  [
    `bin/unackd read --ladder ${CAPTURE_FOLDER}/reject.pcap`,
    'the ICMP errors that "port 8000" hides, packet by packet',
  ],
  [
    `bin/unackd read --ladder --port 8000 ${CAPTURE_FOLDER}/black-hole.pcap`,
    'handshakes that failed, and some that did not',
  ],
  [
    `bin/unackd read --format jsonl ${CAPTURE_FOLDER}/drop.pcap`,
    'records for programs, with the reasons for each cause',
  ],
  ['bin/unackd check config/unackd.yaml', 'the commented default configuration, and its pipeline'],
  ['bin/unackd read --help', 'filters, formats, exit codes for scripts'],
];

/** The whole page. Ends with a newline. */
export function startPage(history: History, page: Page, facts: Facts): string {
  const { width } = sheetOf(page);
  const endpoints = [...history.endpoints()];
  const prose = (text: string, first = '', rest = first): string =>
    `${wrapText(glueUnits(text), { width, first, rest }).join('\n')}\n`;
  return [
    prose(
      `The daemon read the bundled captures in ${(facts.milliseconds / 1000).toFixed(1)} s ` +
        `(bin/unackd run --config ${facts.config}) into ${facts.database}. It found:`,
    ),
    ...Object.entries(CAPTURES).map(
      ([id, what]) => `${prose(`== ${id}: ${what}`)}\n${story(history, id, endpoints, page)}`,
    ),
    // What people are told first of all.
    ...[...history.incidents()].map((incident) =>
      incidentText(incident, incident.resolved_at ?? incident.detected_at, page),
    ),
    ...[...history.notices()].map(({ code, text }) => prose(`notice ${code}: ${text}`, '', '  ')),
    `In plain words:\n${glossary(endpoints)
      .map(([word, is]) => prose(`${word}: ${is}`, '  ', '    '))
      .join('')}`,
    `Try next, in this folder:\n${NEXT.map(([command, shows]) => `  ${command}\n      ${shows}\n`).join('')}`,
    prose(
      'With packets of your own: record them with `tcpdump -i any -w my.pcap "tcp or icmp or icmp6"`, ' +
        'then `bin/unackd read my.pcap`. README.md tells more.',
    ),
  ].join('\n');
}

function story(history: History, source: string, all: readonly Endpoint[], page: Page): string {
  const attempts = [...history.attempts({ source })];
  const endpoints = all.filter((endpoint) => endpoint.source === source);
  const parts: string[] = [];
  if (attempts.length <= FEW) parts.push(...attempts.map((attempt) => one(attempt, page)));
  if (endpoints.length > 0) parts.push(renderEndpoints(endpoints, page));
  if (attempts.length > FEW) parts.push(life(attempts, endpoints, page));
  return parts.join('\n');
}

/** A picture where the SYNs are the whole story, else a sentence: a database keeps no ICMP errors' times. */
function one(attempt: Attempt, page: Page): string {
  if (attempt.outcome === 'unanswered') return renderLadder(ladderFromAttempt(attempt), page);
  const { client, server, outcome } = attempt;
  const text = `${formatAddress(client)} to ${formatAddress(server)} ${outcome}: ${outcomeSentence(attempt)}`;
  const { width } = sheetOf(page);
  return `${wrapText(glueUnits(text), { width, first: '  ', rest: '    ' }).join('\n')}\n`;
}

/** One line for each endpoint whose attempts did not all succeed at once. */
function life(attempts: readonly Attempt[], endpoints: readonly Endpoint[], page: Page): string {
  const lines = endpoints
    .filter(({ verdict }) => verdict !== 'healthy')
    .flatMap(({ server }) => {
      const here = attempts.filter(
        (a) => a.server.port === server.port && a.server.ip === server.ip,
      );
      return [`${formatAddress(server)}, ${counted(here.length, 'attempt')}`, `  ${strip(here)}`];
    });
  if (lines.length === 0) return '';
  const { width } = sheetOf(page);
  return `${[...lines, ...wrapText(STRIP_LEGEND, { width, first: '  ', rest: '  ' })].join('\n')}\n`;
}

/** The words that the page uses, with what they mean. */
function glossary(endpoints: readonly Endpoint[]): [word: string, meaning: string][] {
  const used = new Set<string>(endpoints.map(({ verdict }) => verdict));
  for (const { causes } of endpoints) for (const { cause } of causes) used.add(cause);
  return [
    ...VERDICTS.map((verdict): [string, string] => [verdict, VERDICT_WORDS[verdict]]),
    ...CAUSES.map((cause): [string, string] => [cause, CAUSE_WORDS[cause]]),
  ].filter(([word]) => used.has(word));
}
