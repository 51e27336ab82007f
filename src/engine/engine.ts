import type { ResolvedConfig, SinkComponent, SourceComponent } from '../config/resolved.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { outboxPath } from '../delivery/open.ts';
import type { SinkHealth } from '../plugin/api.ts';
import { changesBetween, isSameComponent } from './changes.ts';
import type { Changes } from './changes.ts';
import { Gate } from './gate.ts';
import { connectPipeline, joinLive, makeAnalysers } from './graph.ts';
import type { Around } from './graph.ts';
import type { EngineHooks } from './hooks.ts';
import { Hosts } from './hosts.ts';
import { keeperFor } from '../keep/keeper.ts';
import { saveAnalysers } from './keeping.ts';
import type { Pipeline } from './pipeline.ts';
import type { Run } from './run.ts';
import { stopSource } from './tempo.ts';
import type { SinkNode } from './sink-node.ts';
import { closeSinks, delivers, needsOutbox, openOutbox, openSink, serve } from './sink-side.ts';
import type { Sinks } from './sink-side.ts';
import { SourceRuns } from './source-runs.ts';
import type { Hall } from './source-runs.ts';
import { runAs } from '../outside/start.ts';
import { Turns } from './turns.ts';
import type { Watch } from './watch.ts';
import { withdrawalBy } from './withdrawal.ts';

interface Swapped {
  /** The sources that were ended. */
  readonly leaving: readonly Run[];
  readonly retried: readonly string[];
}

/** Runs a configuration once: from its sources' first frame to its sinks' last flush. */
export class Engine implements Hall {
  config: ResolvedConfig;
  readonly hooks: EngineHooks;
  /** What plugins count is here. */
  readonly hosts: Hosts;
  private sinks = new Map<string, SinkNode>();
  private readonly turns = new Turns(async (component) => this.sources.run(component));
  /** What keeps the engine from its end: sources, waiting ones too, and a reload. */
  private busy = 0;
  private readonly ended = Promise.withResolvers<void>();
  readonly gate = new Gate();
  private currentDelivery: Delivery | undefined;
  private readonly stopping = new AbortController();
  ending = false;
  private begun = false;
  private readonly sources: SourceRuns;

  constructor(config: ResolvedConfig, hooks: EngineHooks) {
    this.config = config;
    this.hooks = hooks;
    this.hosts = new Hosts(hooks.log);
    this.sources = new SourceRuns(this);
  }

  get pipelines(): readonly Pipeline[] {
    return this.sources.pipelines;
  }

  /**
   * Resolves when all sources have ended, or `stop` was called, and the sinks
   * have taken everything. Rejects with what made it impossible to go on.
   */
  async run(): Promise<void> {
    let asked = false;
    try {
      for (const { options } of this.config.sources) {
        if (process.getuid?.() === 0 && typeof options['user'] === 'string') runAs(options['user']);
      }
      for (const component of this.config.sinks) {
        this.sinks.set(component.id, this.openSink(component));
      }
      this.currentDelivery = openOutbox(this.config, this.sinks, this.hooks.log);
      serve(this.sinks, this.delivery);
      for (const source of this.config.sources) this.begin(source);
      this.begun = true;
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
    const { failure } = this.sources;
    if (failure !== undefined && !asked) throw failure;
  }

  /** Drains: sources take in nothing more, what was taken in is brought to its end. */
  stop(): void {
    this.stopping.abort();
    for (const { source } of this.sources.under) stopSource(source);
  }

  /** The end was asked for. */
  get stopped(): boolean {
    return this.stopping.signal.aborted;
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
    return new Map([...this.sources.under].map(({ component, watch }) => [component.id, watch]));
  }

  /** How often each live source was read that is under way, by id: again and again, whether or not it brings anything. */
  get reads(): ReadonlyMap<string, number> {
    const live = [...this.sources.under].filter(
      ({ component, concluded }) => component.definition.live === true && !concluded,
    );
    return new Map(live.map(({ component, reads }) => [component.id, reads]));
  }

  /** Sinks are open, and what they need; each source has begun, and live ones have opened what they capture on. */
  get stands(): boolean {
    return this.begun && this.going.size > 0 && [...this.reads.values()].every((n) => n > 0);
  }

  /** Ids of the sources that are being read, or wait for their turn. */
  get going(): ReadonlySet<string> {
    const ids = [...this.sources.under]
      .filter(({ concluded }) => !concluded)
      .map((run) => run.component.id);
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
      const { leaving, retried } = await this.swap(next, fresh);
      for (const source of next.sources) {
        if (isKept.has(source.id)) continue;
        const before = leaving.find((run) => run.component.id === source.id);
        if (before === undefined) this.begin(source);
        else this.track(before.closed.promise.then(() => this.begin(source)));
      }
      return { ...changes, retried };
    } catch (error) {
      for (const sink of fresh.values()) await this.attempt(sink.id, () => sink.close());
      throw error;
    } finally {
      this.gate.open();
      this.release();
    }
  }

