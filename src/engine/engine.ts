import type { ResolvedConfig, SinkComponent, SourceComponent } from '../config/resolved.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { outboxPath } from '../delivery/open.ts';
import type { SinkHealth, Source } from '../plugin/api.ts';
import { FrameBatch } from '../plugin/api.ts';
import { changesBetween, isSameComponent } from './changes.ts';
import type { Changes } from './changes.ts';
import { Gate } from './gate.ts';
import { buildPipeline, connectPipeline, joinLive, makeAnalysers } from './graph.ts';
import type { Around } from './graph.ts';
import type { EngineHooks } from './hooks.ts';
import { keeperFor } from '../keep/keeper.ts';
import { saveAnalysers, tellHeld } from './keeping.ts';
import type { Pipeline } from './pipeline.ts';
import { isRead, livePipeline, runOf } from './run.ts';
import type { Run } from './run.ts';
import { progressOf } from './progress.ts';
import { BATCHES_BETWEEN, millisecondsApart, stopSource } from './tempo.ts';
import { ComponentError } from './sink-node.ts';
import type { SinkNode } from './sink-node.ts';
import { closeSinks, delivers, needsOutbox, openOutbox, openSink, serve } from './sink-side.ts';
import type { Sinks } from './sink-side.ts';
import { Turns } from './turns.ts';
import { Watch } from './watch.ts';
import { withdrawalBy, type Withdrawal } from './withdrawal.ts';

/** Runs a configuration once: from its sources' first frame to its sinks' last flush. */
export class Engine {
  readonly pipelines: Pipeline[] = [];
  private config: ResolvedConfig;
  private readonly hooks: EngineHooks;
  private sinks = new Map<string, SinkNode>();
  private readonly runs = new Set<Run>();
  private readonly turns = new Turns(async (component) => this.runSource(component));
  /** What keeps the engine from its end: sources, waiting ones too, and a reload. */
  private busy = 0;
  private readonly ended = Promise.withResolvers<void>();
  private readonly gate = new Gate();
  private currentDelivery: Delivery | undefined;
  private failure: ComponentError | undefined;
  /** Sources that failed, and that was told. */
  private readonly failedBefore = new Set<string>();
  private readonly stopping = new AbortController();
  private ending = false;

  constructor(config: ResolvedConfig, hooks: EngineHooks) {
    this.config = config;
    this.hooks = hooks;
  }

  /**
   * Resolves when all sources have ended, or `stop` was called, and the sinks
   * have taken everything. Rejects with what made it impossible to go on.
   */
  async run(): Promise<void> {
    let asked = false;
    try {
      for (const component of this.config.sinks) {
        this.sinks.set(component.id, this.openSink(component));
      }
      this.currentDelivery = openOutbox(this.config, this.sinks, this.hooks.log);
      serve(this.sinks, this.delivery);
      for (const source of this.config.sources) this.begin(source);
      await this.ended.promise;
      asked = this.stopping.signal.aborted;
      this.ending = true;
      await this.flush();
      await this.delivery?.drain();
    } finally {
      this.ending = true;
      this.stop();
      await this.delivery?.close();
      await closeSinks(this.sinks);
      this.sinks.clear();
    }
    // Who asked for the end was told of the failure before.
    if (this.failure !== undefined && !asked) throw this.failure;
  }

  /** Drains: sources take in nothing more, what was taken in is brought to its end. */
  stop(): void {
    this.stopping.abort();
    for (const { source } of this.runs) stopSource(source);
  }

  /** By id, of those that say. */
  get sinkHealth(): ReadonlyMap<string, SinkHealth> {
    return new Map([...this.sinks].flatMap(([id, { health }]) => (health ? [[id, health]] : [])));
  }

  /** What serves the sinks whose receivers may be away, where there are any. */
  get delivery(): Delivery | undefined {
    return this.currentDelivery;
  }

  /** What is watched of the sources that are being read, by id. */
  get watches(): ReadonlyMap<string, Watch> {
    return new Map([...this.runs].map(({ component, watch }) => [component.id, watch]));
  }

  /** Ids of the sources that are being read, or wait for their turn. */
  get going(): ReadonlySet<string> {
    const ids = [...this.runs].filter(({ concluded }) => !concluded).map((run) => run.component.id);
    return new Set([...ids, ...this.turns.waiting.map(({ id }) => id)]);
  }

