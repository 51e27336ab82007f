import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { OptionError, OutputError } from 'unackd';
import { backupPath } from './backup.ts';

/** `unak` in ASCII, in SQLite's header (https://www.sqlite.org/pragma.html#pragma_application_id): tells our databases from others'. */
export const APPLICATION_ID = 0x756e616b;

/** One forward step: SQL that takes the schema from one version to the next. */
export interface Migration {
  readonly sql: string;
}

/** SQL: whole microseconds since the epoch as `2026-09-21T14:13:20.000000Z`, before 1970 too. */
function utc(column: string): string {
  const fraction = `((${column} % 1000000 + 1000000) % 1000000)`;
  return `strftime('%Y-%m-%dT%H:%M:%S', (${column} - ${fraction}) / 1000000, 'unixepoch') || format('.%06dZ', ${fraction})`;
}

/**
 * Version 1.
 *
 * `attempts` is one B-tree in the order of its identity, time first: rows
 * arrive nearly in that order, so that inserts touch the last pages only.
 * No foreign keys: an incident may be taken over by one that is told later,
 * and nothing else refers to another row.
 */
const VERSION_1 = `
CREATE TABLE attempts (
  time INTEGER NOT NULL,
  server_ip TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  client_ip TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  isn INTEGER NOT NULL,
  source TEXT NOT NULL,
  outcome TEXT NOT NULL,
  final INTEGER NOT NULL,
  syns INTEGER NOT NULL,
  syn_offsets TEXT NOT NULL,
  schedule_family TEXT,
  gave_up INTEGER NOT NULL,
  icmp_type INTEGER,
  icmp_code INTEGER,
  icmp_name TEXT,
  icmp_from TEXT,
  answered_after REAL,
  vantage TEXT NOT NULL,
  community_id TEXT NOT NULL,
  one_way INTEGER NOT NULL,
  inferred INTEGER NOT NULL,
  hidden_refusal INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (time, server_ip, server_port, client_ip, client_port, isn, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_server ON attempts (server_ip, server_port, time);
CREATE INDEX attempts_by_outcome ON attempts (outcome, time);

CREATE TABLE endpoints (
  source TEXT NOT NULL,
  server_ip TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  established INTEGER NOT NULL,
  half_open INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  unresolved INTEGER NOT NULL,
  clients INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  causes TEXT NOT NULL,
  story TEXT NOT NULL,
  settle TEXT,
  PRIMARY KEY (server_ip, server_port, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  scope_kind TEXT NOT NULL,
  scope_ip TEXT,
  scope_port INTEGER,
  scope_prefix TEXT,
  started_at INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  resolved_at INTEGER,
  confidence REAL NOT NULL,
  causes TEXT NOT NULL,
  evidence TEXT NOT NULL,
  superseded_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (
  time INTEGER NOT NULL,
  code TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (time, code, text)
) STRICT, WITHOUT ROWID;

CREATE VIEW attempts_view AS SELECT
  ${utc('time')} AS time, client_ip, client_port, server_ip, server_port, isn, outcome, final, syns,
  syn_offsets, schedule_family, gave_up, icmp_name, icmp_from, answered_after, vantage, source,
  community_id, one_way, inferred
  FROM attempts;
CREATE VIEW endpoints_view AS SELECT
  source, server_ip, server_port, verdict, established, half_open, refused, rejected, unanswered, unresolved,
  clients, ${utc('first')} AS first, ${utc('last')} AS last, story, settle
  FROM endpoints;
CREATE VIEW incidents_view AS SELECT
  id, kind, state, scope_kind, coalesce(scope_prefix, scope_ip) AS scope, scope_port,
  ${utc('started_at')} AS started_at, ${utc('detected_at')} AS detected_at,
  ${utc('resolved_at')} AS resolved_at, confidence, superseded_by
  FROM incidents;
CREATE VIEW notices_view AS SELECT ${utc('time')} AS time, code, text FROM notices;

PRAGMA application_id = ${APPLICATION_ID};
`;

/**
 * Version 2: the outbox, which the engine keeps here. A message stays until no
 * sink waits for it or for an earlier one; `seq` never comes twice.
 */
const VERSION_2 = `
CREATE TABLE outbox_messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE outbox_due (
  sink TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (sink, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due_by_seq ON outbox_due (seq);

CREATE TABLE outbox_cursors (
  sink TEXT NOT NULL PRIMARY KEY,
  taken INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox_refused (
  seq INTEGER NOT NULL,
  sink TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (seq, sink)
) STRICT, WITHOUT ROWID;
`;

/** Version 3: what analysers of live sources keep across restarts; JSON. */
const VERSION_3 = `
CREATE TABLE remembered (
  component TEXT NOT NULL,
  key TEXT NOT NULL,
  plugin TEXT NOT NULL,
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (component, key)
) STRICT, WITHOUT ROWID;
`;

/**
 * Version 4: what people said (silences, acknowledgements), which the daemon
 * keeps here, and what kept an incident from them.
 */
const VERSION_4 = `
ALTER TABLE incidents ADD COLUMN silenced_by TEXT;
DROP VIEW incidents_view;
CREATE VIEW incidents_view AS SELECT
  id, kind, state, scope_kind, coalesce(scope_prefix, scope_ip) AS scope, scope_port,
  ${utc('started_at')} AS started_at, ${utc('detected_at')} AS detected_at,
  ${utc('resolved_at')} AS resolved_at, confidence, superseded_by, silenced_by
  FROM incidents;

CREATE TABLE silences (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE acknowledgements (
  incident TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  comment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * Steps in their order; the version of a database is how many of them it has
 * seen. Those of a release stay as they are for ever: databases hold what came of them.
 */
export const MIGRATIONS: readonly Migration[] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4].map(
  (sql) => ({
    sql,
  }),
);

/** Another application's database. */
export class Foreign extends OutputError {
  constructor(path: string) {
    super(
      74,
      `${path} is some other application's database: choose another path, so that nothing of it is changed`,
    );
  }
}

/** The copy that the newer one made before it changed the database, where there is one that this one knows. */
function copyFrom(path: string, known: number): string | null {
  for (let version = known; version > 0; version--) {
    const copy = backupPath(path, version);
    if (existsSync(copy)) return copy;
  }
  return null;
}

/** No failed write: trying again changes nothing, and a service manager should not. */
export class Newer extends OptionError {
  /** What is wrong, and what a reader may do about it. */
  readonly toReader: string;

  constructor(path: string, version: number, known: number) {
    const what = `${path} was written by a newer unackd (schema ${version}, this one knows up to ${known}): update unackd`;
    const copy = copyFrom(path, known);
    const wayBack =
      copy === null
        ? ''
        : `put ${copy} in its place, which is how it was before (while no unackd runs on it; its -wal and -shm must go, too), `;
    super(`${what}, ${wayBack}or choose another path`);
    this.toReader = copy === null ? what : `${what}, or ask ${copy}, which is how it was before`;
  }
}

function numberOf(db: Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}

/**
 * The version of a database: 0 when it is empty and so ours to fill. Changes nothing.
 * @throws Foreign, or Newer than `steps`
 */
export function versionOf(db: Database, path: string, steps = MIGRATIONS): number {
  const application = numberOf(db, 'application_id');
  const version = numberOf(db, 'user_version');
  const objects = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  const empty = application === 0 && version === 0 && objects === 0;
  if (application !== APPLICATION_ID && !empty) {
    throw new Foreign(path);
  }
  if (version > steps.length) {
    throw new Newer(path, version, steps.length);
  }
  return version;
}
