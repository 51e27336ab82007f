/** An experiment for people: what happens as it happens, then what both sides saw. */
import { renderEndpoints } from '../face/endpoint-table.ts';
import { clean } from '../face/clean.ts';
import { formatDuration } from '../face/duration.ts';
import { leadingCause, scopeText } from '../face/incident-words.ts';
import { renderLadder } from '../face/ladder.ts';
import { sheetOf } from '../face/page.ts';
import type { Page } from '../face/page.ts';
import { paint } from '../face/sgr.ts';
import { Table } from '../face/table.ts';
import { glueUnits, wrapText } from '../face/wrap.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Findings, Reporter, Turn } from './findings.ts';
import { resultRows } from './results-text.ts';

const COLUMNS = [
  { title: 'PORT', yields: 0 },
  { title: 'BEGUN', yields: 0 },
  { title: 'THE CLIENT PROGRAM SAW', yields: 0 },
];

export class TextReporter implements Reporter {
  readonly #put: (text: string) => void;
  readonly #page: Page;
  /** Of the beginning, of the fault and of its end; milliseconds. */
  #begun = Date.now();
  #since: { readonly at: number; readonly what: string } | undefined;

  constructor(put: (text: string) => void, page: Page) {
    this.#put = put;
    this.#page = page;
  }

  say(turn: Turn | null, text: string): void {
    const now = Date.now();
    if (turn === 'begun') this.#begun = now;
    if (turn === 'fault') this.#since = { at: now, what: 'after the fault began' };
    if (turn === 'cleared') this.#since = { at: now, what: 'after it was cleared' };
    this.#line(text);
  }

  incident(incident: Incident): void {
    const { kind, state } = incident;
    const cause = leadingCause(incident);
    const since =
      this.#since === undefined
        ? ''
        : `, ${formatDuration((Date.now() - this.#since.at) / 1000)} ${this.#since.what}`;
    const why = cause === '' || state !== 'firing' ? '' : `; most likely ${cause}`;
    this.#line(`incident ${kind} ${scopeText(incident)}: ${state}${since}${why}`, 'incident');
    if (state !== 'firing') return;
    for (const reason of incident.causes[0]?.because ?? []) this.#line(`because ${reason}`);
  }

  notice({ code, text }: Notice): void {
    this.#line(`notice ${code}: ${text}`, 'notice');
  }

  findings(findings: Findings): void {
    const sheet = sheetOf(this.#page);
    const rows = resultRows(findings);
    this.#put(`\n${new Table(COLUMNS, sheet).lines(rows).join('\n')}\n`);
    this.#put('\nunackd told, just before the fault was cleared:\n');
    this.#put(`${renderEndpoints(findings.endpoints, this.#page)}\n`);
    for (const handshake of findings.handshakes) {
      this.#put(`${renderLadder(handshake, this.#page)}\n`);
    }
  }

  #line(text: string, head?: 'incident' | 'notice'): void {
    const { width, colour, unicode } = sheetOf(this.#page);
    const at = `${((Date.now() - this.#begun) / 1000).toFixed(1).padStart(5)} s  `;
    const lines = wrapText(glueUnits(clean(text, unicode)), {
      width,
      first: at,
      rest: ' '.repeat(at.length),
    });
    const drawn = lines.join('\n');
    const painted =
      head === undefined
        ? drawn
        : drawn.replace(head, paint(head, head === 'incident' ? 'red' : 'yellow', colour));
    this.#put(`${painted}\n`);
  }
}
