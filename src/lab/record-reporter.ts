/** An experiment for programs: a JSON record a line. */
import { toRecord } from '../plugin/record.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { formatTime } from '../plugin/record.ts';
import type { Findings, Reporter, Turn } from './findings.ts';
import { spanOf } from './results-text.ts';

export class RecordReporter implements Reporter {
  readonly #put: (text: string) => void;

  constructor(put: (text: string) => void) {
    this.#put = put;
  }

  /** `turn` is `null` for what is only said. */
  say(turn: Turn | null, text: string): void {
    this.#line({ type: 'lab', turn, time: formatTime(Date.now() * 1000), text });
  }

  incident(incident: Incident): void {
    this.#line(toRecord(incident));
  }

  notice(notice: Notice): void {
    this.#line(toRecord(notice));
  }

  /** Endpoints as they stood before the fault was cleared, then what each connection came to. */
  findings(findings: Findings): void {
    for (const endpoint of findings.endpoints) this.#line(toRecord(endpoint));
    for (const result of findings.results) {
      this.#line({
        type: 'connection',
        time: formatTime(result.started * 1000),
        begun: spanOf(result, findings),
        server: { ip: findings.server, port: result.port },
        saw: result.saw,
        seconds: result.seconds,
      });
    }
  }

  #line(record: unknown): void {
    this.#put(`${JSON.stringify(record)}\n`);
  }
}
