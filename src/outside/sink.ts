/** A sink from outside, on the daemon's side. */
import type {
  Attempt,
  Delivery,
  Endpoint,
  Incident,
  Notice,
  Sink,
  SinkHealth,
  SinkHost,
} from '../plugin/api.ts';
import { counted } from '../face/count.ts';
import { Gone, keepAttempt, OutputError, Refused, RetryLater } from '../plugin/api.ts';
import { createMessage, reporterOf } from './instance.ts';
import type { Origin } from './instance.ts';
import type { Heard, Name } from './messages.ts';
import { missedText } from './reporter.ts';
import type { Reporter } from './reporter.ts';
import { Supervisor } from './supervisor.ts';

/** Records of a batch, and batches under way. */
const RECORDS_OF_BATCH = 512;
const WINDOW = 4;
/** Attempts and endpoints that may wait: twice what a file brings between two flushes. */
const WAITING_MOST = 131_072;
/** Of those, what a file goes on with. */
const WAITING_LITTLE = 8192;
/** For what waits at the end: the engine waits 15 s for all. */
const CLOSE_MS = 8000;
const REASON_MOST = 500;

/** What the engine's own host says besides. */
function isLive(host: SinkHost): boolean {
  return 'live' in host && typeof host.live === 'function' && host.live() === true;
}

class OutsideSink implements Sink {
  readonly #host: SinkHost;
  readonly #supervisor: Supervisor;
  readonly #reporter: Reporter;
  #ready = false;
  #finalOnly = false;
  #waiting: (Attempt | Endpoint)[] = [];
  /** Number of records, by batch. */
  readonly #underWay = new Map<number, number>();
  readonly #deliveries = new Map<number, PromiseWithResolvers<void>>();
  #number = 0;
  #lost = 0;
  /** Of these, those before it was last tried again. */
  #lostBefore = 0;
  /** A message of the outbox came while it was off. */
  #turnedAway = false;
  #failing = false;
  #closed = false;
  /** Those who wait for room. */
  #waiters: (() => void)[] = [];

