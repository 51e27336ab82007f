import type { Attempt, Endpoint, Host, Incident, Notice, Sink, SinkHealth } from 'unackd';
import { OutputError } from 'unackd';
import { NoSpace } from './faults.ts';
import type { Writer } from './writer.ts';

/** Incidents, notices and endpoints that are held while nothing can be written. */
const HELD = 10_000;

/** Between two tries to write to a full disk, in ms. */
const RETRY_MS = 1000;

/**
 * A writer that outlives a full disk: rows wait, up to a batch; attempts beyond
 * that are let go and counted, all else is held. What waits is written when
 * there is room again.
 */
export class Patient implements Sink {
  readonly #writer: Writer;
  readonly #host: Host;
  #held: (Endpoint | Incident | Notice)[] = [];
  /** By performance.now(): when the disk was last found full; NaN while it is not. */
  #fullAt = Number.NaN;
  #lost = 0;
  #lostInAll = 0;

  constructor(writer: Writer, host: Host) {
    this.#writer = writer;
    this.#host = host;
  }

  attempt(attempt: Attempt): void {
    if (!this.#writable() && this.#writer.isFull) this.#lost++;
    else if (!this.#tried(() => this.#writer.attempt(attempt))) this.#lost++;
  }

  endpoint(endpoint: Endpoint): void {
    this.#put(endpoint);
  }

  incident(incident: Incident): void {
    this.#put(incident);
  }

  notice(notice: Notice): void {
    this.#put(notice);
  }

  flush(): void {
    if (!this.#writable()) return;
    const full = !Number.isNaN(this.#fullAt);
    const done = this.#tried(() => {
      if (full) this.#writer.writeNow();
      else this.#writer.flush();
    });
    if (!done || !full) return;
    this.#fullAt = Number.NaN;
    this.#lostInAll += this.#lost;
    const lost = this.#lost === 0 ? '' : `; ${this.#lost} attempts were let go meanwhile`;
    this.#host.log(this.#lost === 0 ? 'info' : 'error', `can be written again${lost}`);
    this.#lost = 0;
    for (const message of this.#held.splice(0)) this.#put(message);
  }

  health(): SinkHealth {
    return { failing: !Number.isNaN(this.#fullAt), lost: this.#lostInAll + this.#lost };
  }

  /** @throws OutputError where the disk is still full, or was full for so long that attempts are missing */
  close(): void {
    if (this.#held.length > 0) {
      this.#fullAt = -Infinity;
      this.flush();
    }
    this.#writer.close();
    const lost = this.#lostInAll + this.#lost;
    if (lost === 0 && this.#held.length === 0) return;
    throw new OutputError(
      74,
      `${this.#writer.path}: no space was left for ${lost} attempts: what is there is sound, but not all`,
    );
  }

  #put(message: Endpoint | Incident | Notice): void {
    const held = this.#held;
    if (Number.isNaN(this.#fullAt) || !this.#writer.isFull) {
      if (this.#tried(() => this.#give(message))) return;
    }
    held.push(message);
    if (held.length > HELD) held.shift();
  }

  #give(message: Endpoint | Incident | Notice): void {
    if (message.type === 'incident') this.#writer.incident(message);
    else if (message.type === 'notice') this.#writer.notice(message);
    else this.#writer.endpoint(message);
  }

  /** A full disk is asked once a second, not for each row. */
  #writable(): boolean {
    return Number.isNaN(this.#fullAt) || performance.now() - this.#fullAt >= RETRY_MS;
  }

  /** @returns false where the disk is full */
  #tried(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof NoSpace)) throw error;
      if (Number.isNaN(this.#fullAt)) {
        this.#host.log('error', `${error.message}; rows wait until there is room`);
      }
      this.#fullAt = performance.now();
      return false;
    }
  }
}
