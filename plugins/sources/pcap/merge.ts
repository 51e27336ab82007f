import { FrameBatch, InputError } from 'unackd';
import type { CaptureInterface } from 'unackd';
import { isStandardInput, openFeed, statsOf } from './open.ts';
import { CaptureReader } from './reader.ts';
import type { Say } from './reader.ts';

/** Bytes read at once of each of several files that are open together. */
const MERGE_CHUNK = 256 << 10;

/** Bytes read to learn a file's first time. */
const PEEK_CHUNK = 64 << 10;

/** Frames of overlapping files are gathered here. */
const GATHER = 1 << 20;

/** A file waiting for its time, or being read. */
interface Part {
  readonly path: string;
  /** Place in the order that ties follow. */
  readonly order: number;
  /** Time of its first frame; -Infinity where there is none, so that what is wrong with it is said first. */
  readonly first: number;
  readonly batch: FrameBatch;
  /** The next frame in `batch`. */
  next: number;
  reader: CaptureReader | null;
}

/** Several captures as one, in time order; a file is open only while its time has come. */
export class MergedReader {
  readonly #paths: readonly string[];
  readonly #interfaces: CaptureInterface[];
  readonly #say: Say;
  readonly #gathered = new Uint8Array(GATHER);
  #waiting: Part[] | null = null;
  #open: Part[] = [];
  /** Open from the start; closed once more with the rest. */
  readonly #held: CaptureReader[] = [];
  #takenBefore = 0;
  /** The present reader wants nanoseconds. */
  #fine = false;
  #closed = false;

  constructor(paths: readonly string[], interfaces: CaptureInterface[], say: Say) {
    this.#paths = paths;
    this.#interfaces = interfaces;
    this.#say = say;
  }

  /** Bytes taken from the files, as they lie there. */
  get taken(): number {
    return this.#open.reduce((sum, part) => sum + (part.reader?.taken ?? 0), this.#takenBefore);
  }

