import type { AnalyserComponent, ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import type { Vantage } from '../model/attempt.ts';
import { VANTAGES } from '../model/attempt.ts';
import type { Host, Topic } from '../plugin/api.ts';
import { AnalyserNode } from './nodes.ts';
import type { Outlets } from './nodes.ts';
import { Pipeline } from './pipeline.ts';
import type { SinkNode } from './sink-node.ts';

export type Log = (id: string, level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;

function host(id: string, log: Log): Host {
  return { id, log: (level, text) => log(id, level, text) };
}

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
      if (!(reader instanceof AnalyserNode)) outlets.incidents.push(reader);
      break;
    case 'notice':
      outlets.notices.push(reader);
      break;
    case 'segment':
      break; // taken from the flow stage when a component reads segments
  }
}

/** Whether any attempt of the source can reach the analyser. */
function reaches(
  source: SourceComponent,
  analyser: AnalyserComponent,
  made: ReadonlyMap<string, AnalyserNode>,
): boolean {
  return analyser.inputs.some(({ from }) => from === source.id || made.has(from));
}

/**
 * Builds one source's pipeline: every source has its own table, clock and
 * analysers, so that sources do not disturb each other's time.
 */
export function buildPipeline(
  config: ResolvedConfig,
  source: SourceComponent,
  sinks: ReadonlyMap<string, SinkNode>,
  log: Log,
): Pipeline {
  const pipeline = new Pipeline({
    source: source.id,
    table: config.flow.table,
    vantage: statedVantage(source.options),
    finite: true,
  });
  const made = new Map<string, AnalyserNode>();
  const outletsOf = (id: string): Outlets | undefined =>
    id === source.id ? pipeline.outlets : made.get(id)?.outlets;

  for (const component of config.analysers) {
    if (!reaches(source, component, made)) continue;
    const node: AnalyserNode = makeAnalyser(component, pipeline, log);
    made.set(component.id, node);
    for (const { from, topic } of component.inputs) {
      const outlets = outletsOf(from);
      if (outlets !== undefined) connect(outlets, topic, node);
    }
  }
  pipeline.setAnalysers([...made.values()]);
  endOfChain(config, pipeline, made).attempts.push(pipeline.book);
  // Those that deliver first: a message is in the outbox before any sink is told.
  const delivers = (id: string): boolean => sinks.get(id)?.recipient != null;
  const inOrder = config.sinks.toSorted((a, b) => Number(delivers(b.id)) - Number(delivers(a.id)));
  for (const component of inOrder) {
    const sink = sinks.get(component.id);
    for (const { from, topic } of component.inputs) {
      const outlets = outletsOf(from);
      if (outlets === undefined || sink === undefined) continue;
      connect(outlets, topic, sink);
      if (topic === 'attempt' && !sink.finalOnly) pipeline.hearAll();
      if (topic === 'attempt' && !sink.skipsLone) pipeline.hearLone();
    }
  }
  return pipeline;
}

function makeAnalyser(component: AnalyserComponent, pipeline: Pipeline, log: Log): AnalyserNode {
  const { definition, options, id } = component;
  // The instance needs its host, the host its node, the node its instance.
  let node: AnalyserNode | undefined;
  const instance = definition.create(
    options as never,
    {
      ...host(id, log),
      capture: pipeline,
      wakeAt: (time) => {
        if (node === undefined) return;
        node.wake = Math.min(node.wake, time);
        pipeline.wakeAt(time);
      },
    },
    (message) => node?.outlets.emit(message),
  );
  node = new AnalyserNode(id, instance);
  return node;
}

/** Where attempts have been through all analysers: endpoint verdicts are made of those. */
function endOfChain(
  config: ResolvedConfig,
  pipeline: Pipeline,
  made: ReadonlyMap<string, AnalyserNode>,
): Outlets {
  const handsOn = config.analysers.filter(
    (a) => made.has(a.id) && a.inputs.some((edge) => edge.topic === 'attempt'),
  );
  const end = handsOn.find(
    (a) => !handsOn.some((b) => b.inputs.some((e) => e.from === a.id && e.topic === 'attempt')),
  );
  return (end === undefined ? undefined : made.get(end.id)?.outlets) ?? pipeline.outlets;
}
