import type { SourceComponent } from '../config/resolved.ts';
import { keeperFor } from '../keep/keeper.ts';
import type { Keeper } from '../keep/keeper.ts';
import type { Source } from '../plugin/api.ts';
import type { Pipeline } from './pipeline.ts';
import type { Watch } from './watch.ts';

/** A source under way. */
export interface Run {
  readonly component: SourceComponent;
  readonly pipeline: Pipeline;
  readonly watch: Watch;
  source: Source | undefined;
  /** Keeps its packets, where that is wished. */
  keeper: Keeper | undefined;
  /** Its last words are said. */
  concluded: boolean;
  /** How often it was read. */
  reads: number;
  /** A reload ended it. */
  dismissed: boolean;
  readonly closed: PromiseWithResolvers<void>;
}

/** One that begins. */
export function runOf(component: SourceComponent, pipeline: Pipeline, watch: Watch): Run {
  return {
    component,
    pipeline,
    watch,
    source: undefined,
    keeper: keeperFor(component, undefined, watch.inlet.outlets),
    concluded: false,
    reads: 0,
    dismissed: false,
    closed: Promise.withResolvers(),
  };
}

/** Some source brings something into a pipeline still. */
export function isRead(pipeline: Pipeline, runs: Iterable<Run>): boolean {
  return [...runs].some((run) => run.pipeline === pipeline && !run.concluded);
}

/** More than one source brings something into a pipeline. */
export function isShared(pipeline: Pipeline, runs: Iterable<Run>): boolean {
  let readers = 0;
  for (const run of runs) if (run.pipeline === pipeline && !run.concluded) readers++;
  return readers > 1;
}

/** The pipeline that live sources share, while any of them is read. */
export function livePipeline(runs: Iterable<Run>): Pipeline | undefined {
  return [...runs].find((run) => !run.pipeline.finite && !run.concluded)?.pipeline;
}