  /**
   * Goes on with another configuration. Components that are declared as before
   * keep their state; a source among them that has ended stays ended. What is
   * changed or gone says its last words to the sinks as they were; then what is
   * new begins.
   * @throws what can't be opened; then nothing has changed
   */
  async reload(next: ResolvedConfig): Promise<Changes> {
    if (this.ending) throw new Error('the end has begun: nothing is reloaded');
    this.busy++;
    const changes = changesBetween(this.config, next);
    const isKept = new Set(changes.kept);
    const fresh = new Map<string, SinkNode>();
    try {
      for (const component of next.sinks) {
        if (!isKept.has(component.id)) fresh.set(component.id, this.openSink(component));
      }
      await this.gate.close();
      const leaving = await this.swap(next, fresh);
      for (const source of next.sources) {
        if (isKept.has(source.id)) continue;
        const before = leaving.find((run) => run.component.id === source.id);
        if (before === undefined) this.begin(source);
        else this.track(before.closed.promise.then(() => this.begin(source)));
      }
      return changes;
    } catch (error) {
      for (const sink of fresh.values()) await this.attempt(sink.id, () => sink.close());
      throw error;
    } finally {
      this.gate.open();
      this.release();
    }
  }

  /** The part of a reload during which no pipeline runs. @returns the sources that were ended */
  private async swap(next: ResolvedConfig, fresh: Map<string, SinkNode>): Promise<readonly Run[]> {
    const sinks = new Map(
      next.sinks.map(({ id }) => [id, fresh.get(id) ?? this.sinks.get(id)!] as const),
    );
    const around = { ...this.around, config: next, sinks };
    const isDeclared = (component: SourceComponent): boolean =>
      next.sources.some((source) => isSameComponent(source, component));
    const runs = [...this.runs].filter(({ concluded }) => !concluded);
    const staying = runs.filter(({ component }) => isDeclared(component));
    const leaving = runs.filter(({ component }) => !isDeclared(component));
    // What is changed begins with what was known up to now.
    const readBy = new Map(staying.map(({ pipeline, component }) => [pipeline, component]));
    const plans = [...readBy].map(([pipeline, component]) => {
      if (this.delivery !== undefined) saveAnalysers(pipeline, this.delivery.remembered, true);
      joinLive(pipeline, next);
      return { pipeline, component, made: makeAnalysers(pipeline, around) };
    });
    const elsewhere = outboxPath(next) !== outboxPath(this.config);
    const opened = elsewhere ? openOutbox(next, sinks, this.hooks.log) : undefined;
    // From here on nothing that fails takes anything back.
    for (const run of staying) {
      const source = next.sources.find(({ id }) => id === run.component.id);
      if (source !== undefined) run.keeper = keeperFor(source, run.keeper, run.watch.inlet.outlets);
    }
    for (const run of leaving) {
      run.dismissed = true;
      await this.attempt(run.component.id, () =>
        this.conclude(run, withdrawalBy(next, run.component)),
      );
      void run.source?.close?.();
    }
    for (const { pipeline, component, made } of plans) {
      const gone = pipeline.chain.filter((node) => made.get(node.id) !== node);
      const why = withdrawalBy(next, component);
      await this.attempt(component.id, () => pipeline.dismiss(gone, why));
      this.deliver(pipeline);
    }
    const old = [...this.sinks.values()].filter((sink) => sinks.get(sink.id) !== sink);
    for (const sink of old) await this.attempt(sink.id, () => sink.flush());
    const others = old.some(delivers) || [...fresh.values()].some(delivers);
    const needed = needsOutbox(next, sinks) !== (this.delivery !== undefined);
    if (elsewhere || others || needed) {
      // What waits in memory, or in a database that nobody will open again, goes out now or never.
      const last = elsewhere || outboxPath(this.config) === null;
      if (last) await this.attempt('outbox', () => this.delivery?.drain());
      this.delivery?.commit();
      if (this.delivery !== undefined) opened?.remembered.inherit(this.delivery.remembered);
      await this.delivery?.close();
      this.currentDelivery = opened ?? this.reopenOutbox(next, sinks);
      serve(sinks, this.delivery);
    }
    const { remembered } = this.delivery ?? {};
    for (const { pipeline, made } of plans) {
      connectPipeline(pipeline, made, { ...around, remembered });
    }
    for (const sink of old) await this.attempt(sink.id, () => sink.close());
    const kept = [...sinks.values()].filter(({ id }) => !fresh.has(id));
    for (const sink of kept) await this.attempt(sink.id, () => sink.reopen());
    this.turns.keep(isDeclared);
    const declared = new Set(
      this.config.sources.filter((one) => isDeclared(one)).map(({ id }) => id),
    );
    for (const pipeline of this.pipelines.splice(0)) {
      if (pipeline.inlets.all.some(({ id }) => declared.has(id))) this.pipelines.push(pipeline);
      else this.hooks.retired?.(pipeline);
    }
    for (const { watch } of staying) watch.follow(next.blindAfter);
    this.sinks = sinks;
    this.config = next;
    return leaving;
  }

  private openSink(component: SinkComponent): SinkNode {
    const names = (): ResolvedConfig['names'] => this.config.names;
    return openSink(component, this.hooks.log, names, this.stopping.signal);
  }