  constructor(origin: Origin, options: object, host: SinkHost) {
    this.#host = host;
    this.#reporter = reporterOf(origin, host);
    this.#supervisor = new Supervisor({
      origin,
      host,
      reporter: this.#reporter,
      create: () => createMessage(origin, host.id, options),
      message: (message) => this.#message(message),
      failed: (why, again) => this.#failed(why, again),
    });
    host.ending.addEventListener('abort', () => this.#supervisor.send({ is: 'ending' }));
  }

  attempt(attempt: Attempt): void {
    if (attempt.final || !this.#finalOnly) this.#push(attempt);
  }

  endpoint(endpoint: Endpoint): void {
    this.#push(endpoint);
  }

  /** A file waits until there is room; live sources wait for nobody. */
  async flush(): Promise<void> {
    this.#fill();
    if (isLive(this.#host)) return;
    await this.#room(WAITING_LITTLE);
  }

  health(): SinkHealth {
    return { failing: this.#failing, lost: this.#lost };
  }

  reopen(): void {
    this.#supervisor.send({ is: 'reopen' });
  }

  /** See AfarAnalyser. */
  retry(): boolean {
    if (!this.#supervisor.retry()) return false;
    this.#reporter.missed.events = this.#lost - this.#lostBefore;
    this.#lostBefore = this.#lost;
    this.#reporter.retried();
    this.#wake();
    return true;
  }

  async close(): Promise<void> {
    const off = this.#supervisor.disabled;
    this.#fill();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_MS);
    await Promise.race([this.#room(0), late]);
    this.#supervisor.send({ is: 'close' });
    await Promise.race([this.#until(() => this.#closed || !this.#ready), late]);
    clearTimeout(timer);
    this.#supervisor.close();
    this.#reporter.closed();
    const left = this.#waiting.length + this.#sum();
    if (left > 0) this.#host.log('warn', `ended before it had taken ${left} records`);
    if (this.#failing && !this.#closed) throw this.#failure(off);
  }

  /** It did not come to its end. */
  #failure(off: boolean): OutputError {
    const parts = [
      off ? 'its plugin failed too often, and was off' : 'its plugin failed at the end',
      ...(this.#lost > 0 ? [`${counted(this.#lost, 'record')} did not reach it`] : []),
      ...(this.#turnedAway ? ['incidents or notices for it were not delivered'] : []),
    ];
    return new OutputError(74, parts.join('; '));
  }

  #push(record: Attempt | Endpoint): void {
    if (this.#supervisor.disabled || this.#waiting.length >= WAITING_MOST) {
      if (this.#lost++ === 0) {
        this.#host.log('warn', 'too slow, or off: from now on records are let go, and counted');
      }
      return;
    }
    this.#waiting.push(record.type === 'attempt' ? keepAttempt(record) : record);
    if (this.#waiting.length >= RECORDS_OF_BATCH) this.#fill();
  }

  #fill(): void {
    while (this.#ready && this.#underWay.size < WINDOW && this.#waiting.length > 0) {
      const records = this.#waiting.splice(0, RECORDS_OF_BATCH);
      this.#underWay.set(++this.#number, records.length);
      const names = records.flatMap(({ server }) => this.#name(server.ip, server.port));
      this.#supervisor.send({ is: 'records', number: this.#number, records, names });
    }
  }

  /** Has a message taken; rejects with why not. */
  protected async bring(message: Incident | Notice, { id, signal }: Delivery): Promise<void> {
    // One signal serves all messages of a run: nothing that listens may outlast its own.
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    await this.#until(() => this.#ready || this.#supervisor.disabled || signal.aborted);
    signal.removeEventListener('abort', wake);
    if (this.#supervisor.disabled) {
      this.#turnedAway = true;
      throw new Gone('the plugin failed too often, and is off until a reload (SIGHUP)');
    }
    this.#turnedAway = false;
    if (signal.aborted) throw new RetryLater('the end has come');
    const number = ++this.#number;
    const answer = Promise.withResolvers<void>();
    this.#deliveries.set(number, answer);
    const names = 'scope' in message ? this.#name(message.scope.ip ?? '', message.scope.port) : [];
    this.#supervisor.send({ is: 'deliver', number, id, message, names });
    const end = (): void => answer.reject(new RetryLater('the end has come'));
    signal.addEventListener('abort', end);
    try {
      await answer.promise;
    } finally {
      signal.removeEventListener('abort', end);
      this.#deliveries.delete(number);
    }
  }

  #name(ip: string, port: number | null): Name[] {
    const names: Name[] = [];
    for (const place of port === null ? [null] : [port, null]) {
      const name = this.#host.nameOf(ip, place);
      if (name !== undefined) names.push([ip, place, name]);
    }
    return names;
  }

  #message(message: Heard): void {
    const { number } = message;
    switch (message['is']) {
      case 'ready':
        this.#ready = true;
        this.#failing = false;
        this.#finalOnly = message['finalOnly'] === true;
        this.#fill();
        break;
      case 'done':
        if (!this.#underWay.delete(Number(number))) this.#supervisor.kill('answered unasked');
        this.#fill();
        break;
      case 'taken':
        this.#taken(message);
        break;
      case 'closed':
        this.#closed = true;
        break;
      case 'log':
        this.#reporter.logged(message);
        break;
      default:
        this.#supervisor.kill('sent a message that there is not');
    }
    this.#wake();
  }

  #taken({ number, how, text, after }: Heard): void {
    const answer = this.#deliveries.get(Number(number));
    const reason = String(text).slice(0, REASON_MOST);
    if (how === 'ok') answer?.resolve();
    else if (how === 'refused') answer?.reject(new Refused(reason));
    else if (how === 'gone') answer?.reject(new Gone(reason));
    else answer?.reject(new RetryLater(reason, typeof after === 'number' ? after : null));
  }

  #failed(why: string, again: number | null): void {
    const missed = this.#sum() + (again === null ? this.#waiting.length : 0);
    this.#lost += missed;
    this.#ready = false;
    this.#failing = true;
    this.#underWay.clear();
    if (again === null) this.#waiting = [];
    for (const { reject } of this.#deliveries.values()) reject(new RetryLater(`plugin ${why}`));
    this.#reporter.failed(`${why}; ${missedText({ events: missed, segments: 0 })}`, again);
    this.#wake();
  }

  #sum(): number {
    return [...this.#underWay.values()].reduce((sum, records) => sum + records, 0);
  }

  /** Resolves when at most so many records wait. */
  async #room(most: number): Promise<void> {
    await this.#until(
      () => this.#supervisor.disabled || this.#waiting.length + this.#sum() <= most,
    );
  }

  async #until(is: () => boolean): Promise<void> {
    while (!is()) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
      });
    }
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
    // A sink has nowhere to send notices to: the log has said it.
    this.#reporter.take(0);
  }
}

/** One that reads what an outbox keeps: it is asked again until it has taken it. */
class DeliveringSink extends OutsideSink {
  async deliver(message: Incident | Notice, delivery: Delivery): Promise<void> {
    await this.bring(message, delivery);
  }
}

export function outsideSink(origin: Origin, options: object, host: SinkHost): Sink {
  const { reads } = origin.declared;
  const delivers = reads.includes('incident') || reads.includes('notice');
  return delivers
    ? new DeliveringSink(origin, options, host)
    : new OutsideSink(origin, options, host);
}
