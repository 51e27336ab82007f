import type Database from 'better-sqlite3';
import type { Statement, Transaction } from 'better-sqlite3';
import type { Attempt, Endpoint, Incident, Notice, Sink } from 'unackd';
import { outputFault } from './faults.ts';
import {
  attemptValues,
  endpointValues,
  incidentValues,
  noticeValues,
  PUT_ATTEMPT,
  PUT_ENDPOINT,
  PUT_INCIDENT,
  PUT_NOTICE,
  type Values,
} from './rows.ts';

/**
 * Attempts may wait this long for company: a transaction of 20 rows takes four
 * times as long a row as one of 5000, and a file brings a flush every millisecond.
 */
export const COMMIT_INTERVAL_MS = 100;

/**
 * Rows wait in memory and go into the database in one transaction, so that
 * the write lock is never held between two calls: others write to the same file.
 * A transaction that fails leaves them waiting; the next flush tries again.
 */
export class Writer implements Sink {
  readonly #db: Database;
  readonly path: string;
  readonly #batch: number;
  readonly #puts: Statement[] = [];
  readonly #values: Values[] = [];
  readonly #transaction: Transaction;
  /** An incident waits: it goes with the next flush, whatever the clock says. */
  #urgent = false;
  /** When the last transaction ended, by performance.now(). */
  #written = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  readonly #putAttempt: Statement;
  readonly #putEndpoint: Statement;
  readonly #putIncident: Statement;
  readonly #putNotice: Statement;

  /** Called after each transaction. */
  readonly #afterwards: () => void;

  /**
   * @param batch rows that may wait: more are written at once, without a flush
   * @param written called after each transaction
   */
  constructor(db: Database, path: string, batch: number, written = (): void => {}) {
    this.#db = db;
    this.path = path;
    this.#batch = batch;
    this.#afterwards = written;
    this.#putAttempt = db.prepare(PUT_ATTEMPT);
    this.#putEndpoint = db.prepare(PUT_ENDPOINT);
    this.#putIncident = db.prepare(PUT_INCIDENT);
    this.#putNotice = db.prepare(PUT_NOTICE);
    this.#transaction = db.transaction(() => {
      for (let i = 0; i < this.#puts.length; i++) this.#puts[i].run(this.#values[i]);
    });
  }

  /** As many rows wait as may: the next one must be written first. */
  get isFull(): boolean {
    return this.#puts.length >= this.#batch;
  }

  attempt(attempt: Attempt): void {
    this.#put(this.#putAttempt, attemptValues(attempt));
  }

  endpoint(endpoint: Endpoint): void {
    this.#put(this.#putEndpoint, endpointValues(endpoint));
  }

  incident(incident: Incident): void {
    this.#urgent = true;
    this.#put(this.#putIncident, incidentValues(incident));
  }

  notice(notice: Notice): void {
    this.#put(this.#putNotice, noticeValues(notice));
  }

  /**
   * Writes what waits, unless the last transaction was a moment ago: then the
   * next flush does, or a timer where none comes.
   * @throws OutputError when the database can't take the rows
   */
  flush(): void {
    if (this.#puts.length === 0) return;
    const wait = this.#written + COMMIT_INTERVAL_MS - performance.now();
    if (this.#urgent || wait <= 0) this.writeNow();
    else this.#timer ??= setTimeout(() => this.#writeLate(), wait).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    try {
      this.writeNow();
    } finally {
      this.#db.close();
    }
  }

  /** Writes what waits, whatever the clock says. */
  writeNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#puts.length === 0) return;
    try {
      this.#transaction.immediate();
    } catch (error) {
      throw outputFault(this.path, error);
    } finally {
      this.#written = performance.now();
    }
    this.#urgent = false;
    this.#puts.length = 0;
    this.#values.length = 0;
    this.#afterwards();
  }

  #writeLate(): void {
    try {
      this.writeNow();
    } catch {
      // Nobody is there to catch it: the rows still wait, and the next call says why.
      this.#written = -Infinity;
    }
  }

  #put(statement: Statement, values: Values): void {
    // First, so that what can't be written never grows past the batch.
    if (this.#puts.length >= this.#batch) this.writeNow();
    this.#puts.push(statement);
    this.#values.push(values);
  }
}
