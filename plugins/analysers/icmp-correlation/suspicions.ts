import type { Address, Attempt, Emit, Micros } from 'unackd';
import { endpointName, filterThatShows, plural } from './words.ts';

interface Suspect {
  readonly server: Address;
  readonly first: Micros;
  /** Seconds between the two SYNs of the first attempt. */
  readonly gap: number;
  attempts: number;
}

/** Server endpoints whose refusals by ICMP the capture may have missed; each is told once. */
export class Suspicions {
  readonly #suspects = new Map<string, Suspect>();
  readonly #limit: number;
  #beyond = 0;

  /** @param limit endpoints to name; attempts at others are counted together */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts an attempt; the suspect where it is new and to be named. */
  add(server: Address, first: Micros, gap: number): Suspect | undefined {
    const key = endpointName(server);
    const known = this.#suspects.get(key);
    if (known !== undefined) {
      known.attempts++;
      return undefined;
    }
    if (this.#suspects.size >= this.#limit) {
      this.#beyond++;
      return undefined;
    }
    const suspect = { server: { ip: server.ip, port: server.port }, first, gap, attempts: 1 };
    this.#suspects.set(key, suspect);
    return suspect;
  }

  /** Names all of them, in order of their first attempts. */
  tellAll(emit: Emit, now: Micros): void {
    const inOrder = [...this.#suspects.values()].toSorted((a, b) => a.first - b.first);
    for (const suspect of inOrder) tellSuspect(suspect, emit, now);
  }

  /** One notice for what no other one told. */
  tellBeyond(emit: Emit, now: Micros, unwatched: number): void {
    const count = this.#beyond + unwatched;
    if (count === 0) return;
    emit({
      type: 'notice',
      code: 'hidden-refusal-suspected',
      time: now,
      text:
        `${plural(count, 'more attempt')} of two SYNs 1 s apart: not told one by one, as ` +
        `${this.#beyond} went to endpoints beyond the first ${this.#limit} and ${unwatched} came while too many waited`,
    });
  }
}

export function tellSuspect(suspect: Suspect, emit: Emit, now: Micros): void {
  const { server, attempts, gap } = suspect;
  emit({
    type: 'notice',
    code: 'hidden-refusal-suspected',
    time: now,
    text:
      `${endpointName(server)}: ${plural(attempts, 'attempt')} of two SYNs ${gap.toFixed(2)} s apart and then nothing, ` +
      'with no ICMP anywhere in the capture: so does a Linux client whose refusal by ICMP the capture filter hid, ' +
      "though an application's own time-out of 1 to 3 s looks alike; " +
      `capture with "${filterThatShows(server)}" to tell`,
  });
}

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

  /** A third SYN, or an answer. */
  remove(a: Attempt): void {
    if (this.#waiting.size > 0) this.#waiting.delete(identity(a));
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
