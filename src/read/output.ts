import type { Attempt } from '../model/attempt.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import { toRecord } from '../plugin/api.ts';
import type { StandardOutput } from './standard-output.ts';

/** Notices and incidents kept until the attempts are out; a capture that makes more is a fault of ours. */
const KEPT_MOST = 10_000;

/** How `read` writes what it finds. */
export interface Output {
  attempt(attempt: Attempt): void;
  incident(incident: Incident): void;
  notice(notice: Notice): void;
  endpoint(endpoint: Endpoint): void;
  /** All has been said. */
  end(): void;
}

/** Lines of JSON: attempts as they settle, then incidents, notices and endpoints. */
export class JsonLinesOutput implements Output {
  private readonly out: StandardOutput;
  private readonly incidents: Incident[] = [];
  private readonly notices: Notice[] = [];
  private readonly endpoints: Endpoint[] = [];
  private readonly summary: boolean;

  constructor(out: StandardOutput, summary: boolean) {
    this.out = out;
    this.summary = summary;
  }

  attempt(attempt: Attempt): void {
    if (!this.summary) this.line(attempt);
  }

  incident(incident: Incident): void {
    if (this.incidents.length < KEPT_MOST) this.incidents.push(incident);
  }

  notice(notice: Notice): void {
    if (this.notices.length < KEPT_MOST) this.notices.push(notice);
  }

  endpoint(endpoint: Endpoint): void {
    this.endpoints.push(endpoint);
  }

  end(): void {
    if (!this.summary) {
      for (const incident of this.incidents) this.line(incident);
      for (const notice of this.notices) this.line(notice);
    }
    for (const endpoint of this.endpoints) this.line(endpoint);
  }

  private line(message: Attempt | Incident | Notice | Endpoint): void {
    this.out.put(`${JSON.stringify(toRecord(message))}\n`);
  }
}

/** One JSON document: `{"attempts":[...],"incidents":[...],"notices":[...],"endpoints":[...]}`. */
export class JsonOutput implements Output {
  private readonly out: StandardOutput;
  private readonly summary: boolean;
  private readonly later = {
    incidents: [] as Incident[],
    notices: [] as Notice[],
    endpoints: [] as Endpoint[],
  };
  private attempts = 0;

  constructor(out: StandardOutput, summary: boolean) {
    this.out = out;
    this.summary = summary;
    this.out.put(summary ? '{' : '{"attempts":[');
  }

  attempt(attempt: Attempt): void {
    if (this.summary) return;
    this.out.put(`${this.attempts++ === 0 ? '\n' : ',\n'}${JSON.stringify(toRecord(attempt))}`);
  }

  incident(incident: Incident): void {
    if (this.later.incidents.length < KEPT_MOST) this.later.incidents.push(incident);
  }

  notice(notice: Notice): void {
    if (this.later.notices.length < KEPT_MOST) this.later.notices.push(notice);
  }

  endpoint(endpoint: Endpoint): void {
    this.later.endpoints.push(endpoint);
  }

  end(): void {
    if (!this.summary) {
      this.out.put('\n],');
      this.list('incidents', this.later.incidents);
      this.out.put(',');
      this.list('notices', this.later.notices);
      this.out.put(',');
    }
    this.list('endpoints', this.later.endpoints);
    this.out.put('}\n');
  }

  private list(name: string, messages: readonly (Incident | Notice | Endpoint)[]): void {
    const lines = messages.map((message) => JSON.stringify(toRecord(message)));
    this.out.put(`\n"${name}":[${lines.length > 0 ? `\n${lines.join(',\n')}\n` : ''}]`);
  }
}
