/** Keeps a plugin running: one that fails is started again, later each time, and in the end no more. */
import type { Host } from '../plugin/api.ts';
import type { Origin } from './instance.ts';
import type { Create, Heard, ToPlugin } from './messages.ts';
import { MeterReadings } from './meter-readings.ts';
import { PluginProcess } from './process.ts';
import type { Reporter } from './reporter.ts';

/** Within this time so many failures are one too many: then it stays off until a reload. */
const FAILURES_MOST = 4;
const FAILURES_WITHIN_MS = 10 * 60_000;
/** Doubled each time: all tries together, each ended after 2 s of silence, take under 15 s. */
const FIRST_PAUSE_MS = 250;

export interface Ward {
  readonly origin: Origin;
  readonly host: Host;
  readonly reporter: Reporter;
  /** How an instance begins, by now. */
  create(): Create;
  message(message: Heard): void;
  /**
   * It is gone, and all that it had not answered.
   * @param again milliseconds until it is started again; `null` for never
   */
  failed(why: string, again: number | null): void;
}

export class Supervisor {
  readonly #ward: Ward;
  #process: PluginProcess | null = null;
  #pause: NodeJS.Timeout | undefined;
  /** By performance.now(). */
  readonly #failures: number[] = [];
  #disabled = false;
  #closed = false;

  constructor(ward: Ward) {
    this.#ward = ward;
    this.#start();
  }

  /** It failed too often, or is closed. */
  get disabled(): boolean {
    return this.#disabled;
  }

  /** @param rows see `PluginProcess` */
  send(message: ToPlugin, rows: Uint8Array | null = null): void {
    this.#process?.send(message, rows);
  }

  /** It breaks the rules. */
  kill(why: string): void {
    this.#process?.kill(why);
  }

  /** One that is off begins anew, with all its tries. @returns whether it was off */
  retry(): boolean {
    if (!this.#disabled || this.#closed) return false;
    this.#failures.length = 0;
    this.#disabled = false;
    this.#start();
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#disabled = true;
    clearTimeout(this.#pause);
    this.#process?.close();
    this.#process = null;
  }

  #start(): void {
    const ward = this.#ward;
    const { files, grants } = ward.origin;
    const readings = new MeterReadings(ward.host);
    const started = new PluginProcess(files, grants, {
      message: (message) => {
        if (message['is'] === 'ready') ward.reporter.begun();
        ward.message(message);
      },
      meters: (values) => {
        const wrong = readings.take(values);
        if (wrong !== null) ward.reporter.refused(wrong, 'meters');
      },
      printed: (line) => ward.host.log('info', line),
      refused: (why) => ward.reporter.held(why),
      traced: (line) => ward.host.log('debug', line),
      gone: (why) => this.#gone(why),
    });
    this.#process = started;
    started.send(ward.create());
  }

  #gone(why: string): void {
    this.#process = null;
    if (this.#disabled) return;
    const now = performance.now();
    this.#failures.push(now);
    while (now - this.#failures[0] > FAILURES_WITHIN_MS) this.#failures.shift();
    const times = this.#failures.length;
    this.#disabled = times >= FAILURES_MOST;
    const again = this.#disabled ? null : FIRST_PAUSE_MS * 2 ** (times - 1);
    if (again !== null) this.#pause = setTimeout(() => this.#start(), again);
    this.#ward.failed(why, again);
  }
}
