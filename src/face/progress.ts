/** A bar on long work, for whoever waits at a terminal. */
import type { SingleBar } from 'cli-progress';
import { cutToColumns } from './columns.ts';
import { counted, formatBytes } from './count.ts';
import { formatDuration } from './duration.ts';

export interface Progress {
  /**
   * Cheap enough for every batch: draws ten times a second at most.
   *
   * @param done bytes read so far
   * @param total bytes in all, 0 where unknown (standard input)
   * @param packets read so far
   */
  update(done: number, total: number, packets: number): void;
  /** Clears the bar and restores the cursor. May be called again. */
  stop(): void;
}

/** A terminal's stream, `process.stderr`. */
export interface ProgressStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Work that is done sooner needs no bar. */
const APPEARS_AFTER_MS = 500;

const REDRAW_MS = 100;

const BAR_COLUMNS = 24;

const SILENT: Progress = { update: () => {}, stop: () => {} };

/**
 * A bar on `stream` where that is a terminal that can move its cursor and
 * `enabled` (not `--no-progress`); else nothing at all.
 *
 * cli-progress is loaded now, while work begins: the bar appears with the first
 * `update` half a second later, provided that the work lets the event loop turn.
 */
export function startProgress(stream: ProgressStream, enabled: boolean): Progress {
  if (!enabled || stream.isTTY !== true || process.env['TERM'] === 'dumb') return SILENT;
  return new Bar(stream);
}

class Bar implements Progress {
  readonly #stream: ProgressStream;
  readonly #started = performance.now();
  #Kind: typeof SingleBar | null = null;
  #bar: SingleBar | null = null;
  #drawn = 0;
  #stopped = false;
  readonly #onExit = () => this.stop();
  readonly #onSignal = (signal: NodeJS.Signals) => {
    this.stop();
    // A listener takes the signal's default away. Where nobody else handles it, give that back.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  constructor(stream: ProgressStream) {
    this.#stream = stream;
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.#Kind = (await import('cli-progress')).default.SingleBar;
    } catch {
      // A bar is a comfort: without it the work goes on all the same.
    }
  }

  update(done: number, total: number, packets: number): void {
    if (this.#stopped || this.#Kind === null) return;
    const now = performance.now();
    const elapsed = now - this.#started;
    if (elapsed < APPEARS_AFTER_MS || now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    const figures = { done, total, packets, seconds: elapsed / 1000 };
    if (this.#bar === null) this.#start(this.#Kind, figures);
    else this.#bar.update(done, figures);
  }

  #start(Kind: typeof SingleBar, figures: Figures): void {
    this.#bar = new Kind({
      stream: this.#stream,
      format: (_options, _params, payload: Figures) =>
        progressLine(payload, this.#stream.columns ?? 80),
      hideCursor: true,
      clearOnComplete: true,
      // cli-progress draws within `update`, without its timer, two frames after the last time:
      // the event loop may not turn while a file is read.
      fps: 3000 / REDRAW_MS,
      // Its own handler would swallow the signal.
      gracefulExit: false,
    });
    // Before the cursor is hidden, and not `once`: a signal may come at any moment, and again.
    process.once('exit', this.#onExit);
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
    this.#bar.start(figures.total, figures.done, figures);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#bar === null) return;
    this.#bar.stop();
    this.#bar = null;
    process.removeListener('exit', this.#onExit);
    process.removeListener('SIGINT', this.#onSignal);
    process.removeListener('SIGTERM', this.#onSignal);
  }
}

export interface Figures {
  readonly done: number;
  readonly total: number;
  readonly packets: number;
  readonly seconds: number;
}

/** The bar's one line, a column short of the width so that no terminal wraps it. */
export function progressLine({ done, total, packets, seconds }: Figures, width: number): string {
  const rate = done / seconds;
  const speed = `${formatBytes(rate)}/s, ${counted(packets, 'packet')}`;
  if (!(total > 0)) return cutToColumns(`${formatBytes(done)}, ${speed}`, width - 1, false);
  const share = Math.min(1, done / total);
  const full = Math.round(share * BAR_COLUMNS);
  const bar = `[${'#'.repeat(full)}${'.'.repeat(BAR_COLUMNS - full)}]`;
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const left =
    rate > 0 ? `, ${formatDuration(Math.ceil(Math.max(0, total - done) / rate))} left` : '';
  const text = `${percent} ${speed}${left}`;
  const whole = `${bar} ${text}`;
  return whole.length < width ? whole : cutToColumns(text.trimStart(), width - 1, false);
}
