import { clean } from '../face/clean.ts';
import { renderEndpoints } from '../face/endpoint-table.ts';
import { renderLadder } from '../face/ladder.ts';
import { sheetOf } from '../face/page.ts';
import type { Page } from '../face/page.ts';
import { paint } from '../face/sgr.ts';
import { glueUnits, wrapText } from '../face/wrap.ts';
import type { Attempt, Micros } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { NameOf } from '../plugin/words.ts';
import { incidentText } from './incident-text.ts';
import type { Ladders } from './ladders.ts';
import type { Output } from './output.ts';
import type { StandardOutput } from './standard-output.ts';

/** Notices shown to people; the rest are counted. */
const NOTICES_SHOWN = 20;
const INCIDENTS_SHOWN = 50;

export interface TextOptions {
  readonly page: Page;
  /** Rows at most; 0 shows all. */
  readonly limit: number;
  /** Endpoints and totals only. */
  readonly summary: boolean;
  /** Draws these too. */
  readonly ladders: Ladders | null;
  /** Something may be left out at the user's wish. */
  readonly filtered: boolean;
  readonly names: NameOf | undefined;
  /** Time of the last packet so far. */
  readonly now: () => Micros;
}

/** For people: the table of endpoints, pictures if asked for, incidents, notices. Totals follow from the command. */
export class TextOutput implements Output {
  private readonly out: StandardOutput;
  private readonly options: TextOptions;
  private readonly endpoints: Endpoint[] = [];
  private readonly notices: Notice[] = [];
  private readonly incidents = new Map<string, Incident>();
  /** Ids of those beyond. */
  private readonly untold = new Set<string>();
  private unshown = 0;

  constructor(out: StandardOutput, options: TextOptions) {
    this.out = out;
    this.options = options;
  }

  /** The table says it all. */
  attempt(_attempt: Attempt): void {}

  /** Its later line wins. */
  incident(incident: Incident): void {
    if (this.incidents.has(incident.id) || this.incidents.size < INCIDENTS_SHOWN) {
      this.incidents.set(incident.id, incident);
    } else {
      this.untold.add(incident.id);
    }
  }

  notice(notice: Notice): void {
    if (this.notices.length < NOTICES_SHOWN) this.notices.push(notice);
    else this.unshown++;
  }

  endpoint(endpoint: Endpoint): void {
    this.endpoints.push(endpoint);
  }

  end(): void {
    const { page, limit, ladders, summary, filtered, names } = this.options;
    if (this.endpoints.length > 0) {
      this.out.put(`${renderEndpoints(this.endpoints, { ...page, limit, names })}\n`);
    }
    for (const handshake of ladders?.chosen() ?? []) {
      this.out.put(`${renderLadder(handshake, page)}\n`);
    }
    if (this.endpoints.length === 0 && filtered) {
      this.out.put('no endpoint matches what was asked for\n\n');
    }
    if (summary) return;
    for (const incident of this.incidents.values()) {
      this.out.put(incidentText(incident, this.options.now(), page, names));
    }
    if (this.untold.size > 0) {
      this.out.put(`... and ${this.untold.size} more incidents (--format jsonl)\n`);
    }
    if (this.incidents.size > 0) this.out.put('\n');
    if (this.notices.length === 0) return;
    for (const notice of this.notices) this.out.put(this.noticeText(notice));
    if (this.unshown > 0) this.out.put(`... and ${this.unshown} more notices (--format jsonl)\n`);
    this.out.put('\n');
  }

  private noticeText(notice: Notice): string {
    const { width, colour, unicode } = sheetOf(this.options.page);
    const text = glueUnits(clean(`notice ${notice.code}: ${notice.text}`, unicode));
    const [first, ...rest] = wrapText(text, { width, first: '', rest: '  ' });
    const head = first.replace(/^notice/u, paint('notice', 'yellow', colour));
    return `${[head, ...rest].join('\n')}\n`;
  }
}
