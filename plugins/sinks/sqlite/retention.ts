/** Keeps the database from growing for ever. */
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { schedule, validate } from 'node-cron';
import type { ScheduledTask } from 'node-cron';
import { OptionError } from 'unackd';
import type { Host, Micros } from 'unackd';
import { outputFault } from './faults.ts';

export interface Retention {
  /** Microseconds. */
  readonly keep: number;
  /** As cron has it, in local time. */
  readonly schedule: string;
}

/** Rows in one transaction: some 30 ms, in which nobody else can write. */
const SLICE = 5000;

/** Pages given back to the file system at a time: 4 MiB. */
const VACUUM_PAGES = 1024;

/** Deletes what happened before `time` from a table, a slice at a time. @returns rows */
async function deleteBefore(db: Database, table: string, time: Micros): Promise<number> {
  const edge = db
    .prepare(`SELECT time FROM ${table} WHERE time < ? ORDER BY time LIMIT 1 OFFSET ${SLICE}`)
    .pluck();
  const remove = db.prepare(`DELETE FROM ${table} WHERE time < ?`);
  let deleted = 0;
  for (;;) {
    const next: unknown = db.open ? edge.get([time]) : undefined;
    // One microsecond may hold more rows than a slice: then up to the end.
    const to = typeof next === 'number' ? next : time;
    const { changes } = db.open ? remove.run([to]) : { changes: 0 };
    deleted += changes;
    if (typeof next !== 'number') return deleted;
    if (changes === 0) return deleted + remove.run([time]).changes;
    await turn();
  }
}

/** Gives free pages back to the file system, where the database was made for that. */
export function shrink(db: Database): void {
  db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
}

/** Deletes old attempts and notices at the start, and whenever the schedule says. */
export class Keeper {
  readonly #db: Database;
  readonly #path: string;
  readonly #retention: Retention;
  readonly #host: Host;
  readonly #task: ScheduledTask;
  #running: Promise<void>;

  /** @throws OptionError where the schedule is none */
  constructor(db: Database, path: string, retention: Retention, host: Host) {
    if (!validate(retention.schedule)) {
      throw new OptionError(
        "'retention_schedule' is not one: minute, hour, day of the month, month, day of the week, such as '17 3 * * *'",
      );
    }
    this.#db = db;
    this.#path = path;
    this.#retention = retention;
    this.#host = host;
    this.#running = this.expire();
    const again = (): void => {
      this.#running = this.#running.then(() => this.expire());
    };
    this.#task = schedule(retention.schedule, again, { unref: true });
  }

  /** Deletes what is too old by the machine's clock. */
  async expire(now = Date.now() * 1000): Promise<void> {
    const before = now - this.#retention.keep;
    try {
      let deleted = 0;
      for (const table of ['attempts', 'notices']) {
        deleted += await deleteBefore(this.#db, table, before);
      }
      if (deleted === 0) return;
      shrink(this.#db);
      this.#host.log(
        'info',
        `${deleted} attempts and notices were older than 'retention': deleted`,
      );
    } catch (error) {
      const fault = outputFault(this.#path, error);
      this.#host.log(
        'warn',
        `retention: ${fault instanceof Error ? fault.message : String(fault)}`,
      );
    }
  }

  async stop(): Promise<void> {
    await this.#task.destroy();
    await this.#running;
  }
}
