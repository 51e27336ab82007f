/** The read side: what the sqlite sink wrote, as the messages that it was given. */
import { closeSync, existsSync, fstatSync, openSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Row, Statement, Value } from 'better-sqlite3';
import { InputError, OutputError, type Attempt, type Endpoint, type Incident } from 'unackd';
import type { IncidentState, Micros, Notice, Outcome } from 'unackd';
import { loadDriver } from './driver.ts';
import { inputFault, OURS } from './faults.ts';
import { holdDatabase, holdFile } from './hold.ts';
import { Foreign, MIGRATIONS, Newer, versionOf } from './migrations.ts';
import { BUSY_TIMEOUT_MS, openDatabase } from './open.ts';
import { attemptOf, endpointOf, incidentOf, noticeOf } from './restore.ts';
import type { Tell } from './upgrade.ts';

/** Which attempts; what is left out does not narrow. */
export interface AttemptFilter {
  readonly ip?: string;
  readonly port?: number;
  readonly outcome?: Outcome;
  readonly source?: string;
  /** First SYN at this time or later. */
  readonly since?: Micros;
  /** First SYN before this time. */
  readonly until?: Micros;
  /** At most this many, the first ones in the order that they come in. */
  readonly limit?: number;
  /** Last first. */
  readonly newestFirst?: boolean;
}

/** Attempts of one slice of time at one address that came to the same. */
export interface Tally {
  /** From 0: which slice. */
  readonly slice: number;
  readonly ip: string;
  /** Of a server; 0 where clients are counted. */
  readonly port: number;
  readonly outcome: Outcome;
  /** 1 where the client sent a SYN again, 0.9 s or more after the first: sooner no stack does but after a RST. */
  readonly late: 0 | 1;
  readonly attempts: number;
}

export interface TallyRequest {
  /** Whose addresses are told apart: servers' with their ports, or clients'. */
  readonly by: 'server' | 'client';
  /** Only of this server. */
  readonly ip?: string | undefined;
  readonly since: Micros;
  readonly until: Micros;
  /** Length of a slice. */
  readonly step: Micros;
}

export interface IncidentFilter {
  readonly state?: IncidentState;
  /** Started at this time or later. */
  readonly since?: Micros;
  readonly until?: Micros;
}

export interface Acknowledgement {
  readonly by: string;
  readonly comment: string;
}

type Term = readonly [sql: string, value: Value | undefined];

/** Only the terms that were given, so that SQLite can choose an index for them. */
function where(terms: readonly Term[]): { sql: string; values: Value[] } {
  const given = terms.filter(([, value]) => value !== undefined);
  return {
    sql: given.length === 0 ? '' : `WHERE ${given.map(([sql]) => sql).join(' AND ')}`,
    values: given.map(([, value]) => value ?? null),
  };
}

/** An open history. Rows come one by one: a long one needs no memory. Close it in the end. */
export class History {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Attempts by outcome; only outcomes that occur. */
  countsByOutcome(): Partial<Record<Outcome, number>> {
    const rows = this.#db
      .prepare('SELECT outcome, count(*) AS attempts FROM attempts GROUP BY outcome')
      .all();
    return Object.fromEntries(rows.map((row) => [row.outcome, row.attempts]));
  }

