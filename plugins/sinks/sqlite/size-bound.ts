import type Database from 'better-sqlite3';
import type { Host } from 'unackd';
import { usedBytes } from './pages.ts';
import { shrink } from './retention.ts';

/** Attempts that go at a time. */
const SLICE = 5000;

/** Below the bound by this part before it is enough: else each batch would delete a few. */
const SLACK = 0.05;

/** Between two looks, in ms: at 90,000 attempts a second a database grows by 25 MB in it. */
const LOOK_MS = 1000;

/** Holds a database's file to a size: the oldest attempts go. */
export class SizeBound {
  readonly #db: Database;
  readonly #bytes: number;
  readonly #host: Host;
  #lookedAt = -Infinity;
  #deleted = 0;
  #saidTooSmall = false;

  constructor(db: Database, bytes: number, host: Host) {
    this.#db = db;
    this.#bytes = bytes;
    this.#host = host;
  }

  /** Called after each transaction. */
  check(): void {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    this.enforce();
  }

  /** Looks now. */
  enforce(): void {
    if (usedBytes(this.#db) <= this.#bytes) return;
    const edge = this.#db
      .prepare(`SELECT time FROM attempts ORDER BY time LIMIT 1 OFFSET ${SLICE}`)
      .pluck();
    let deleted = 0;
    while (usedBytes(this.#db) > this.#bytes * (1 - SLACK)) {
      const next: unknown = edge.get();
      const { changes } =
        typeof next === 'number'
          ? this.#db.prepare('DELETE FROM attempts WHERE time <= ?').run([next])
          : this.#db.prepare('DELETE FROM attempts').run();
      deleted += changes;
      if (changes === 0) break;
    }
    shrink(this.#db);
    this.#tell(deleted);
  }

  #tell(deleted: number): void {
    const before = this.#deleted;
    this.#deleted += deleted;
    if (deleted === 0 && !this.#saidTooSmall) {
      this.#saidTooSmall = true;
      this.#host.log(
        'error',
        "'max_size' is too small for what is kept besides attempts: raise it",
      );
    }
    // Said at once, then each time it is ten times as many.
    if (deleted === 0 || Math.floor(Math.log10(this.#deleted)) === Math.floor(Math.log10(before)))
      return;
    this.#host.log(
      'warn',
      `'max_size' is reached: the oldest attempts were deleted, ${this.#deleted} up to now`,
    );
  }
}
