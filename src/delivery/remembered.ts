import type Database from 'better-sqlite3';
import type { Statement } from 'better-sqlite3';
import type { JsonValue, Memory } from '../plugin/memory.ts';

/** Whose memory it is. */
export interface Owner {
  /** Of the component. */
  readonly id: string;
  /** The plugin's name: another plugin under the same id can't read it. */
  readonly plugin: string;
  /** Of what the plugin keeps. */
  readonly version: number;
}

export type Trouble = (id: string, code: 'memory-full' | 'memory-unreadable', text: string) => void;

/** Room for some 300,000 endpoints of 200 bytes. */
const COMPONENT_BYTES = 64 * 1024 * 1024;
/** One value is a fact about one thing. */
const VALUE_BYTES = 64 * 1024;
const KEY_LENGTH = 256;

interface Entry {
  readonly owner: Owner;
  readonly key: string;
  /** JSON; `null` to delete it. */
  readonly value: string | null;
}

/** What analysers keep across restarts, in a table of the outbox's database. */
export class Remembered {
  readonly #db: Database;
  readonly #size: Statement;
  readonly #put: Statement;
  readonly #drop: Statement;
  /** By component and key: what the table doesn't know yet. */
  readonly #staged = new Map<string, Map<string, Entry>>();
  /** Bytes of keys and values in the table, by component. */
  readonly #bytes = new Map<string, number>();
  /** What `write` made of them, until the transaction has held. */
  #writing = new Map<string, number>();
  readonly #toldFull = new Set<string>();

  /** Called with what a person should know. */
  onTrouble: Trouble = () => {};

  /** @param db of the outbox */
  constructor(db: Database) {
    this.#db = db;
    this.#size = db.prepare(
      `SELECT length(CAST(key AS BLOB)) + length(CAST(value AS BLOB)) AS bytes FROM remembered
       WHERE component = ? AND key = ?`,
    );
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO remembered (component, key, plugin, version, value) VALUES (?, ?, ?, ?, ?)',
    );
    this.#drop = db.prepare('DELETE FROM remembered WHERE component = ? AND key = ?');
  }

  /** What components left that are configured no longer is let go. */
  adopt(components: ReadonlySet<string>): void {
    for (const { component } of this.#db
      .prepare('SELECT DISTINCT component FROM remembered')
      .all()) {
      if (components.has(String(component))) continue;
      this.#db.prepare('DELETE FROM remembered WHERE component = ?').run([component]);
    }
    const sums = this.#db.prepare(
      `SELECT component, sum(length(CAST(key AS BLOB)) + length(CAST(value AS BLOB))) AS bytes
       FROM remembered GROUP BY component`,
    );
    for (const { component, bytes } of sums.all()) {
      this.#bytes.set(String(component), Number(bytes));
    }
  }

  /** What a component left. Entries that it can't read any more are let go, and that is told. */
  recall(owner: Owner): Map<string, JsonValue> {
    const found = new Map<string, JsonValue>();
    let foreign = '';
    let damaged = 0;
    const rows = this.#db
      .prepare('SELECT key, plugin, version, value FROM remembered WHERE component = ?')
      .iterate([owner.id]);
    for (const row of rows) {
      const key = String(row.key);
      if (row.plugin !== owner.plugin || row.version !== owner.version) {
        foreign = `${row.plugin}, format ${row.version}`;
        this.#stage({ owner, key, value: null });
        continue;
      }
      try {
        found.set(key, JSON.parse(String(row.value)) as JsonValue);
      } catch {
        damaged++;
        this.#stage({ owner, key, value: null });
      }
    }
    for (const { key, value } of this.#staged.get(owner.id)?.values() ?? []) {
      if (value === null) found.delete(key);
      else found.set(key, JSON.parse(value) as JsonValue);
    }
    if (foreign !== '') {
      this.onTrouble(
        owner.id,
        'memory-unreadable',
        `what was remembered is of ${foreign}, and this is ${owner.plugin}, format ${owner.version}: it learns anew`,
      );
    }
    if (damaged > 0) {
      const entries = damaged === 1 ? '1 entry' : `${damaged} entries`;
      this.onTrouble(
        owner.id,
        'memory-unreadable',
        `${entries} of what was remembered can't be read and is forgotten; if the disk may be failing, look with: sqlite3 FILE 'PRAGMA integrity_check'`,
      );
    }
    return found;
  }

  /** Where a component puts what it wants kept; `write` writes it. */
  memoryOf(owner: Owner): Memory {
    return {
      set: (key, value) => {
        const text = JSON.stringify(value);
        if (key.length > KEY_LENGTH || Buffer.byteLength(text) > VALUE_BYTES) {
          this.#full(
            owner.id,
            `'${key.slice(0, KEY_LENGTH)}' is over ${VALUE_BYTES / 1024} KiB (its key over ${KEY_LENGTH} characters) and is not kept over a restart`,
          );
          this.#stage({ owner, key, value: null });
        } else {
          this.#stage({ owner, key, value: text });
        }
      },
      delete: (key) => this.#stage({ owner, key, value: null }),
    };
  }

  /** All that another database holds is to be kept here too. */
  inherit(from: Remembered): void {
    const rows = from.#db.prepare('SELECT component, key, plugin, version, value FROM remembered');
    for (const row of rows.iterate()) {
      const owner = {
        id: String(row.component),
        plugin: String(row.plugin),
        version: Number(row.version),
      };
      this.#stage({ owner, key: String(row.key), value: String(row.value) });
    }
    for (const entries of from.#staged.values()) {
      for (const entry of entries.values()) this.#stage(entry);
    }
  }

  /** Something waits for `write`. */
  get dirty(): boolean {
    return this.#staged.size > 0;
  }

  /** Writes what is staged; within a transaction, after which `written` is to be called. */
  write(): void {
    this.#writing = new Map(this.#bytes);
    for (const [id, entries] of this.#staged) {
      let bytes = this.#writing.get(id) ?? 0;
      let left = 0;
      for (const { owner, key, value } of entries.values()) {
        bytes -= this.#sizeOf(id, key);
        const more = value === null ? 0 : Buffer.byteLength(key) + Buffer.byteLength(value);
        if (value === null || bytes + more > COMPONENT_BYTES) {
          this.#drop.run([id, key]);
          if (value !== null) left++;
        } else {
          this.#put.run([id, key, owner.plugin, owner.version, value]);
          bytes += more;
        }
      }
      this.#writing.set(id, bytes);
      if (left > 0) {
        this.#full(
          id,
          `over ${COMPONENT_BYTES / 1024 / 1024} MiB to remember: ${left} entries are not kept over a restart; let it keep less`,
        );
      }
    }
  }

  written(): void {
    for (const [id, bytes] of this.#writing) this.#bytes.set(id, bytes);
    this.#staged.clear();
  }

  #sizeOf(id: string, key: string): number {
    return Number(this.#size.get([id, key])?.bytes ?? 0);
  }

  #stage(entry: Entry): void {
    const { id } = entry.owner;
    let entries = this.#staged.get(id);
    if (entries === undefined) {
      entries = new Map();
      this.#staged.set(id, entries);
    }
    entries.set(entry.key, entry);
  }

  /** Once a component: the first time says it all. */
  #full(id: string, text: string): void {
    if (this.#toldFull.has(id)) return;
    this.#toldFull.add(id);
    this.onTrouble(id, 'memory-full', text);
  }
}
