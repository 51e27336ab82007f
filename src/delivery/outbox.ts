import type Database from 'better-sqlite3';
import type { Statement, Transaction } from 'better-sqlite3';
import type { Message } from './message.ts';
import type { Remembered } from './remembered.ts';

/** A message in the outbox. */
export interface Stored {
  readonly seq: number;
  readonly id: string;
  readonly body: string;
}

/** What may wait for one sink. */
export interface Bound {
  readonly messages: number;
  /** Of the messages' JSON. */
  readonly bytes: number;
}

/** Messages set aside that are kept for a look: a broken receiver must not fill the disk. */
const REFUSED_KEPT = 10_000;

/** Goes with one sink's cursor. */
interface Queue {
  readonly bound: Bound;
  /** Sequence number of the newest message that the sink took. The truth is here; the table follows. */
  taken: number;
  /** The table does not know yet. */
  dirty: boolean;
  waiting: number;
  bytes: number;
}

interface Draft {
  readonly id: string;
  readonly body: string;
  readonly sinks: string[];
}

/**
 * Messages on their way to sinks, on disk: each in one transaction for all
 * sinks that want it, and synced, before anyone is told. Every sink has a
 * cursor; a message goes when no sink waits for it or for an earlier one. While
 * it is here the same message isn't taken twice.
 */
export class Outbox {
  /** Written in the same transactions. */
  readonly remembered: Remembered;
  readonly #db: Database;
  readonly #queues = new Map<string, Queue>();
  #staged: Draft[] = [];
  readonly #insert: Statement;
  readonly #find: Statement;
  readonly #due: Statement;
  readonly #next: Statement;
  readonly #oldest: Statement;
  readonly #store: Transaction;
  readonly #settle: Transaction;
  /** Called with how many of a sink's messages were dropped for want of room. */
  onOverflow: (sink: string, dropped: number) => void = () => {};