  private get around(): Around {
    const { config, sinks, hooks } = this;
    const { log, witness } = hooks;
    const remembered = this.delivery?.remembered;
    return { config, sinks, log, witness, remembered, ledger: hooks.ledger?.() };
  }

  /** The same database once more, for other sinks. Without it nothing can go on. */
  private reopenOutbox(config: ResolvedConfig, sinks: Sinks): Delivery | undefined {
    try {
      return openOutbox(config, sinks, this.hooks.log);
    } catch (error) {
      this.ended.reject(error);
      throw error;
    }
  }

  /** What fails here is said, and stops nothing. */
  private async attempt(id: string, step: () => unknown): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.hooks.log(id, 'error', error instanceof Error ? error.message : String(error));
    }
  }

  private begin(component: SourceComponent): void {
    const work = this.turns.begin(component);
    if (work !== undefined) this.track(work);
  }

  private track(work: Promise<void>): void {
    this.busy++;
    work.then(
      () => this.release(),
      (error: unknown) => this.ended.reject(error),
    );
  }

  private release(): void {
    this.busy--;
    if (this.busy === 0) this.ended.resolve();
  }

  private async runSource(component: SourceComponent): Promise<void> {
    const shared = component.definition.live === true ? livePipeline(this.runs) : undefined;
    const pipeline = shared ?? buildPipeline(component, this.around);
    const watch = new Watch(pipeline, component, {
      blindAfter: this.config.blindAfter,
      failedBefore: this.failedBefore.delete(component.id),
      log: this.hooks.log,
    });
    const run = runOf(component, pipeline, watch);
    if (shared === undefined) {
      this.pipelines.push(pipeline);
      this.hooks.prepare?.(pipeline, component);
    }
    this.runs.add(run);
    const { id, definition, options } = component;
    try {
      run.source = definition.create(options as never, {
        id,
        log: (level, text) => this.hooks.log(id, level, text),
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
      this.runs.delete(run);
      watch.close();
      if (![...this.runs].some((other) => other.pipeline === pipeline)) pipeline.close();
      run.keeper?.close();
      await run.source?.close?.();
      run.closed.resolve();
    }
  }

  /** The last words on what a source brought. */
  private conclude(run: Run, why?: Withdrawal): void {
    if (run.concluded) return;
    run.concluded = true;
    const { pipeline } = run;
    const ends = !isRead(pipeline, this.runs);
    if (ends) pipeline.end(why);
    this.deliver(pipeline, ends);
  }

  /** The others go on where somebody listens: unless it was a sink that failed under this source. */
  private async failed(run: Run, error: ComponentError): Promise<void> {
    if (run.dismissed) return;
    if (this.hooks.sourceFailed === undefined || error.id !== run.component.id) throw error;
    this.failure ??= error;
    this.failedBefore.add(error.id);
    this.hooks.sourceFailed(error);
    await this.undisturbed(() => {
      run.watch.failed(error.message);
      this.conclude(run);
    });
  }

  private async undisturbed(step: () => void): Promise<void> {
    await this.gate.enter();
    try {
      step();
    } finally {
      this.gate.leave();
    }
  }

  private async pump(run: Run, source: Source): Promise<void> {
    const { pipeline, component } = run;
    const apart = millisecondsApart(component);
    const batch = new FrameBatch();
    let batches = 0;
    let looked = 0;
    const drains = source.stop !== undefined;
    for (
      let more = true;
      more && !(drains ? this.ending : this.stopping.signal.aborted) && !run.concluded;
    ) {
      batch.count = 0;
      batch.now = Number.NaN;
      if (run.keeper !== undefined) batch.askNanos();
      const read = source.read(batch);
      more = typeof read === 'boolean' ? read : await read;
      await this.gate.enter();
      try {
        if (run.concluded) break;
        run.watch.take(batch, source, run.keeper);
        this.deliver(pipeline);
        const waited = apart === Number.POSITIVE_INFINITY ? 0 : performance.now() - looked;
        if (++batches % BATCHES_BETWEEN === 0 || waited >= apart) {
          looked += waited;
          await this.breathe();
        }
      } finally {
        this.gate.leave();
      }
    }
    run.watch.end(source);
    this.report();
  }

  /** Puts what sinks must be told on disk, and tells what the delivery has to say itself. */
  private deliver(pipeline: Pipeline, ends = false): void {
    const { delivery } = this;
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
    await this.flush();
    this.report();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  private async flush(): Promise<void> {
    for (const sink of this.sinks.values()) await sink.flush();
  }

  private report(): void {
    if (this.hooks.progress === undefined) return;
    const { done, total } = progressOf([...this.runs].flatMap(({ source }) => source ?? []));
    const frames = this.pipelines.reduce((sum, pipeline) => sum + pipeline.intake.frames, 0);
    this.hooks.progress(done, total, frames);
  }
}
