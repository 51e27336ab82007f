/** What a pipe gets: a line a change of verdict, incident and notice. */
import { formatAddress } from '../face/address.ts';
import { clean } from '../face/clean.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { changeTime, formatTime, summaryOf, toJsonLine } from '../plugin/api.ts';
import type { NameOf } from '../plugin/words.ts';
import type { Board, Change } from './board.ts';

/** Lines for people or for programs. */
export class Lines {
  private readonly json: boolean;
  private readonly nameOf: NameOf | undefined;
  private readonly put: (line: string) => void;

  constructor(json: boolean, nameOf: NameOf | undefined, put: (line: string) => void) {
    this.json = json;
    this.nameOf = nameOf;
    this.put = put;
  }

  change(board: Board, { entry, was, at }: Change): void {
    if (this.json) {
      this.put(toJsonLine(board.endpointOf(entry)));
      return;
    }
    const name = entry.name === '' ? '' : ` (${entry.name})`;
    const before = was === 'unknown' ? '' : `, was ${was}`;
    this.text(
      `${formatTime(at)} endpoint ${formatAddress(entry.server)}${name} ${entry.verdict}${before}`,
    );
  }

  message(message: Incident | Notice): void {
    if (this.json) this.put(toJsonLine(message));
    else this.text(`${formatTime(changeTime(message))} ${messageText(message, this.nameOf)}`);
  }

  private text(text: string): void {
    this.put(`${clean(text, true)}\n`);
  }
}

/** What happened, and its id where there is more to ask. */
export function messageText(message: Incident | Notice, nameOf: NameOf | undefined): string {
  const id = message.type === 'incident' ? ` [${message.id}]` : '';
  return `${message.type} ${summaryOf(message, nameOf)}${id}`;
}
