import type { SourceComponent } from '../config/resolved.ts';
import { takesItsTime } from './tempo.ts';

/** Files are read one after the other: their output stays in one order, run after run. Others run beside them. */
export class Turns {
  private readonly queue: SourceComponent[] = [];
  private readonly run: (source: SourceComponent) => Promise<void>;
  private underWay = false;

  constructor(run: (source: SourceComponent) => Promise<void>) {
    this.run = run;
  }

  /** Those that wait. */
  get waiting(): readonly SourceComponent[] {
    return this.queue;
  }

  /** @returns the work that begins now, for who must wait for it; `undefined` where the source waits for others */
  begin(source: SourceComponent): Promise<void> | undefined {
    if (takesItsTime(source)) return this.run(source);
    this.queue.push(source);
    return this.underWay ? undefined : this.take();
  }

  /** Of those that wait only these are run. */
  keep(wanted: (source: SourceComponent) => boolean): void {
    this.queue.push(...this.queue.splice(0).filter((source) => wanted(source)));
  }

  private async take(): Promise<void> {
    this.underWay = true;
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
        await this.run(next);
      }
    } finally {
      this.underWay = false;
    }
  }
}
