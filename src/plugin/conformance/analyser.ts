/** What every analyser is held to, by watching it between the standard chain and a sink. */
import { callsOf } from '../network.ts';
import type {
  Analyser,
  AnalyserDefinition,
  AnalyserHost,
  Annotation,
  Attempt,
  Emit,
  Micros,
  Segment,
} from '../api.ts';
import { formatTime } from '../record.ts';
import { changeTime, placeOf, summaryOf } from '../words.ts';
import { ClockTraps } from './clock-traps.ts';
import { lend } from './lending.ts';
import { Checked, Refusal } from '../checked.ts';

/** What an analyser did in one run. */
export interface Watched {
  /** Everything that came of it, in order, as text: messages, annotations, wishes. */
  readonly output: string[];
  readonly traps: ClockTraps;
  /** What it must not do, by rule: the first of each, with a stack that leads to the line. */
  readonly broken: Map<string, Error>;
  calls: number;
  messages: number;
  /** The first messages, in a line each, for its author to see. */
  readonly told: string[];
  closed: number;
}

export const RULES = {
  runs: 'takes a capture',
  emits: 'emits what it declares',
  clock: 'knows capture time only',
  same: 'same input, same output',
  kept: 'keeps no attempt past the call',
  wakes: 'wakes at times to come',
  synchronous: 'answers at once',
  empty: 'bears a capture without packets',
  memory: 'is restored from what it saved',
} as const;

/** What an author looks at to see whether it is what was meant. */
const TOLD_MOST = 8;

function lineOf(message: Parameters<Emit>[0]): string {
  if (message.type !== 'endpoint') {
    return `${formatTime(changeTime(message))} ${message.type} ${summaryOf(message)}`;
  }
  const { ip, port } = message.server;
  return `endpoint ${placeOf({ scope: { kind: 'port', ip, port, prefix: null } })}: ${message.verdict}`;
}

/** An analyser that is watched: the same definition, each of whose calls is looked at. */
export function watch(definition: AnalyserDefinition, seen: Watched): AnalyserDefinition {
  return {
    ...definition,
    create(options, host, emit) {
      const { traps } = seen;
      const context = new Context(definition, host, emit, seen);
      const inner = traps.during(() => definition.create(options, context.host, context.emit));
      return context.around(inner);
    },
  };
}

export function unwatched(): Watched {
  return {
    output: [],
    traps: new ClockTraps(),
    broken: new Map(),
    calls: 0,
    messages: 0,
    told: [],
    closed: 0,
  };
}

class Context {
  readonly host: AnalyserHost;
  readonly emit: Emit;
  private readonly seen: Watched;
  private readonly check: Checked;
  /** Of the `advance` under way. */
  private now: Micros | null = null;

  constructor(definition: AnalyserDefinition, host: AnalyserHost, emit: Emit, seen: Watched) {
    this.seen = seen;
    this.check = new Checked(null, definition.emits);
    const { traps } = seen;
    this.host = {
      ...callsOf(host),
      id: host.id,
      counter: (name) => host.counter(name),
      gauge: (name) => host.gauge(name),
      capture: host.capture,
      remembered: host.remembered,
      log: (level, text) => traps.outside(() => host.log(level, text)),
      wakeAt: (time) => {
        if (this.mayWake(time)) traps.outside(() => host.wakeAt(time));
      },
    };
    this.emit = (message) => {
      const checked = this.checked(message);
      if (checked !== null) traps.outside(() => emit(checked));
    };
  }

  around(inner: Analyser): Analyser {
    const { seen } = this;
    const call = <T>(work: () => T): T => {
      seen.calls++;
      const result = seen.traps.during(work);
      if (result instanceof Promise) {
        this.break(RULES.synchronous, 'it returned a promise: packets wait for nobody');
        result.catch(() => undefined);
      }
      return result;
    };
    const passed: Analyser = {
      attempt: (attempt) => call(() => this.lent(attempt, (lent) => inner.attempt?.(lent))),
      advance: (now) => {
        this.now = now;
        call(() => inner.advance?.(now));
        this.now = null;
      },
      notice: (notice) => call(() => inner.notice?.(notice)),
      blind: (since) => call(() => inner.blind?.(since)),
      end: (now) => call(() => inner.end?.(now)),
      close: () => {
        seen.closed++;
        call(() => inner.close?.());
      },
    };
    if (inner.segment !== undefined) {
      passed.segment = (segment) => {
        call(() => this.lentSegment(segment, (lent) => inner.segment?.(lent)));
      };
    }
    if (inner.syn !== undefined) {
      passed.syn = (attempt) => {
        call(() => this.lent(attempt, (lent) => inner.syn?.(lent)));
      };
    }
    if (inner.skipsLone !== undefined)
      passed.skipsLone = (client) => inner.skipsLone?.(client) === true;
    if (inner.save !== undefined) {
      passed.save = (memory, all) => call(() => inner.save?.(memory, all));
    }
    return passed;
  }

  private lentSegment(segment: Segment, hand: (segment: Segment) => void): void {
    const loan = lend(segment);
    try {
      return hand(loan.lent);
    } finally {
      loan.end();
    }
  }

  /** Hands an attempt over for the call; what comes back is copied while it is still lent. */
  private lent(
    attempt: Attempt,
    hand: (attempt: Attempt) => Annotation | undefined | void,
  ): Annotation | undefined {
    const loan = lend(attempt);
    try {
      const given = hand(loan.lent);
      if (given === undefined || given === null || given instanceof Promise) {
        return given as undefined;
      }
      const { schedule, hidden_refusal: hidden, notes } = given;
      const copy: Annotation = {
        ...(schedule === undefined ? {} : { schedule: { ...schedule } }),
        ...(hidden === undefined ? {} : { hidden_refusal: hidden }),
        ...(notes === undefined ? {} : { notes: { ...notes } }),
      };
      this.seen.output.push(`annotation ${JSON.stringify(copy)}`);
      return copy;
    } finally {
      loan.end();
    }
  }

  private break(rule: string, text: string): void {
    if (!this.seen.broken.has(rule)) this.seen.broken.set(rule, new Error(text));
  }

  private mayWake(time: Micros): boolean {
    this.seen.output.push(`wakeAt ${time}`);
    if (typeof time !== 'number' || Number.isNaN(time)) {
      this.break(RULES.wakes, `host.wakeAt(${String(time)}): a time is wanted, in microseconds`);
      return false;
    }
    if (this.now !== null && time <= this.now) {
      const text = `host.wakeAt(now${time < this.now ? ` - ${this.now - time}` : ''}) within advance(now): it would be woken again and again; ask for a later time`;
      this.break(RULES.wakes, text);
      return false;
    }
    return true;
  }

  /** The message as it goes on; `null` where it may not. */
  private checked(message: Parameters<Emit>[0]): Parameters<Emit>[0] | null {
    this.seen.messages++;
    const made = this.check.check(message);
    if (made instanceof Refusal) {
      this.break(RULES.emits, made.message);
      return null;
    }
    if (this.seen.told.length < TOLD_MOST) this.seen.told.push(lineOf(made));
    this.seen.output.push(`${made.type} ${JSON.stringify(made)}`);
    return made;
  }
}