  /** As `CaptureReader.read`, over all files. */
  read(batch: FrameBatch): boolean | Promise<boolean> {
    batch.count = 0;
    this.#fine = batch.nanos !== null;
    if (this.#waiting === null) return this.#prepare().then(() => this.read(batch));
    for (;;) {
      if (this.#closed) return false;
      const lowest = this.#lowest();
      if (lowest !== null && lowest.next === lowest.batch.count) {
        // Frames handed out may lie in the buffer that is about to be refilled.
        if (batch.count > 0) return true;
        const more = this.#refill(lowest);
        if (more instanceof Promise) return more.then(() => this.read(batch));
        continue;
      }
      const coming = this.#waiting[0];
      if (coming !== undefined && (lowest === null || coming.first <= headOf(lowest))) {
        if (batch.count > 0) return true;
        this.#waiting.shift();
        this.#begin(coming);
        continue;
      }
      if (lowest === null) return false;
      if (this.#open.length === 1) {
        if (batch.count === 0) handOver(lowest, batch, coming?.first ?? Number.POSITIVE_INFINITY);
        return true;
      }
      if (!this.#gather(lowest, batch)) return true;
    }
  }

  close(): void {
    this.#closed = true;
    for (const { reader } of this.#open) reader?.close();
    for (const reader of this.#held) reader.close();
  }

  /** Learns each file's first time and sorts them by it. */
  async #prepare(): Promise<void> {
    const parts: Part[] = [];
    this.#waiting = parts;
    for (const [order, path] of this.#paths.entries()) {
      if (this.#closed) return;
      parts.push(isFile(path) ? await peek(path, order) : await this.#hold(path, order));
    }
    parts.sort((a, b) => a.first - b.first || a.order - b.order);
  }

  /** What a pipe or standard input gave can't be read twice: it is kept. */
  async #hold(path: string, order: number): Promise<Part> {
    const reader = new CaptureReader(path, openFeed(path), this.#interfaces, this.#say);
    this.#held.push(reader);
    const batch = new FrameBatch();
    if (this.#fine) batch.askNanos();
    const first = (await reader.read(batch)) ? batch.time[0] : Number.NEGATIVE_INFINITY;
    return { path, order, first, batch, next: 0, reader };
  }

  #begin(part: Part): void {
    if (part.reader === null) {
      try {
        const feed = openFeed(part.path);
        part.reader = new CaptureReader(part.path, feed, this.#interfaces, this.#say, MERGE_CHUNK);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const time = Number.isFinite(part.first) ? part.first : 0;
        this.#say('truncated-file', time, `${error.message}; it was there before, and is left out`);
        return;
      }
    }
    this.#open.push(part);
  }

  #refill(part: Part): void | Promise<void> {
    part.next = 0;
    if (this.#fine) part.batch.askNanos();
    const more = part.reader?.read(part.batch) ?? false;
    if (more instanceof Promise) return more.then((value) => this.#refilled(part, value));
    this.#refilled(part, more);
  }

  #refilled(part: Part, more: boolean): void {
    if (more || part.batch.count > 0) return;
    this.#takenBefore += part.reader?.taken ?? 0;
    part.reader?.close();
    this.#open = this.#open.filter((other) => other !== part);
  }

  /** A file that has no frame at hand; else the one whose next frame is the earliest, of equals the first in order. */
  #lowest(): Part | null {
    let lowest: Part | null = null;
    let time = Number.POSITIVE_INFINITY;
    for (const part of this.#open) {
      if (part.next === part.batch.count) return part;
      const head = headOf(part);
      if (lowest === null || head < time || (head === time && part.order < lowest.order)) {
        lowest = part;
        time = head;
      }
    }
    return lowest;
  }

  /** Copies one frame behind those already gathered; false when there is no room for it in this batch. */
  #gather(part: Part, batch: FrameBatch): boolean {
    const { batch: from, next } = part;
    const length = from.captured[next];
    const { count } = batch;
    const at = count === 0 ? 0 : batch.offset[count - 1] + batch.captured[count - 1];
    if (count === batch.capacity) return false;
    if (count === 0) {
      batch.bytes = length > this.#gathered.length ? new Uint8Array(length) : this.#gathered;
    } else if (length > batch.bytes.length - at) return false;
    batch.bytes.set(from.bytes.subarray(from.offset[next], from.offset[next] + length), at);
    putIndex(part, batch, at);
    return true;
  }
}

function headOf(part: Part): number {
  return part.batch.time[part.next];
}

/** One entry of the index, and on to the next frame. */
function putIndex(part: Part, batch: FrameBatch, offset: number): void {
  const { batch: from, next } = part;
  const { count } = batch;
  batch.offset[count] = offset;
  batch.captured[count] = from.captured[next];
  batch.wire[count] = from.wire[next];
  batch.time[count] = from.time[next];
  batch.iface[count] = from.iface[next];
  if (batch.nanos !== null) batch.nanos[count] = from.nanos?.[next] ?? 0;
  batch.count = count + 1;
  part.next = next + 1;
}

/** The only open file: its frames before `until`, without copying their bytes; at least one. */
function handOver(part: Part, batch: FrameBatch, until: number): void {
  batch.bytes = part.batch.bytes;
  do putIndex(part, batch, part.batch.offset[part.next]);
  while (
    part.next < part.batch.count &&
    batch.count < batch.capacity &&
    part.batch.time[part.next] < until
  );
}

function isFile(path: string): boolean {
  return !isStandardInput(path) && statsOf(path)?.isFile() === true;
}

/** Opens a file for its first frame's time only. */
async function peek(path: string, order: number): Promise<Part> {
  const reader = new CaptureReader(path, openFeed(path), [], () => undefined, PEEK_CHUNK);
  try {
    const first = new FrameBatch(1);
    const some = await reader.read(first);
    const time = some ? first.time[0] : Number.NEGATIVE_INFINITY;
    return { path, order, first: time, batch: new FrameBatch(), next: 0, reader: null };
  } finally {
    reader.close();
  }
}
