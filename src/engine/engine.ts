import type { ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { openDelivery } from '../delivery/open.ts';
import type { Source } from '../plugin/api.ts';
import { FrameBatch, InputError } from '../plugin/api.ts';
import { isKnownLinkType, linkTypeName } from '../wire/decoder.ts';
import { buildPipeline } from './graph.ts';
import type { Log } from './graph.ts';
import type { Pipeline } from './pipeline.ts';
import { ComponentError, SinkNode } from './sink-node.ts';

/** Batches between two looks at signals, sinks and the progress bar: some 65,000 frames. */
const BATCHES_BETWEEN = 64;

export interface EngineHooks {
  readonly log: Log;
  /** Bytes read of all files, bytes in all where known, frames. */
  progress?(done: number, total: number | null, frames: number): void;
  /** Called with each pipeline before its first frame. */
  prepare?(pipeline: Pipeline, source: SourceComponent): void;
}

/** Runs a configuration once: from its sources' first frame to its sinks' last flush. */
export class Engine {
  readonly pipelines: Pipeline[] = [];
  private readonly config: ResolvedConfig;
  private readonly hooks: EngineHooks;
  private readonly sinks = new Map<string, SinkNode>();
  private readonly sources = new Set<Source>();
  private delivery: Delivery | undefined;
  private stopped = false;

  constructor(config: ResolvedConfig, hooks: EngineHooks) {
    this.config = config;
    this.hooks = hooks;
  }

  /**
   * Resolves when all sources have ended, or `stop` was called, and the sinks
   * have taken everything. Rejects with what made it impossible to go on.
   */
  async run(): Promise<void> {
    try {
      this.openSinks();
      this.openOutbox();
      const paced = this.config.sources.filter((source) => isPaced(source));
      const unpaced = this.config.sources.filter((source) => !isPaced(source));
      await Promise.all([this.inTurn(unpaced), ...paced.map((source) => this.runSource(source))]);
      await this.flush();
      await this.delivery?.drain();
    } finally {
      this.stopped = true;
      await this.delivery?.close();
      await this.closeSinks();
    }
  }

  /** Drains: sources are read no further, what was read is brought to its end. */
  stop(): void {
    this.stopped = true;
    for (const source of this.sources) void source.close?.();
  }

  private openSinks(): void {
    for (const { id, definition, options } of this.config.sinks) {
      try {
        const host = {
          id,
          log: (level: Parameters<Log>[1], text: string) => this.hooks.log(id, level, text),
        };
        this.sinks.set(id, new SinkNode(id, definition.create(options as never, host)));
      } catch (error) {
        throw new ComponentError(id, error);
      }
    }
  }

  /** Where a sink's receiver may be away: what it must be told goes through the outbox. */
  private openOutbox(): void {
    const nodes = [...this.sinks.values()];
    const recipients = nodes.flatMap((node) => node.recipient ?? []);
    if (recipients.length === 0) return;
    this.delivery = openDelivery(this.config, recipients, this.hooks.log);
    for (const node of nodes) node.delivery = this.delivery;
    this.delivery.start();
  }

  private async closeSinks(): Promise<void> {
    let failure: unknown;
    for (const sink of this.sinks.values()) {
      try {
        await sink.close();
      } catch (error) {
        failure ??= error;
      }
    }
    this.sinks.clear();
    if (failure !== undefined) throw failure;
  }

  /** One file source after the other: their output stays in one order, run after run. */
  private async inTurn(sources: readonly SourceComponent[]): Promise<void> {
    for (const source of sources) await this.runSource(source);
  }

  private async runSource(component: SourceComponent): Promise<void> {
    const pipeline = buildPipeline(this.config, component, this.sinks, this.hooks.log);
    this.pipelines.push(pipeline);
    this.hooks.prepare?.(pipeline, component);
    const { id, definition, options } = component;
    const source = definition.create(options as never, {
      id,
      log: (level, text) => this.hooks.log(id, level, text),
      notice: (notice) => pipeline.outlets.emit(notice),
    });
    this.sources.add(source);
    try {
      await this.pump(source, pipeline, id, isPaced(component));
      pipeline.end();
      this.deliver(pipeline);
    } catch (error) {
      throw error instanceof ComponentError ? error : new ComponentError(id, error);
    } finally {
      this.sources.delete(source);
      pipeline.close();
      await source.close?.();
    }
  }

  private async pump(
    source: Source,
    pipeline: Pipeline,
    id: string,
    paced: boolean,
  ): Promise<void> {
    const batch = new FrameBatch();
    let known = 0;
    let batches = 0;
    for (let more = true; more && !this.stopped;) {
      batch.count = 0;
      const read = source.read(batch);
      more = typeof read === 'boolean' ? read : await read;
      if (source.interfaces.length !== known) {
        checkLinkTypes(source, pipeline, id, known);
        known = source.interfaces.length;
      }
      pipeline.process(batch, source.interfaces);
      this.deliver(pipeline);
      if (++batches % BATCHES_BETWEEN === 0 || paced) await this.breathe();
    }
    this.report();
  }

  /** Puts what sinks must be told on disk, and tells what the delivery has to say itself. */
  private deliver(pipeline: Pipeline): void {
    const { delivery } = this;
    if (delivery === undefined) return;
    for (const notice of delivery.notices.splice(0)) {
      const { last } = pipeline.intake;
      pipeline.outlets.emit({ ...notice, time: Number.isNaN(last) ? 0 : last });
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
    let done = 0;
    let total: number | null = 0;
    for (const source of this.sources) {
      const progress = source.progress?.();
      if (progress === undefined) continue;
      done += progress.done;
      total = total === null || progress.total === null ? null : total + progress.total;
    }
    const frames = this.pipelines.reduce((sum, pipeline) => sum + pipeline.intake.frames, 0);
    this.hooks.progress(done, total, frames);
  }
}

function isPaced(source: SourceComponent): boolean {
  const speed = source.options['speed'];
  return typeof speed === 'number' && speed > 0;
}

/** New places of capture: at least one must be of a link type that can be decoded. */
function checkLinkTypes(source: Source, pipeline: Pipeline, id: string, from: number): void {
  const all = source.interfaces;
  if (!all.some((place) => isKnownLinkType(place.linkType))) {
    const [{ name, linkType }] = all;
    throw new InputError(
      65,
      `${name}: ${linkTypeName(linkType)} can't be decoded; capture on another interface, or say its true link type with editcap -T`,
    );
  }
  const before = new Set(all.slice(0, from).map((place) => place.linkType));
  for (const { name, linkType } of all.slice(from)) {
    if (isKnownLinkType(linkType) || before.has(linkType)) continue;
    before.add(linkType);
    pipeline.outlets.emit({
      type: 'notice',
      code: 'unknown-link-type',
      time: Number.isNaN(pipeline.intake.last) ? 0 : pipeline.intake.last,
      text: `${id}: packets of ${linkTypeName(linkType)} are left out (${name}): that link type can't be decoded`,
    });
  }
}
