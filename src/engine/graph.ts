import type { AnalyserComponent, ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import type { AttemptView } from '../flow/view.ts';
import type { Vantage } from '../model/attempt.ts';
import { VANTAGES } from '../model/attempt.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Remembered } from '../delivery/remembered.ts';
import { ORIGINS_MOST } from '../flow/lone-lines.ts';
import { OptionError } from '../plugin/api.ts';
import type { JsonValue, Topic } from '../plugin/api.ts';
import type { Ledger } from '../telling/ledger.ts';
import { recall, TELLER } from '../telling/waiting.ts';
import { isAfar } from './afar.ts';
import { isSameComponent } from './changes.ts';
import { AnalyserNode } from './nodes.ts';
import type { Outlets } from './nodes.ts';
import type { Hosts } from './hosts.ts';
import { ownerOf, recallFiring } from './keeping.ts';
import { Pipeline } from './pipeline.ts';
import { ComponentError } from './sink-node.ts';
import type { SinkNode } from './sink-node.ts';

/** A vantage that the user stated, or null to tell it from the packets. */
function statedVantage(options: Readonly<Record<string, unknown>>): Vantage | null {
  return VANTAGES.find((vantage) => vantage === options['vantage']) ?? null;
}

function connect(outlets: Outlets, topic: Topic, reader: AnalyserNode | SinkNode): void {
  switch (topic) {
    case 'attempt':
      outlets.attempts.push(reader);
      break;
    case 'endpoint':
      if (!(reader instanceof AnalyserNode)) outlets.endpoints.push(reader);
      break;
    case 'incident':
      break; // goes through the teller
    case 'notice':
      outlets.notices.push(reader);
      break;
    case 'segment':
      if (reader instanceof AnalyserNode) outlets.segments.push(reader);
      break;
  }
}

/** Whether any attempt of the pipeline's sources can reach the analyser. */
function reaches(
  { inlets }: Pipeline,
  { inputs }: AnalyserComponent,
  made: ReadonlyMap<string, AnalyserNode>,
): boolean {
  return inputs.some(({ from }) => made.has(from) || inlets.all.some(({ id }) => id === from));
}

/** What a pipeline is made within. */
export interface Around {
  readonly config: ResolvedConfig;
  readonly sinks: ReadonlyMap<string, SinkNode>;
  readonly hosts: Hosts;
  /** Told of everything that anybody is told, once: for counting. */
  readonly witness?: Witness | undefined;
  /** What analysers of live sources knew before the restart. */
  readonly remembered?: Remembered | undefined;
  /** What people said; without it nobody said anything. */
  readonly ledger?: Ledger | undefined;
}

export interface Witness {
  incident(incident: Incident): void;
  notice(notice: Notice): void;
}

/**
 * Builds a source's pipeline: each capture has its own table, clock and
 * analysers, so that they do not disturb each other's time. All live sources
 * have one pipeline.
 */
export function buildPipeline(source: SourceComponent, around: Around): Pipeline {
  const pipeline = new Pipeline({
    source: source.id,
    table: around.config.flow.table,
    vantage: statedVantage(source.options),
    live: source.definition.live === true,
  });
  joinLive(pipeline, around.config);
  const made = makeAnalysers(pipeline, around);
  connectPipeline(pipeline, made, around);
  // A file begins anew each time, and tells everything again.
  if (!pipeline.finite && around.remembered !== undefined) {
    pipeline.teller.restore(recall(around.remembered.recall(TELLER), source.id));
    recallFiring(around.remembered, made, around.witness);
  }
  return pipeline;
}

/** Lets a configuration's live sources into their pipeline; no others into theirs. */
export function joinLive(pipeline: Pipeline, { sources }: ResolvedConfig): void {
  if (pipeline.finite) return;
  for (const { id, definition, options } of sources) {
    if (definition.live !== true) continue;
    pipeline.inlets.join({ id, vantage: statedVantage(options) });
    if (pipeline.inlets.all.length <= ORIGINS_MOST) continue;
    const text = `one live source too many: at most ${ORIGINS_MOST} since the start; give some of them several interfaces each`;
    throw new ComponentError(id, new OptionError(text));
  }
  if (pipeline.inlets.all.length > 1) pipeline.book.share();
}

/** Analysers for a pipeline, by id: those that it has and that are declared as before, and new ones. */
export function makeAnalysers(
  pipeline: Pipeline,
  around: Around,
): ReadonlyMap<string, AnalyserNode> {
  const made = new Map<string, AnalyserNode>();
  for (const component of around.config.analysers) {
    if (!reaches(pipeline, component, made)) continue;
    const kept = pipeline.chain.find((node) => isSameComponent(node.component, component));
    made.set(component.id, kept ?? makeAnalyser(component, pipeline, around));
  }
  return made;
}

/** Connects a pipeline's analysers and the sinks as a configuration says; between two batches also anew. */
export function connectPipeline(
  pipeline: Pipeline,
  made: ReadonlyMap<string, AnalyserNode>,
  { config, sinks, witness, ledger, remembered }: Around,
): void {
  pipeline.setAnalysers([...made.values()]);
  const outletsOf = (id: string): Outlets | undefined =>
    pipeline.inlets.find(id)?.outlets ?? made.get(id)?.outlets;

  const { teller } = pipeline;
  const memory = pipeline.finite ? undefined : remembered?.memoryOf(TELLER);
  teller.configure({ ...config, ledger, memory });
  for (const id of [...pipeline.inlets.all.map((inlet) => inlet.id), ...made.keys()]) {
    const outlets = outletsOf(id);
    outlets?.incidents.push({ ...teller.desk(id), delivers: true }, teller.register(id));
    if (witness !== undefined) outlets?.incidents.push(witness);
    if (witness !== undefined) outlets?.notices.push(witness);
  }
  for (const { id, inputs } of config.analysers) {
    const node = made.get(id);
    if (node === undefined) continue;
    for (const { from, topic } of inputs) {
      const outlets = outletsOf(from);
      if (outlets !== undefined) connect(outlets, topic, node);
    }
  }
  connectBook(config, pipeline, made);
  // Those that deliver first: a message is in the outbox before any sink is told.
  const delivers = (id: string): boolean => sinks.get(id)?.recipient != null;
  const inOrder = config.sinks.toSorted((a, b) => Number(delivers(b.id)) - Number(delivers(a.id)));
  for (const component of inOrder) {
    const sink = sinks.get(component.id);
    for (const { from, topic } of component.inputs) {
      const outlets = outletsOf(from);
      if (outlets === undefined || sink === undefined) continue;
      const node = made.get(from);
      if (topic === 'attempt' && node !== undefined) node.awaitedBy(sink);
      else connect(outlets, topic, sink);
      if (topic === 'incident') teller.connect(from, sink, delivers(component.id));
      if (topic === 'attempt' && !sink.finalOnly) pipeline.hearAll();
      if (topic === 'attempt' && !sink.skipsLone) pipeline.hearLone();
    }
  }
}

function makeAnalyser(
  component: AnalyserComponent,
  pipeline: Pipeline,
  { hosts, remembered }: Around,
): AnalyserNode {
  const { definition, options, id } = component;
  // The instance needs its host, the host its node, the node its instance.
  let node: AnalyserNode | undefined;
  const owner = ownerOf(component, pipeline);
  const memory =
    owner === null ? null : (remembered?.recall(owner) ?? new Map<string, JsonValue>());
  const instance = definition.create(
    options as never,
    {
      ...hosts.of(id),
      capture: pipeline,
      remembered: memory,
      wakeAt: (time) => {
        if (node === undefined) return;
        node.wake = Math.min(node.wake, time);
        pipeline.wakeAt(time);
      },
    },
    (message) => node?.outlets.emit(message),
  );
  node = new AnalyserNode(component, instance, pipeline.held);
  memory?.clear();
  const saves = instance.save !== undefined && !isAfar(instance);
  if (saves && definition.remembers === undefined) {
    throw new ComponentError(
      id,
      new Error(
        `${definition.name} has a 'save' and no 'remembers': state the version of what it saves`,
      ),
    );
  }
  return node;
}

/** Whether an analyser reads attempts of any such component. */
function reads({ inputs }: AnalyserComponent, isOne: (id: string) => boolean): boolean {
  return inputs.some(({ topic, from }) => topic === 'attempt' && isOne(from));
}

/** Has the book read each source's attempts where they have been through all analysers: endpoint verdicts are made of those. */
function connectBook(
  config: ResolvedConfig,
  pipeline: Pipeline,
  made: ReadonlyMap<string, AnalyserNode>,
): void {
  const { book, inlets } = pipeline;
  for (const [origin, { id, outlets }] of inlets.all.entries()) {
    const reached = new Set([id]);
    const chain: AnalyserComponent[] = [];
    for (const analyser of config.analysers) {
      if (!made.has(analyser.id) || !reads(analyser, (from) => reached.has(from))) continue;
      reached.add(analyser.id);
      chain.push(analyser);
    }
    const last = chain.find((a) => !chain.some((b) => reads(b, (from) => from === a.id)));
    const end = (last === undefined ? undefined : made.get(last.id)?.outlets) ?? outlets;
    const own = (view: AttemptView): void => {
      if (view.origin === origin) book.attempt(view);
    };
    end.attempts.push(inlets.all.length === 1 ? book : { finalOnly: book.finalOnly, attempt: own });
  }
}