  /** @param db of the outbox alone: its own connection, with `synchronous = full` */
  constructor(db: Database, remembered: Remembered) {
    this.#db = db;
    this.remembered = remembered;
    this.#insert = db.prepare(
      'INSERT INTO outbox_messages (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.#find = db.prepare('SELECT seq FROM outbox_messages WHERE id = ?').pluck();
    this.#due = db.prepare(
      'INSERT INTO outbox_due (sink, seq) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#next = db.prepare(
      `SELECT seq, id, body FROM outbox_due JOIN outbox_messages USING (seq)
       WHERE sink = ? AND seq > ? ORDER BY seq LIMIT 1`,
    );
    this.#oldest = db.prepare(
      `SELECT seq, length(CAST(body AS BLOB)) AS bytes FROM outbox_due JOIN outbox_messages USING (seq)
       WHERE sink = ? AND seq > ? ORDER BY seq`,
    );
    this.#store = db.transaction(() => {
      for (const draft of this.#staged) this.#storeOne(draft);
      remembered.write();
    });
    const forget = db.prepare('DELETE FROM outbox_due WHERE sink = ? AND seq <= ?');
    const move = db.prepare(
      `INSERT INTO outbox_cursors (sink, taken) VALUES (?, ?)
       ON CONFLICT (sink) DO UPDATE SET taken = excluded.taken`,
    );
    const prune = db.prepare(
      // Nothing is due: SQLite's greatest integer.
      `DELETE FROM outbox_messages
       WHERE seq < coalesce((SELECT min(seq) FROM outbox_due), 9223372036854775807)`,
    );
    this.#settle = db.transaction(() => {
      for (const [sink, queue] of this.#queues) {
        if (!queue.dirty) continue;
        forget.run([sink, queue.taken]);
        move.run([sink, queue.taken]);
      }
      prune.run();
    });
  }

  /**
   * Sets up a queue for each sink; those of sinks that are configured no longer are let go.
   * @returns how many messages such a sink had not taken
   */
  adopt(sinks: ReadonlyMap<string, Bound>): ReadonlyMap<string, number> {
    const strays = new Map<string, number>();
    this.#db
      .transaction(() => {
        const waiting = 'SELECT sink, count(*) AS n FROM outbox_due GROUP BY sink';
        for (const { sink, n } of this.#db.prepare(waiting).all()) {
          if (!sinks.has(String(sink))) strays.set(String(sink), Number(n));
        }
        for (const table of ['outbox_due', 'outbox_cursors']) {
          for (const { sink } of this.#db.prepare(`SELECT DISTINCT sink FROM ${table}`).all()) {
            if (sinks.has(String(sink))) continue;
            this.#db.prepare(`DELETE FROM ${table} WHERE sink = ?`).run([sink]);
          }
        }
      })
      .immediate();
    for (const [sink, bound] of sinks) {
      const row = this.#db.prepare('SELECT taken FROM outbox_cursors WHERE sink = ?').get([sink]);
      const taken = Number(row?.taken ?? 0);
      const waiting = this.#oldest.all([sink, taken]);
      const bytes = waiting.reduce((sum, one) => sum + Number(one.bytes), 0);
      this.#queues.set(sink, { bound, taken, dirty: false, waiting: waiting.length, bytes });
    }
    return strays;
  }

  /** Anything waits in memory for the next `commit`. */
  get dirty(): boolean {
    return this.#staged.length > 0 || this.remembered.dirty;
  }

  /** Messages that do. */
  get staged(): number {
    return this.#staged.length;
  }

  /** Messages on disk that a sink has not taken. */
  waiting(sink: string): number {
    return this.#queues.get(sink)?.waiting ?? 0;
  }

  /** Takes a message for a sink; `commit` writes it. */
  stage(sink: string, id: string, body: string): void {
    const last = this.#staged.at(-1);
    if (last?.id === id) {
      if (!last.sinks.includes(sink)) last.sinks.push(sink);
    } else {
      this.#staged.push({ id, body, sinks: [sink] });
    }
  }

  /** Lets the oldest staged messages go, all but `keep`. @returns how many went */
  unstage(keep: number): number {
    return this.#staged.splice(0, Math.max(0, this.#staged.length - keep)).length;
  }

  /**
   * Writes what is staged, and cursors that could not be written before. After
   * an error all of it waits for the next call.
   */
  commit(): void {
    if (this.dirty) {
      const before = new Map([...this.#queues].map(([sink, queue]) => [sink, { ...queue }]));
      try {
        this.#store.immediate();
      } catch (error) {
        for (const [sink, queue] of this.#queues) Object.assign(queue, before.get(sink));
        throw error;
      }
      this.#staged = [];
      this.remembered.written();
      for (const [sink, queue] of this.#queues) this.#bound(sink, queue);
    }
    if ([...this.#queues.values()].some((queue) => queue.dirty)) this.#persist();
  }

  /** The message that comes next for a sink. */
  next(sink: string): Stored | undefined {
    const queue = this.#queues.get(sink);
    if (queue === undefined || queue.waiting === 0) return undefined;
    const row = this.#next.get([sink, queue.taken]);
    if (row === undefined) return undefined;
    return { seq: Number(row.seq), id: String(row.id), body: String(row.body) };
  }

  /**
   * A sink has taken a message. From now on `next` knows, whether or not the
   * disk could be told.
   */
  taken(sink: string, stored: Stored): void {
    const queue = this.#queues.get(sink);
    // Let go for want of room while it was under way.
    if (queue === undefined || queue.taken >= stored.seq) return;
    queue.taken = stored.seq;
    queue.waiting--;
    queue.bytes -= Buffer.byteLength(stored.body);
    queue.dirty = true;
    try {
      this.#persist();
    } catch {
      // The disk takes nothing: a kill now would cost a double, with the same id.
    }
  }

  /**
   * Sets a message aside that the sink's receiver will never take.
   * @param at ms since the epoch
   * @returns false when it could not be written
   */
  refuse(sink: string, { seq, id, body }: Stored, reason: string, at: number): boolean {
    const keep = this.#db.prepare(
      `INSERT INTO outbox_refused (seq, sink, id, at, reason, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    const prune = this.#db.prepare(
      `DELETE FROM outbox_refused WHERE seq <
       (SELECT seq FROM outbox_refused ORDER BY seq DESC LIMIT 1 OFFSET ${REFUSED_KEPT})`,
    );
    try {
      keep.run([seq, sink, id, at * 1000, reason, body]);
      prune.run();
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#db.close();
  }

  #storeOne({ id, body, sinks }: Draft): void {
    this.#insert.run([id, body]);
    const seq = Number(this.#find.get([id]));
    for (const sink of sinks) {
      const queue = this.#queues.get(sink);
      if (queue === undefined || seq <= queue.taken) continue;
      if (this.#due.run([sink, seq]).changes === 0) continue;
      queue.waiting++;
      queue.bytes += Buffer.byteLength(body);
    }
  }

  #bound(sink: string, queue: Queue): void {
    const { messages, bytes } = queue.bound;
    if (queue.waiting <= messages && queue.bytes <= bytes) return;
    let dropped = 0;
    for (const row of this.#oldest.iterate([sink, queue.taken])) {
      // The newest one stays, however long it is.
      if ((queue.waiting <= messages && queue.bytes <= bytes) || queue.waiting <= 1) break;
      queue.taken = Number(row.seq);
      queue.waiting--;
      queue.bytes -= Number(row.bytes);
      dropped++;
    }
    queue.dirty ||= dropped > 0;
    if (dropped > 0) this.onOverflow(sink, dropped);
  }

  #persist(): void {
    this.#settle.immediate();
    for (const queue of this.#queues.values()) queue.dirty = false;
  }
}

/** A message as it is kept. */
export function encode(message: Message): string {
  return JSON.stringify(message);
}

export function decode({ body }: Stored): Message {
  return JSON.parse(body) as Message;
}
