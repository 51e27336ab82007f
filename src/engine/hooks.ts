import type { SourceComponent } from '../config/resolved.ts';
import type { Ledger } from '../telling/ledger.ts';
import type { Witness } from './graph.ts';
import type { Log } from './hosts.ts';
import type { Pipeline } from './pipeline.ts';
import type { ComponentError } from './sink-node.ts';

export interface EngineHooks {
  readonly log: Log;
  /** Bytes read of all files, bytes in all where known, frames. */
  progress?(done: number, total: number | null, frames: number): void;
  /** Called with each pipeline before its first frame. */
  prepare?(pipeline: Pipeline, source: SourceComponent): void;
  /** Told once of each incident and notice. */
  readonly witness?: Witness;
  /** What people said: asked for when a source begins, after the sinks have been opened. */
  ledger?(): Ledger;
  /**
   * A source failed; the others go on, and `run` rejects with the first such
   * error at its end. Left out, it rejects at once.
   */
  sourceFailed?(error: ComponentError): void;
  /** A pipeline goes out of `pipelines`: its source was changed or taken away. */
  retired?(pipeline: Pipeline): void;
}
