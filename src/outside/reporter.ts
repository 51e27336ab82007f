/** What people are told of a plugin from outside: what it did, what comes of it, what it missed. */
import { clean } from '../face/clean.ts';
import type { Micros } from '../model/attempt.ts';
import type { Notice } from '../model/notice.ts';
import type { Host } from '../plugin/api.ts';
import type { Heard } from './messages.ts';

type Draft = Omit<Notice, 'type' | 'time'>;

/** Different reasons of refusal that are told; all are counted. */
const REASONS_MOST = 8;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const LOG_LINES_A_SECOND = 20;
const LOG_TEXT_MOST = 2000;

/** What a plugin was not told. */
export class Missed {
  events = 0;
  segments = 0;

  add({ events, segments }: Pick<Missed, 'events' | 'segments'>): void {
    this.events += events;
    this.segments += segments;
  }
}

function counted(count: number, one: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : `${one}s`}`];
}

export function missedText({ events, segments }: Pick<Missed, 'events' | 'segments'>): string {
  const parts = [...counted(events, 'event'), ...counted(segments, 'segment')];
  return `it missed ${parts.join(' and ') || 'nothing'}`;
}

export class Reporter {
  /** What came while it was switched off. */
  missed = new Missed();
  readonly #id: string;
  readonly #name: string;
  readonly #log: Host['log'];
  readonly #notices: Draft[] = [];
  readonly #reasons = new Set<string>();
  #failing = false;
  #held = 0;
  #second = 0;
  #lines = 0;

  constructor(id: string, name: string, log: Host['log']) {
    this.#id = id;
    this.#name = name;
    this.#log = log;
  }

  /** What is to be told by now. */
  take(time: Micros): Notice[] {
    return this.#notices
      .splice(0)
      .map((draft) => Object.assign(draft, { type: 'notice', time } as const));
  }

  begun(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#tell('info', 'plugin-runs-again', `plugin ${this.#name} runs again`, 'ends');
  }

  /** @param again milliseconds until it is started again; `null` for never */
  failed(why: string, again: number | null): void {
    const begins = this.#failing ? undefined : 'begins';
    this.#failing = true;
    const what = `plugin ${this.#name} ${why}`;
    if (again === null) {
      const text = `${what}; that is one failure too many: it is off until a reload (SIGHUP; under watch and run --dev a save)`;
      this.#tell('error', 'plugin-disabled', text, begins);
    } else {
      const text = `${what}; it starts again in ${again / 1000} s`;
      this.#tell('warn', 'plugin-failed', text, begins);
    }
  }

  /** It was off, and a reload begins it anew. */
  retried(): void {
    const text = `plugin ${this.#name} is tried again; since it was switched off ${missedText(this.missed)}`;
    this.missed = new Missed();
    this.#tell('info', 'plugin-tried-again', text);
  }

  /** The end has come, and it was off. */
  stayedOff(): void {
    const text = `plugin ${this.#name} was off to the end; after that ${missedText(this.missed)}`;
    this.#tell('warn', 'plugin-missed', text);
  }

  /** It does not keep up with live traffic. */
  slow(): void {
    const text = `plugin ${this.#name} is too slow for what comes in: from now on some of it passes it by`;
    this.#tell('warn', 'plugin-too-slow', text);
  }

  caughtUp(missed: Missed): void {
    const text = `plugin ${this.#name} keeps up again; ${missedText(missed)}`;
    this.#tell('info', 'plugin-caught-up', text);
  }

  /**
   * A message of it was refused.
   * @param kind of reasons, of which one is told
   */
  refused(reason: string, kind = reason): void {
    if (this.#reasons.has(kind) || this.#reasons.size >= REASONS_MOST) return;
    this.#reasons.add(kind);
    const text = `a message of plugin ${this.#name} was refused: ${reason}; more of the kind are only counted`;
    this.#tell('warn', 'plugin-refused', text);
  }

  /** It was refused a connection: told once for each reason. */
  held(reason: string): void {
    this.#held++;
    if (this.#reasons.has(reason) || this.#reasons.size >= REASONS_MOST) return;
    this.#reasons.add(reason);
    const text = `plugin ${this.#name}: ${reason}; more of the kind are only counted`;
    this.#tell('warn', 'plugin-refused', text);
  }

  /** It is closed: what was only counted. */
  closed(): void {
    if (this.#held < 2) return;
    this.#log('warn', `${this.#held} of its connections were refused in all`);
  }

  /** A line that it wants in the log. */
  logged({ level, text }: Heard): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#lines = 0;
    this.#second = second;
    if (++this.#lines > LOG_LINES_A_SECOND) {
      if (this.#lines === LOG_LINES_A_SECOND + 1) {
        this.#log(
          'warn',
          `it logs too much: at most ${LOG_LINES_A_SECOND} lines a second are written`,
        );
      }
      return;
    }
    const known = LEVELS.find((one) => one === level) ?? 'info';
    this.#log(known, clean(String(text).slice(0, LOG_TEXT_MOST), true));
  }

  #tell(
    level: 'info' | 'warn' | 'error',
    code: string,
    text: string,
    state?: 'begins' | 'ends',
  ): void {
    this.#log(level, text);
    const trouble = state === undefined ? {} : { trouble: { id: `plugin ${this.#id}`, state } };
    this.#notices.push({ code, text: `${this.#id}: ${text}`, ...trouble });
  }
}