  /** By the time of their first SYN. */
  *attempts(filter: AttemptFilter = {}): Generator<Attempt, void, void> {
    const { sql, values } = where([
      ['server_ip = ?', filter.ip],
      ['server_port = ?', filter.port],
      ['outcome = ?', filter.outcome],
      ['source = ?', filter.source],
      ['time >= ?', filter.since],
      ['time < ?', filter.until],
    ]);
    const order = filter.newestFirst === true ? 'time DESC' : 'time';
    // SQLite: a negative limit is none.
    const all = `SELECT * FROM attempts ${sql} ORDER BY ${order} LIMIT ?`;
    for (const row of this.#rows(all, [...values, filter.limit ?? -1])) yield attemptOf(row);
  }

  /** Attempts counted by slices of time from `since` on, in no order. */
  *tallies({ by, ip, since, until, step }: TallyRequest): Generator<Tally, void, void> {
    const [address, port] = by === 'server' ? ['server_ip', 'server_port'] : ['client_ip', '0'];
    const { sql, values } = where([
      ['server_ip = ?', ip],
      ['time >= ?', since],
      ['time < ?', until],
    ]);
    // CAST: numbers are bound as reals, and would be divided with a fraction.
    const all = `SELECT (time - CAST(? AS INTEGER)) / CAST(? AS INTEGER) AS slice, ${address} AS ip, ${port} AS port, outcome,
      syns > 1 AND json_extract(syn_offsets, '$[#-1]') >= 0.9 AS late,
      count(*) AS attempts FROM attempts ${sql} GROUP BY 1, 2, 3, 4, 5`;
    for (const row of this.#rows(all, [since, step, ...values])) yield row as unknown as Tally;
  }

  /** First SYN of the last attempt, `null` without any. */
  lastTime(): Micros | null {
    const row = this.#db.prepare('SELECT max(time) AS last FROM attempts').get([]);
    return (row?.last ?? null) as Micros | null;
  }

  /** By address text and port. */
  *endpoints(): Generator<Endpoint, void, void> {
    const all = 'SELECT * FROM endpoints ORDER BY server_ip, server_port, source';
    for (const row of this.#rows(all)) yield endpointOf(row);
  }

  /** By their start, each in its last state. */
  *incidents(filter: IncidentFilter = {}): Generator<Incident, void, void> {
    const { sql, values } = where([
      ['state = ?', filter.state],
      ['started_at >= ?', filter.since],
      ['started_at < ?', filter.until],
    ]);
    const all = `SELECT * FROM incidents ${sql} ORDER BY started_at, id`;
    for (const row of this.#rows(all, values)) yield incidentOf(row);
  }

  incident(id: string): Incident | undefined {
    const row = this.#db.prepare('SELECT * FROM incidents WHERE id = ?').get([id]);
    return row === undefined ? undefined : incidentOf(row);
  }

  /** Who has which incident in hand, by the incident's id; as the running daemon was told. */
  acknowledgements(): Map<string, Acknowledgement> {
    const rows = this.#db.prepare('SELECT incident, by, comment FROM acknowledgements').all();
    return new Map(
      rows.map(({ incident, by, comment }) => [
        String(incident),
        { by: String(by), comment: String(comment) },
      ]),
    );
  }

  *notices(): Generator<Notice, void, void> {
    for (const row of this.#rows('SELECT * FROM notices ORDER BY time, code')) yield noticeOf(row);
  }

  close(): void {
    this.#db.close();
  }

  #rows(sql: string, values: readonly Value[] = []): IterableIterator<Row> {
    const statement: Statement = this.#db.prepare(sql);
    return statement.iterate(values);
  }
}

/** SQLite says only "unable to open": the system's own word says why. */
function touch(path: string): void {
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).isDirectory()) {
      throw new InputError(66, `${path} is a folder: name the database in it`);
    }
  } finally {
    closeSync(fd);
  }
}

function openReadOnly(path: string, steps: typeof MIGRATIONS): { db: Database; version: number } {
  const Driver = loadDriver();
  const db = new Driver(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    return { db, version: versionOf(db, path, steps) };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A database of an older unackd, unless that one runs on it still: it would find itself too old. */
function bringUp(path: string, version: number, steps: typeof MIGRATIONS, tell: Tell): void {
  // Made here, the file could be of a user whose locks the daemon's can't replace.
  const hold = existsSync(holdFile(path)) ? holdDatabase(path) : null;
  if (hold === 'taken') {
    throw new InputError(
      65,
      `${path}: the older unackd that wrote it (schema ${version}, now ${steps.length}) still runs on it: restart that, and it becomes this one's`,
    );
  }
  try {
    openDatabase(path, { synchronous: 'normal', pageCache: 2 ** 20, tell }, steps).close();
  } finally {
    hold?.release();
  }
}

/**
 * Opens a history for reading, also while the daemon writes to it. One of an
 * older version is migrated first. SQLite wants -wal and -shm files beside it,
 * also to read: who may not make them can read while the writer has them open.
 * @param path absolute
 * @param tell hears of a migration
 * @throws InputError 66 where there is none, 65 where it is no database of ours, 77 without permission
 */
export function openHistory(path: string, tell: Tell = () => {}, steps = MIGRATIONS): History {
  try {
    touch(path);
    let { db, version } = openReadOnly(path, steps);
    if (version === 0) {
      db.close();
      throw new InputError(66, `${path} is empty: a sqlite sink with this path fills it`);
    }
    if (version < steps.length) {
      db.close();
      bringUp(path, version, steps, tell);
      ({ db, version } = openReadOnly(path, steps));
    }
    return new History(db);
  } catch (error) {
    if (error instanceof Newer) throw new InputError(65, error.toReader);
    if (error instanceof Foreign) {
      throw new InputError(65, `${path} is some other application's database: ${OURS}`);
    }
    if (error instanceof OutputError)
      throw new InputError(error.exitCode === 77 ? 77 : 65, error.message);
    throw inputFault(path, error);
  }
}