  /** The part of a reload during which no pipeline runs. */
  private async swap(next: ResolvedConfig, fresh: Map<string, SinkNode>): Promise<Swapped> {
    const sinks = new Map(
      next.sinks.map(({ id }) => [id, fresh.get(id) ?? this.sinks.get(id)!] as const),
    );
    const around = { ...this.around, config: next, sinks };
    const isDeclared = (component: SourceComponent): boolean =>
      next.sources.some((source) => isSameComponent(source, component));
    const runs = [...this.sources.under].filter(({ concluded }) => !concluded);
    const staying = runs.filter(({ component }) => isDeclared(component));
    const leaving = runs.filter(({ component }) => !isDeclared(component));
    // What is changed begins with what was known up to now.
    const readBy = new Map(staying.map(({ pipeline, component }) => [pipeline, component]));
    for (const pipeline of readBy.keys()) await pipeline.settle(true);
    const plans = [...readBy].map(([pipeline, component]) => {
      if (this.delivery !== undefined) saveAnalysers(pipeline, this.delivery.remembered, true);
      joinLive(pipeline, next);
      return { pipeline, component, made: makeAnalysers(pipeline, around) };
    });
    const elsewhere = outboxPath(next) !== outboxPath(this.config);
    const opened = elsewhere ? openOutbox(next, sinks, this.hooks.log) : undefined;
    // From here on nothing that fails takes anything back.
    const nodes = plans.flatMap(({ pipeline, made }) =>
      pipeline.chain.filter((node) => made.get(node.id) === node),
    );
    const retriedSinks = [...sinks.values()].filter((sink) => !fresh.has(sink.id) && sink.retry());
    const retried = [
      ...new Set(nodes.flatMap((node) => (node.afar?.retry() === true ? node.id : []))),
      ...retriedSinks.map(({ id }) => id),
    ];
    for (const run of staying) {
      const source = next.sources.find(({ id }) => id === run.component.id);
      if (source !== undefined) run.keeper = keeperFor(source, run.keeper, run.watch.inlet.outlets);
    }
    for (const run of leaving) {
      run.dismissed = true;
      await this.attempt(run.component.id, () =>
        this.sources.conclude(run, withdrawalBy(next, run.component)),
      );
      void run.source?.close?.();
    }
    for (const { pipeline, component, made } of plans) {
      const gone = pipeline.chain.filter((node) => made.get(node.id) !== node);
      const why = withdrawalBy(next, component);
      await this.attempt(component.id, () => pipeline.dismiss(gone, why));
      this.sources.deliver(pipeline);
    }
    const old = [...this.sinks.values()].filter((sink) => sinks.get(sink.id) !== sink);
    for (const sink of old) await this.attempt(sink.id, () => sink.flush());
    const others = [...old, ...fresh.values(), ...retriedSinks].some(delivers);
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
    for (const pipeline of this.sources.pipelines.splice(0)) {
      if (pipeline.inlets.all.some(({ id }) => declared.has(id)))
        this.sources.pipelines.push(pipeline);
      else this.hooks.retired?.(pipeline);
    }
    for (const { watch } of staying) watch.follow(next.blindAfter);
    this.sinks = sinks;
    this.config = next;
    return { leaving, retried };
  }

  private openSink(component: SinkComponent): SinkNode {
    const names = (): ResolvedConfig['names'] => this.config.names;
    const live = (): boolean => this.config.sources.some((one) => one.definition.live === true);
    return openSink(component, this.hosts.of(component.id), names, this.stopping.signal, live);
  }

  get around(): Around {
    const { config, sinks, hooks, hosts } = this;
    const { witness } = hooks;
    const remembered = this.delivery?.remembered;
    return { config, sinks, hosts, witness, remembered, ledger: hooks.ledger?.() };
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

  async flush(): Promise<void> {
    for (const sink of this.sinks.values()) await sink.flush();
  }
}
