import type { Emit } from '../plugin/api.ts';
import { Refusal } from '../plugin/checked.ts';
import type { Checked } from '../plugin/checked.ts';
import { Allowance } from './allowance.ts';
import type { Keepsakes } from './keepsakes.ts';
import type { Reporter } from './reporter.ts';

/** Beyond its allowance a plugin may send so many messages: then it is ended. */
const FLOOD = 100_000;

type Told = Parameters<Emit>[0];
type Entry = { readonly told: Told } | { readonly kept: readonly unknown[] };

/** What a plugin has told, until the pipeline has time for it. Malformed and excessive messages stay out. */
export class Inbox {
  readonly #checked: Checked;
  readonly #emit: Emit;
  readonly #reporter: Reporter;
  readonly #tooMuch: (why: string) => void;
  readonly #allowance = new Allowance();
  #entries: Entry[] = [];
  /** Of the batch under way. */
  #staged: Told[] = [];
  /** Beyond its allowance, since it last answered a batch. */
  #flooded = 0;
  refused = 0;

  constructor(checked: Checked, emit: Emit, reporter: Reporter, tooMuch: (why: string) => void) {
    this.#checked = checked;
    this.#emit = emit;
    this.#reporter = reporter;
    this.#tooMuch = tooMuch;
  }

  /** It was given so many events. */
  worked(events: number): void {
    this.#allowance.worked(events);
  }

  told(messages: unknown): void {
    if (!Array.isArray(messages)) {
      this.#tooMuch('sent no list of messages');
      return;
    }
    for (const message of messages as readonly unknown[]) {
      if (!this.#allowance.take()) {
        this.#flood();
        continue;
      }
      const checked = this.#checked.check(message);
      if (checked instanceof Refusal) {
        this.refused++;
        this.#reporter.refused(checked.message, checked.rule);
      } else {
        this.#staged.push(checked);
      }
    }
  }

  /** A batch is answered: see `release`. */
  answered(kept: unknown): void {
    this.#flooded = 0;
    this.release(kept);
  }

  /**
   * What was told may go on.
   * @param kept what is to be remembered: it stands before what was told along with it, as it is
   *   to be on disk first
   */
  release(kept: unknown): void {
    if (Array.isArray(kept) && kept.length > 0) this.#entries.push({ kept });
    for (const told of this.#staged) this.#entries.push({ told });
    this.#staged = [];
  }

  /** Hands everything on, in its order. */
  empty(keepsakes: Keepsakes): void {
    const entries = this.#entries;
    if (entries.length === 0) return;
    this.#entries = [];
    for (const entry of entries) {
      if ('told' in entry) this.#emit(entry.told);
      else keepsakes.take(entry.kept);
    }
  }

  #flood(): void {
    this.refused++;
    if (this.#flooded++ === 0) this.#reporter.refused('it sends more than can be taken');
    if (this.#flooded === FLOOD) {
      this.#tooMuch(`sent ${FLOOD} messages more than it may`);
      this.#flooded = 0;
    }
  }
}
