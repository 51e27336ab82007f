import type { Attempt, Notes } from '../model/attempt.ts';

/** Attempts of a live source go on without a plugin's notes after so long, or where so many wait. */
const HELD_MS = 1000;
const HELD_MOST = 8192;

interface Entry {
  readonly attempt: Attempt;
  readonly since: number;
  ready: boolean;
  notes: Notes | null;
}

/** Attempts that wait for what a plugin notes on them, in order. */
export class Held {
  #entries: Entry[] = [];
  readonly #waiting = new Map<Attempt, Entry>();
  readonly #id: string;
  readonly #bounded: boolean;
  /** Attempts that went on before it had answered. */
  late = 0;

  /**
   * @param id under which its notes stand
   * @param bounded nobody waits for it: see HELD_MS
   */
  constructor(id: string, bounded: boolean) {
    this.#id = id;
    this.#bounded = bounded;
  }

  /** @param awaited it was sent, or will be */
  add(attempt: Attempt, awaited: boolean): void {
    const entry = { attempt, since: performance.now(), ready: !awaited, notes: null };
    this.#entries.push(entry);
    if (awaited) this.#waiting.set(attempt, entry);
  }

  /** It has answered, or was never given it. */
  release(attempt: Attempt, notes: Notes | null): void {
    const entry = this.#waiting.get(attempt);
    if (entry === undefined) return;
    entry.ready = true;
    entry.notes = notes;
    this.#waiting.delete(attempt);
  }

  /** None of those that wait will be answered. */
  releaseAll(): void {
    for (const attempt of this.#waiting.keys()) this.release(attempt, null);
  }

  /** @param all what is not ready goes on as it is */
  hand(to: (attempt: Attempt) => void, all: boolean): void {
    const entries = this.#entries;
    const now = performance.now();
    let next = 0;
    for (; next < entries.length; next++) {
      const { attempt, since, ready, notes } = entries[next];
      const isOver = this.#bounded && (now - since > HELD_MS || entries.length - next > HELD_MOST);
      if (!ready && !all && !isOver) break;
      if (!ready) this.late++;
      this.#waiting.delete(attempt);
      to(notes === null ? attempt : { ...attempt, notes: { ...attempt.notes, [this.#id]: notes } });
    }
    if (next > 0) this.#entries = entries.slice(next);
  }
}
