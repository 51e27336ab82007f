/** What people said of incidents: kept over restarts. */
import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Row } from 'better-sqlite3';
import type { Micros } from '../model/attempt.ts';
import { fitsOf, fixedWindow } from './silence.ts';
import type { Fits, Matchers, Silence } from './silence.ts';

/** A silence that a person set. Times are capture time: of a live source the clock's own. */
export interface Spoken {
  readonly id: string;
  readonly matchers: Matchers;
  readonly from: Micros;
  readonly until: Micros;
  readonly comment: string;
  readonly by: string;
  /** When it was set, by the machine's clock. */
  readonly at: Micros;
}

/** Somebody has an incident in hand. */
export interface Acknowledgement {
  readonly incident: string;
  readonly by: string;
  readonly comment: string;
  /** By the machine's clock. */
  readonly at: Micros;
}

/** A typing error in a script must not fill the disk. */
export const SILENCES_MOST = 1000;
const ACKNOWLEDGEMENTS_MOST = 10_000;

/** A silence that is over by the machine's clock is shown, and then forgotten. */
const REMEMBERED: Micros = 7 * 86_400_000_000;

interface Kept {
  readonly spoken: Spoken;
  readonly silence: Silence;
  readonly fits: Fits;
}

function keptOf(spoken: Spoken): Kept {
  const { id, matchers, from, until } = spoken;
  return {
    spoken,
    silence: { id, matchers, window: fixedWindow(from, until) },
    fits: fitsOf(matchers),
  };
}

function acknowledgementOf({ incident, at, by, comment }: Row): Acknowledgement {
  return { incident: String(incident), at: Number(at), by: String(by), comment: String(comment) };
}

/** All of it is in memory; a database, where there is one, follows. */
export class Ledger {
  readonly #db: Database | null;
  readonly #spoken = new Map<string, Kept>();
  readonly #acknowledged = new Map<string, Acknowledgement>();

  /** @param db its own connection; `null` keeps everything in memory only */
  constructor(db: Database | null) {
    this.#db = db;
    if (db === null) return;
    for (const { body } of db.prepare('SELECT body FROM silences ORDER BY at').all()) {
      const spoken = JSON.parse(String(body)) as Spoken;
      this.#spoken.set(spoken.id, keptOf(spoken));
    }
    for (const row of db.prepare('SELECT * FROM acknowledgements ORDER BY at').all()) {
      const one = acknowledgementOf(row);
      this.#acknowledged.set(one.incident, one);
    }
  }

  /** Nothing of it is lost at a restart. */
  get lasts(): boolean {
    return this.#db !== null;
  }

  silences(): Iterable<{ readonly silence: Silence; readonly fits: Fits }> {
    return this.#spoken.values();
  }

  /** In the order in which they were set. */
  get spoken(): Spoken[] {
    return [...this.#spoken.values()].map(({ spoken }) => spoken);
  }

  /**
   * Sets a silence.
   * @throws what the database said; then there is none
   */
  say(draft: Omit<Spoken, 'id'>): Spoken {
    this.#forgetOld(draft.at);
    if (this.#spoken.size >= SILENCES_MOST) {
      throw new Error(`there are ${SILENCES_MOST} silences, which is all that fit: end some first`);
    }
    const spoken = { id: randomBytes(4).toString('hex'), ...draft };
    this.#add(spoken);
    return spoken;
  }

  /** Takes a silence back. @returns false where there is none of that id */
  unsay(id: string): boolean {
    if (!this.#spoken.has(id)) return false;
    this.#db?.prepare('DELETE FROM silences WHERE id = ?').run([id]);
    return this.#spoken.delete(id);
  }

  acknowledgement(incident: string): Acknowledgement | undefined {
    return this.#acknowledged.get(incident);
  }

  /** Once more by somebody else replaces it. @throws what the database said; then nothing has changed */
  acknowledge(one: Acknowledgement): void {
    this.#db
      ?.prepare(
        `INSERT INTO acknowledgements (incident, at, by, comment) VALUES (?, ?, ?, ?)
         ON CONFLICT (incident) DO UPDATE SET at = excluded.at, by = excluded.by, comment = excluded.comment`,
      )
      .run([one.incident, one.at, one.by, one.comment]);
    this.#acknowledged.delete(one.incident);
    this.#acknowledged.set(one.incident, one);
    if (this.#acknowledged.size <= ACKNOWLEDGEMENTS_MOST) return;
    const [oldest] = this.#acknowledged.keys();
    this.#acknowledged.delete(oldest);
    this.#db?.prepare('DELETE FROM acknowledgements WHERE incident = ?').run([oldest]);
  }

  /** Takes over what another one holds. @throws what the database said */
  inherit(from: Ledger): void {
    for (const spoken of from.spoken) if (!this.#spoken.has(spoken.id)) this.#add(spoken);
    for (const one of from.#acknowledged.values()) this.acknowledge(one);
  }

  close(): void {
    this.#db?.close();
  }

  #add(spoken: Spoken): void {
    this.#db
      ?.prepare('INSERT INTO silences (id, at, body) VALUES (?, ?, ?)')
      .run([spoken.id, spoken.at, JSON.stringify(spoken)]);
    this.#spoken.set(spoken.id, keptOf(spoken));
  }

  #forgetOld(now: Micros): void {
    for (const { id, until, at } of this.spoken) {
      if (Math.max(until, at) < now - REMEMBERED) this.unsay(id);
    }
  }
}
