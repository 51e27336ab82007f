/** Keeps a source's frames that matter to handshakes in a ring of files. */
import { isDeepStrictEqual } from 'node:util';
import type { Keep, SourceComponent } from '../config/resolved.ts';
import type { FrameWatcher } from '../engine/frame-watcher.ts';
import type { Micros } from '../model/attempt.ts';
import type { CaptureInterface, FrameBatch, Notice } from '../plugin/api.ts';
import { KIND_ICMP, TCP_FIN, TCP_RST, TCP_SYN, type Segment } from '../wire/segment.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { PcapngEncoder } from './pcapng.ts';
import { Ring } from './ring.ts';

/** Bytes written at once at most; far below a file of the smallest ring. */
const CHUNK = 1 << 16;

/** After a failure, until it is tried again: what is lost meanwhile is told once. */
const PAUSE_MS = 5000;

/** Who is told that something could not be written. */
interface Tells {
  emit(notice: Notice): void;
}

/** A source's keeper: the one that it has, where that still is what it wants, or another one, or none. */
export function keeperFor(
  { id, keep }: SourceComponent,
  before: Keeper | undefined,
  tells: Tells,
): Keeper | undefined {
  if (before !== undefined && isDeepStrictEqual(before.settings, keep)) return before;
  before?.close();
  return keep === undefined ? undefined : new Keeper(id, keep, tells);
}

/** SYNs, answers, ends of connections, errors about them; of what follows a handshake only what belongs to its attempt. */
function matters(s: Segment): boolean {
  if (s.kind === KIND_ICMP) return s.quotesTcp === 1;
  return (s.flags & (TCP_SYN | TCP_RST | TCP_FIN)) !== 0;
}

/** Never throws: what can't be written is counted, told, and tried again later. */
export class Keeper implements FrameWatcher {
  readonly settings: Keep;
  readonly #source: string;
  readonly #tells: Tells;
  readonly #clock: () => number;
  readonly #out = new ByteBuffer(2 * CHUNK);
  #ring: Ring | undefined;
  #encoder: PcapngEncoder | undefined;
  /** The frame at hand belongs to an attempt. */
  #told = false;
  /** Frames in `#out`. */
  #waiting = 0;
  #last: Micros = 0;
  /** Since the present failure. */
  #lost = 0;
  #failedAt: Micros = Number.NaN;
  #again = 0;

  /** @param clock milliseconds that only grow */
  constructor(
    source: string,
    settings: Keep,
    tells: Tells,
    clock: () => number = () => performance.now(),
  ) {
    this.#clock = clock;
    this.#source = source;
    this.settings = settings;
    this.#tells = tells;
  }

  packet(): void {
    this.#told = true;
  }

  frame(batch: FrameBatch, i: number, segment: Segment, place: CaptureInterface): void {
    const wanted = this.#told || matters(segment);
    this.#told = false;
    if (!wanted) return;
    this.#last = batch.time[i];
    if (this.#pauses) {
      this.#lost++;
      return;
    }
    this.#encoder ??= new PcapngEncoder(this.#out);
    this.#encoder.frame(batch, i, place);
    this.#waiting++;
    if (this.#out.length >= CHUNK) this.flush();
  }

  /** Writes what waits. After each batch, so that a kill costs nothing of those before. */
  flush(): void {
    if (this.#waiting === 0) return;
    try {
      this.#ring ??= new Ring(this.settings.path, this.#source, this.settings.size);
      this.#ring.append(this.#out.content);
      this.#written();
    } catch (error) {
      this.#failed(error);
    }
    this.#out.clear();
    this.#waiting = 0;
    if (this.#ring?.fresh !== false) this.#encoder = undefined;
  }

  close(): void {
    this.flush();
    this.#ring?.close();
    this.#ring = undefined;
  }

  get #pauses(): boolean {
    return this.#again > 0 && this.#clock() < this.#again;
  }

  #written(): void {
    if (this.#again === 0) return;
    const seconds = Math.round((this.#last - this.#failedAt) / 1e6);
    this.#say(
      'keep-resumed',
      `packets are kept in ${this.settings.path} again; ${this.#lost} of ${seconds} s were not`,
    );
    this.#again = 0;
    this.#lost = 0;
  }

  #failed(error: unknown): void {
    const first = this.#again === 0;
    this.#lost += this.#waiting;
    this.#again = this.#clock() + PAUSE_MS;
    if (!first) return;
    this.#failedAt = this.#last;
    const why = error instanceof Error ? error.message : String(error);
    this.#say(
      'keep-failed',
      `packets can't be kept in ${this.settings.path}: ${why}. Everything else goes on; this is tried again every ${PAUSE_MS / 1000} s`,
    );
  }

  #say(code: string, text: string): void {
    this.#tells.emit({ type: 'notice', code, time: this.#last, text: `${this.#source}: ${text}` });
  }
}
