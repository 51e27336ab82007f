/** The service manager, told how the daemon is: sd_notify(3), sd_watchdog_enabled(3). */
import { openNotifySocket } from './socket.ts';
import type { NotifySocket } from './socket.ts';

/** How the daemon is at a moment. */
export interface Outlook {
  /** The database is open, and each source stands. */
  readonly stands: boolean;
  /** How often each source that never waits for long was read, by id. */
  readonly reads: ReadonlyMap<string, number>;
  /** For people, one line. */
  line(): string;
}

/** Between two looks whether all stands. */
const LOOK_MS = 50;
/** Between two lines for people, where there is something new to say. */
const LINE_MS = 2000;
/** Messages that wait for room: more than a start, a reload and an end have. */
const UNSENT_MOST = 16;

type Phase = 'starting' | 'ready' | 'stopping';

export class ServiceManager {
  readonly #socket: NotifySocket;
  readonly #say: (text: string) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  /** Half of what the manager waits for a sign of life, ms; 0: it wants none. */
  readonly #beat: number;
  #look: (() => Outlook) | undefined;
  #phase: Phase = 'starting';
  #reloading = false;
  #line = '';
  #reads: Outlook['reads'] = new Map();
  #unsent: string[] = [];
  /** The last try failed: said once. A receiver that comes back must have its signs of life. */
  #failing = false;
  #closed = false;

  /** @param beat ms between two signs of life; 0 for none */
  constructor(socket: NotifySocket, beat: number, say: (text: string) => void) {
    this.#socket = socket;
    this.#beat = beat;
    this.#say = say;
  }

  /** Looks from now on. */
  watch(look: () => Outlook): void {
    this.#look = look;
    this.#every(LOOK_MS, () => this.#settle());
    this.#every(LINE_MS, () => this.#tell());
    if (this.#beat > 0) this.#every(this.#beat, () => this.#live());
  }

  /** It is as ready as it gets, whether all stands or has ended already. */
  ready(): void {
    if (this.#phase !== 'starting') return;
    this.#phase = 'ready';
    this.#send(`READY=1\n${this.#news()}`);
  }

  reloading(): void {
    if (this.#phase === 'stopping') return;
    this.#phase = 'starting';
    this.#reloading = true;
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  /** The reload is over, one way or the other: ready again once all stands. */
  reloaded(): void {
    this.#reloading = false;
    this.#settle();
  }

  stopping(line: string): void {
    if (this.#phase === 'stopping') return;
    this.#phase = 'stopping';
    this.#send(`STOPPING=1\nSTATUS=${line}`);
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#socket.close();
    this.#closed = true;
  }

  #every(milliseconds: number, step: () => void): void {
    this.#timers.push(setInterval(step, milliseconds).unref());
  }

  #settle(): void {
    this.#send('');
    if (this.#phase === 'starting' && !this.#reloading && this.#look?.().stands === true)
      this.ready();
  }

  #tell(): void {
    const news = this.#phase === 'ready' ? this.#news() : '';
    if (news !== '') this.#send(news);
  }

  /** The line, where it is another one. */
  #news(): string {
    const line = this.#look?.().line() ?? '';
    if (line === this.#line) return '';
    this.#line = line;
    return `STATUS=${line}`;
  }

  /** A sign of life: this very timer shows that the event loop turns; sources must have been read, too. */
  #live(): void {
    const { reads } = this.#look!();
    const before = this.#reads;
    this.#reads = reads;
    const stuck = [...reads].filter(([id, count]) => before.get(id) === count).map(([id]) => id);
    // Sources stand still while a reload changes what is around them.
    if (stuck.length === 0 || this.#reloading) this.#send('WATCHDOG=1');
    else this.#say(`no sign of life to systemd: nothing is read from ${stuck.join(', ')}`);
  }

  /** In order; what finds no room waits. */
  #send(text: string): void {
    if (this.#closed) return;
    if (text !== '') this.#unsent.push(text);
    // The newest says more.
    this.#unsent = this.#unsent.slice(-UNSENT_MOST);
    try {
      while (this.#unsent.length > 0 && this.#socket.send(this.#unsent[0])) {
        this.#unsent.shift();
        this.#failing = false;
      }
    } catch (error) {
      if (this.#failing) return;
      this.#failing = true;
      this.#say(`systemd can't be told how it goes: ${(error as Error).message}`);
    }
  }
}

/** Microseconds to half of them in ms; 0 where this process is not meant. */
function beatOf({ WATCHDOG_USEC: within, WATCHDOG_PID: pid }: NodeJS.ProcessEnv): number {
  if (pid !== undefined && pid !== String(process.pid)) return 0;
  const microseconds = Number(within ?? 0);
  return microseconds > 0 ? Math.max(1, microseconds / 2000) : 0;
}

/**
 * Who started this daemon, if it wants to be told; `null` otherwise.
 * @param say what is in the way of telling it, for the log
 */
export function openServiceManager(
  env: NodeJS.ProcessEnv,
  say: (text: string) => void,
): ServiceManager | null {
  const { NOTIFY_SOCKET: address } = env;
  if (address === undefined || address === '') return null;
  try {
    return new ServiceManager(openNotifySocket(address), beatOf(env), say);
  } catch (error) {
    say(
      `NOTIFY_SOCKET is ${address}: systemd can't be told how it goes: ${(error as Error).message}`,
    );
    return null;
  }
}
