import type { Address, Attempt, Micros } from 'unackd';

/** An attempt's second SYN has come: is it the last? */
interface Waiting {
  readonly server: Address;
  readonly first: Micros;
  readonly gap: number;
  readonly due: Micros;
}

/** Live attempts of two SYNs, until a third comes or has stayed away long enough. */
export class WaitingAttempts {
  /** In order of `due`, as the delay is the same for all. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #limit: number;
  /** Attempts given up on because too many waited. */
  unwatched = 0;

  /** @param limit attempts to wait for; beyond it the oldest is given up on */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(a: Attempt, gap: number, due: Micros): void {
    const key = identity(a);
    if (this.#waiting.has(key)) return;
    if (this.#waiting.size >= this.#limit) {
      const oldest = this.#waiting.keys().next();
      if (!oldest.done) this.#waiting.delete(oldest.value);
      this.unwatched++;
    }
    const server = { ip: a.server.ip, port: a.server.port };
    this.#waiting.set(key, { server, first: a.time, gap, due });
  }

  /** A third SYN, or an answer. True if the attempt was waiting. */
  remove(a: Attempt): boolean {
    return this.#waiting.size > 0 && this.#waiting.delete(identity(a));
  }

  /** Those that are due. */
  *due(now: Micros): Generator<Waiting> {
    for (const [key, waiting] of this.#waiting) {
      if (waiting.due > now) return;
      this.#waiting.delete(key);
      yield waiting;
    }
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** When the first of them is due, or `null`. */
  next(): Micros | null {
    const first = this.#waiting.values().next();
    return first.done ? null : first.value.due;
  }
}

/** ISN and client port in one exact integer of 48 bits: tells live attempts apart without making text. */
function identity(a: Attempt): number {
  return a.isn * 65_536 + a.client.port;
}
