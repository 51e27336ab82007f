import type { ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Source } from '../plugin/api.ts';
import { FrameBatch } from '../plugin/api.ts';
import { RecordBlock } from '../plugin/record-block.ts';
import type { Gate } from './gate.ts';
import { buildPipeline } from './graph.ts';
import type { Around } from './graph.ts';
import type { EngineHooks } from './hooks.ts';
import type { Hosts } from './hosts.ts';
import { tellHeld } from './keeping.ts';
import { Merge } from './merge.ts';
import type { Pipeline } from './pipeline.ts';
import { progressOf } from './progress.ts';
import { isRead, isShared, livePipeline, runOf } from './run.ts';
import type { Run } from './run.ts';
import { ComponentError } from './sink-node.ts';
import { BATCHES_BETWEEN, FRAMES_BETWEEN, millisecondsApart } from './tempo.ts';
import { Watch } from './watch.ts';
import type { Withdrawal } from './withdrawal.ts';

/** How long a reader is kept waiting before sinks are brought up to date: as long as the sqlite sink lets attempts wait. */
const WAITED_MS = 100;

/** What runs of sources need of the engine, as it stands at any moment. */
export interface Hall {
  readonly config: ResolvedConfig;
  readonly around: Around;
  readonly delivery: Delivery | undefined;
  readonly hooks: EngineHooks;
  readonly hosts: Hosts;
  readonly gate: Gate;
  /** The end was asked for. */
  readonly stopped: boolean;
  /** The end has come: nothing more is taken in. */
  readonly ending: boolean;
  flush(): Promise<void>;
}

/** The sources under way: each is pumped into its pipeline, from its first frame to its last word. */
export class SourceRuns {
  readonly pipelines: Pipeline[] = [];
  readonly under = new Set<Run>();
  /** The first source that failed, where the others went on. */
  failure: ComponentError | undefined;
  /** Sources that failed, and that was told. */
  private readonly failedBefore = new Set<string>();
  private readonly hall: Hall;
  /** Of the live sources, which share a pipeline. */
  private readonly merge = new Merge();

  constructor(hall: Hall) {
    this.hall = hall;
  }

  /** From its first frame to its last word. Rejects with what makes it impossible to go on. */
  async run(component: SourceComponent): Promise<void> {
    const shared = component.definition.live === true ? livePipeline(this.under) : undefined;
    const pipeline = shared ?? buildPipeline(component, this.hall.around);
    const watch = new Watch(pipeline, component, {
      blindAfter: this.hall.config.blindAfter,
      failedBefore: this.failedBefore.delete(component.id),
      log: this.hall.hooks.log,
    });
    const run = runOf(component, pipeline, watch);
    if (shared === undefined) {
      this.pipelines.push(pipeline);
      this.hall.hooks.prepare?.(pipeline, component);
    }
    this.under.add(run);
    const { id, definition, options } = component;
    try {
      run.source = definition.create(options as never, {
        ...this.hall.hosts.of(id),
        notice: (notice) => watch.inlet.outlets.emit(notice),
      });
      await this.pump(run, run.source);
      await this.undisturbed(() => this.conclude(run));
    } catch (error) {
      await this.failed(
        run,
        error instanceof ComponentError ? error : new ComponentError(id, error),
      );
    } finally {
      this.under.delete(run);
      watch.close();
      if (![...this.under].some((other) => other.pipeline === pipeline)) pipeline.close();
      run.keeper?.close();
      await run.source?.close?.();
      run.closed.resolve();
    }
  }

  /** The last words on what a source brought. */
  async conclude(run: Run, why?: Withdrawal): Promise<void> {
    if (run.concluded) return;
    run.concluded = true;
    const { pipeline } = run;
    const ends = !isRead(pipeline, this.under);
    if (ends) await pipeline.end(why);
    this.deliver(pipeline, ends);
  }

  /** The others go on where somebody listens: unless it was a sink that failed under this source. */
  private async failed(run: Run, error: ComponentError): Promise<void> {
    if (run.dismissed) return;
    if (this.hall.hooks.sourceFailed === undefined || error.id !== run.component.id) throw error;
    this.failure ??= error;
    this.failedBefore.add(error.id);
    this.hall.hooks.sourceFailed(error);
    await this.undisturbed(() => {
      run.watch.failed(error.message);
      return this.conclude(run);
    });
  }

  private async undisturbed(step: () => Promise<void>): Promise<void> {
    await this.hall.gate.enter();
    try {
      await step();
    } finally {
      this.hall.gate.leave();
    }
  }

  private async pump(run: Run, source: Source): Promise<void> {
    const { pipeline, component } = run;
    const apart = millisecondsApart(component);
    const batch = new FrameBatch();
    const records = component.definition.live === true ? null : new RecordBlock();
    let batches = 0;
    let frames = 0;
    let looked = 0;
    const drains = source.stop !== undefined;
    for (
      let more = true;
      more && !(drains ? this.hall.ending : this.hall.stopped) && !run.concluded;
    ) {
      batch.count = 0;
      batch.now = Number.NaN;
      batch.records = pipeline.exchanges ? null : records;
      if (run.keeper !== undefined) batch.askNanos();
      const read = source.read(batch);
      more = typeof read === 'boolean' ? read : await this.patiently(read);
      const handedOn =
        this.under.size > 1 && isShared(pipeline, this.under)
          ? await this.merge.turn(batch.count > 0 ? batch.time[0] : batch.now)
          : undefined;
      await this.hall.gate.enter();
      try {
        if (run.concluded) break;
        run.watch.take(batch, source, run.keeper);
        run.reads++;
        const answered = pipeline.exchange();
        if (answered !== undefined) await answered;
        this.deliver(pipeline);
        const waited = apart === Number.POSITIVE_INFINITY ? 0 : performance.now() - looked;
        const since = run.watch.inlet.frames - frames;
        if (++batches % BATCHES_BETWEEN === 0 || since >= FRAMES_BETWEEN || waited >= apart) {
          frames += since;
          looked += waited;
          await this.breathe();
        }
      } finally {
        this.hall.gate.leave();
        handedOn?.();
      }
    }
    run.watch.end(source);
    this.report();
  }

  /** A source that keeps its reader waiting, such as a pipe: what was found so far need not wait with it. */
  private async patiently(read: Promise<boolean>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, WAITED_MS, 'late');
    });
    if ((await Promise.race([read, late])) === 'late') {
      await this.undisturbed(() => this.hall.flush());
    }
    clearTimeout(timer);
    return read;
  }

  /** Puts what sinks must be told on disk, and tells what the delivery has to say itself. */
  deliver(pipeline: Pipeline, ends = false): void {
    const { delivery } = this.hall;
    tellHeld(pipeline, delivery, ends);
    if (delivery === undefined) return;
    delivery.commit();
    for (const notice of delivery.notices.splice(0)) {
      const { last } = pipeline.intake;
      pipeline.inlets.emit({ ...notice, time: Number.isNaN(last) ? 0 : last });
    }
    delivery.commit();
  }

  /** Lets signals in, brings sinks up to date and moves the progress bar. */
  private async breathe(): Promise<void> {
    await this.hall.flush();
    this.report();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  private report(): void {
    if (this.hall.hooks.progress === undefined) return;
    const { done, total } = progressOf([...this.under].flatMap(({ source }) => source ?? []));
    const frames = this.pipelines.reduce((sum, pipeline) => sum + pipeline.intake.frames, 0);
    this.hall.hooks.progress(done, total, frames);
  }
}
