import { basename } from 'node:path';
import type { Pipeline } from '../engine/pipeline.ts';
import { timeOfDay } from '../face/clock.ts';
import { counted } from '../face/count.ts';
import { formatDuration } from '../face/duration.ts';
import type { WatchRow } from '../face/watch-table.ts';
import type { Micros } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { changeTime } from '../plugin/api.ts';
import type { NameOf } from '../plugin/words.ts';
import { pageOf } from '../read/page.ts';
import { attemptsOf } from '../verdict/endpoint-book.ts';
import { Board } from './board.ts';
import { Browser } from './browser.ts';
import { endpointScreen, helpScreen, sickText, tableHeight, tableScreen } from './draw.ts';
import type { EndpointShown, Shown } from './draw.ts';
import type { Entry } from './entry.ts';
import { Handshakes } from './handshakes.ts';
import { messageText } from './lines.ts';
import type { WatchRequest } from './request.ts';
import { Screen } from './screen.ts';
import type { Key } from './screen.ts';

/** Four times a second at most: more is a flicker, and costs. */
const REDRAW_MS = 250;

/** A key is answered sooner than that. */
const ANSWER_MS = 30;

/** Of a core's time, at most this share is spent on drawing what nobody asked for. */
const DRAWING_SHARE = 0.1;

/** Messages kept to be shown. */
const MESSAGES_KEPT = 50;

/** What an open endpoint's page is of. */
type EndpointPage = Pick<EndpointShown, 'endpoint' | 'name' | 'since' | 'handshakes'> & {
  readonly entry: Entry;
};

/** The live table: what is known, what a person looks at, and the terminal. */
export class Table {
  private readonly request: WatchRequest;
  private readonly nameOf: NameOf | undefined;
  private readonly quit: () => void;
  private readonly browser = new Browser();
  private readonly screen = new Screen({
    key: (key) => this.press(key),
    stale: () => this.drawSoon(0),
  });
  private readonly messages: string[] = [];
  private board: Board | undefined;
  private pipeline: Pipeline | undefined;
  private handshakes: Handshakes | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** As it was drawn last: it may be wanted to stand still. */
  private page: EndpointPage | null = null;
  private over = false;
  private quitting = false;

  /** @param quit is called at the first wish to end, by key */
  constructor(request: WatchRequest, nameOf: NameOf | undefined, quit: () => void) {
    this.request = request;
    this.nameOf = nameOf;
    this.quit = quit;
  }

  readonly prepare = (pipeline: Pipeline): void => {
    this.pipeline = pipeline;
    this.board = new Board(pipeline, this.nameOf);
  };

  /** Begins to draw a moment later: what can't be opened is told on the plain terminal. */
  start(): void {
    this.drawSoon(REDRAW_MS);
  }

  message(message: Incident | Notice): void {
    if (message.type === 'incident') this.board?.incident(message);
    // What a plugin did is said at once, and told when the next packets come.
    if (message.type === 'notice' && this.messages.includes(message.text)) return;
    this.say(`${timeOfDay(changeTime(message), 0)} ${messageText(message, this.nameOf)}`);
  }

  say(text: string): void {
    this.messages.push(text);
    if (this.messages.length > MESSAGES_KEPT) this.messages.shift();
  }

  /** The source has ended; what it brought is looked at further. */
  ended(): void {
    this.over = true;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.quitting = true;
    this.screen.stop();
  }

  /** What is left on the terminal afterwards. */
  get farewell(): string {
    const { board } = this;
    board?.judge();
    const sick = sickText(board?.sick ?? []);
    return `${counted(board?.entries.length ?? 0, 'endpoint')}${sick === '' ? '' : `: ${sick}`}`;
  }

  private drawSoon(milliseconds: number): void {
    clearTimeout(this.timer);
    if (this.quitting) return;
    this.timer = setTimeout(() => this.draw(), milliseconds);
  }

