import type { CaptureInterface, FrameBatch, Source, SourceHost } from 'unackd';
import { MergedReader } from './merge.ts';
import { isStandardInput, openFeed, statsOf } from './open.ts';
import { expandPaths } from './paths.ts';
import { CaptureReader } from './reader.ts';
import type { Say } from './reader.ts';

/** The captures that the patterns name, as one source. One file is read directly, several are merged by time. */
export class CaptureFiles implements Source {
  readonly interfaces: CaptureInterface[] = [];
  readonly #patterns: readonly string[];
  readonly #say: Say;
  #reader: CaptureReader | MergedReader | null = null;
  #total: number | null = null;
  #closed = false;

  constructor(patterns: readonly string[], host: SourceHost) {
    this.#patterns = patterns;
    this.#say = (code, time, text) => host.notice({ type: 'notice', code, time, text });
  }

  read(batch: FrameBatch): boolean | Promise<boolean> {
    batch.now = Number.NaN;
    batch.count = 0;
    if (this.#closed) return false;
    this.#reader ??= this.#open();
    return this.#reader.read(batch);
  }

  progress(): { done: number; total: number | null } {
    return { done: this.#reader?.taken ?? 0, total: this.#total };
  }

  close(): void {
    this.#closed = true;
    this.#reader?.close();
  }

  #open(): CaptureReader | MergedReader {
    const paths = expandPaths(this.#patterns);
    this.#total = totalSize(paths);
    if (paths.length > 1) return new MergedReader(paths, this.interfaces, this.#say);
    return new CaptureReader(paths[0], openFeed(paths[0]), this.interfaces, this.#say);
  }
}

/** Bytes of all files; `null` where one of them is no regular file. */
function totalSize(paths: readonly string[]): number | null {
  let total = 0;
  for (const path of paths) {
    const stats = isStandardInput(path) ? null : statsOf(path);
    if (stats?.isFile() !== true) return null;
    total += stats.size;
  }
  return total;
}
