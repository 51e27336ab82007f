/** A capture file told as if it were live: no end to wait for, and what is learnt is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { SourceComponent } from '../../src/config/resolved.ts';
import { FrameBatch } from 'unackd';
import type { Source, SourceDefinition } from 'unackd';

/** Has replays that go side by side read in step: none begins its next portion before all have. */
export class Step {
  readonly #of: number;
  #waiting: (() => void)[] = [];
  #gone = 0;

  constructor(of: number) {
    this.#of = of;
  }

  async arrive(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.#go();
    await promise;
  }

  leave(): void {
    this.#gone++;
    this.#go();
  }

  #go(): void {
    if (this.#waiting.length + this.#gone < this.#of) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export interface Replay {
  /** Capture time of the first frame, and of the first one that is no longer there; microseconds. */
  readonly from?: number;
  readonly until?: number;
  /** Which frames are there. */
  keep?(batch: FrameBatch, i: number): boolean;
  readonly step?: Step;
  /** Frames a read, and ms between two. */
  readonly frames?: number;
  readonly pace?: number;
  /** All before this capture time has been through the engine. */
  reached?(time: number): void;
}

const COLUMNS = ['offset', 'captured', 'wire', 'time', 'iface'] as const;

/** Hands on a file's frames in small portions. */
class Portions implements Source {
  readonly #file: Source;
  readonly #replay: Replay;
  readonly #read = new FrameBatch();
  #at = 0;
  #more = true;

  constructor(file: Source, replay: Replay) {
    this.#file = file;
    this.#replay = replay;
  }

  get interfaces(): Source['interfaces'] {
    return this.#file.interfaces;
  }

  async read(batch: FrameBatch): Promise<boolean> {
    const { from = -Infinity, until = Infinity, frames = 1024, pace } = this.#replay;
    if (pace !== undefined) await sleep(pace);
    await this.#replay.step?.arrive();
    const read = this.#read;
    if (this.#at === read.count && this.#more) {
      read.count = 0;
      this.#at = 0;
      this.#more = await this.#file.read(read);
    }
    batch.bytes = read.bytes;
    // Those left out count, too: so replays of one file side by side keep step.
    for (let seen = 0; this.#at < read.count && seen < frames; this.#at++) {
      const time = read.time[this.#at];
      if (time < from || time >= until) continue;
      seen++;
      if (this.#replay.keep?.(read, this.#at) === false) continue;
      if (batch.count === 0) this.#replay.reached?.(time);
      for (const column of COLUMNS) batch[column][batch.count] = read[column][this.#at];
      batch.count++;
    }
    return this.#more || this.#at < read.count;
  }

  async close(): Promise<void> {
    this.#replay.step?.leave();
    await this.#file.close?.();
  }
}

export function liveReplay(id: string, path: string, replay: Replay = {}): SourceComponent {
  const definition: SourceDefinition = {
    ...pcap,
    name: 'live-replay',
    live: true,
    create: (given, host) => new Portions(pcap.create(given, host), replay),
  };
  const options = { ...defaultOptions(pcap.options), path: [path], vantage: 'auto' };
  return { id, kind: 'source', definition, options, inputs: [] };
}