  private draw(): void {
    if (!this.screen.isOpen) this.screen.start();
    const began = performance.now();
    this.board?.judge();
    this.screen.draw(this.lines());
    const took = performance.now() - began;
    this.drawSoon(Math.max(REDRAW_MS, took / DRAWING_SHARE));
  }

  private lines(): string[] {
    const { board, browser } = this;
    const shown = this.shown();
    if (browser.helps) return helpScreen(shown);
    if (browser.opened !== null && board !== undefined) return this.opened(board, browser.opened);
    const { rows, cursor, now } = browser.look(
      board?.entries ?? [],
      board?.now ?? Number.NaN,
      tableHeight(shown.rows),
    );
    const table = rows.map((entry) => rowOf(entry, now));
    return tableScreen({ ...shown, table, cursor, at: now });
  }

  private opened(board: Board, entry: Entry): string[] {
    const { browser } = this;
    if (this.page?.entry !== entry || !browser.stands) this.page = this.pageOn(board, entry);
    const { lines, most } = endpointScreen({
      ...this.shown(),
      ...this.page,
      scroll: browser.scroll,
    });
    browser.scroll = Math.min(browser.scroll, most);
    return lines;
  }

  private pageOn(board: Board, entry: Entry): EndpointPage {
    const ago = formatDuration(Math.max(0, Math.round((board.now - entry.changed) / 1e6)));
    const incident = board.firing.at(entry);
    const part = incident === undefined ? '' : `; ${messageText(incident, this.nameOf)}`;
    return {
      entry,
      endpoint: board.endpointOf(entry),
      name: entry.name,
      since: Number.isNaN(entry.changed) ? '' : `for ${ago}${part}`,
      handshakes: this.handshakes?.shown ?? [],
    };
  }

  private shown(): Shown {
    const { board, browser, request, screen } = this;
    const now = board?.now ?? Number.NaN;
    const { interfaces, files } = request;
    return {
      page: { ...pageOf(process.stdout, process.env), width: screen.columns },
      rows: screen.rows,
      subject: [...interfaces, ...files.map((file) => basename(file))].join(' '),
      now,
      endpoints: board?.entries.length ?? 0,
      rate: board?.rate.perSecond(now) ?? 0,
      sick: sickText(board?.sick ?? []),
      states: [
        ...(this.over ? ['at its end'] : []),
        ...(browser.paused ? ['paused'] : []),
        ...(browser.filter === '' ? [] : [`${browser.matching} with '${browser.filter}'`]),
        ...(browser.sort === 'verdict' ? [] : [`sorted by ${browser.sort}`]),
        ...((board?.beyond ?? 0) > 0 ? [`${board?.beyond} attempts beyond the bound`] : []),
      ],
      messages: this.messages,
      typing: browser.typing,
    };
  }

  private press(key: Key): void {
    const { browser } = this;
    const quits = key.name === 'ctrl-c' || (key.name === 'q' && browser.typing === null);
    if (quits) {
      // What it still waits for can be ended with Ctrl-C, as ever.
      this.stop();
      this.quit();
    } else if (browser.press(key, this.board?.now ?? Number.NaN)) {
      this.follow();
      this.drawSoon(ANSWER_MS);
    }
  }

  /** Follows the handshakes of the endpoint that is open, and of no other. */
  private follow(): void {
    const { board, browser, pipeline, handshakes } = this;
    if (board === undefined || pipeline === undefined) return;
    const { opened } = browser;
    if ((opened === null) === (handshakes === null)) return;
    handshakes?.close();
    this.handshakes = opened === null ? null : new Handshakes(pipeline, opened.soFar.stats);
    board.also = this.handshakes;
  }
}

function rowOf({ soFar, server, name, verdict, changed, rate }: Entry, now: Micros): WatchRow {
  const attempts = attemptsOf(soFar);
  return { server, name, verdict, rate: rate.perSecond(now), changed, attempts };
}
