import type {
  AnalyserComponent,
  Edge,
  ResolvedConfig,
  SinkComponent,
  SourceComponent,
} from '../config/resolved.ts';
import { defaultOptions } from '../config/defaults.ts';
import { STANDARD_CHAIN } from '../config/resolved.ts';
import { TABLE_DEFAULT } from '../flow/rules.ts';
import type { Micros } from '../model/attempt.ts';
import type { AnalyserDefinition, SinkDefinition } from '../plugin/api.ts';
import { bundled } from './registry.ts';

export interface ChainOptions {
  readonly source: SourceComponent;
  /** Whether incidents are told; without them their analyser is left out. */
  readonly incidents: boolean;
  /** Takes the chain's attempts, notices, incidents and endpoints, as far as it reads them. */
  readonly sink: SinkDefinition;
  /** Behind the chain, in their order; from where each reads is not looked at. */
  readonly more?: readonly AnalyserComponent[];
  /** See ResolvedConfig; left out, never. */
  readonly blindAfter?: Micros;
}

/** All that is told behind a source and analysers in a row; attempts as the last of a chain hands them on. */
function edgesBehind(source: string, last: string, analysers: readonly string[]): readonly Edge[] {
  const ids = [source, ...analysers];
  return [
    { from: source, topic: 'segment' },
    { from: last, topic: 'attempt' },
    ...ids.map((from) => ({ from, topic: 'notice' as const })),
    ...ids.map((from) => ({ from, topic: 'incident' as const })),
    { from: source, topic: 'endpoint' },
  ];
}

/** A configuration without a file: one source, the standard chain, one sink for all of it. */
export function chainConfig({
  source,
  incidents,
  sink,
  more = [],
  blindAfter = 0,
}: ChainOptions): ResolvedConfig {
  const { id } = source;
  const wanted = STANDARD_CHAIN.map(
    (name) => bundled.find('analyser', name) as AnalyserDefinition,
  ).filter(({ emits }) => incidents || !emits.includes('incident'));
  const ids = wanted.map(({ name }) => name);
  const chain = wanted.map((definition, i) => {
    const { name } = definition;
    return {
      id: name,
      kind: 'analyser' as const,
      definition,
      options: defaultOptions(definition.options),
      inputs: [{ from: i === 0 ? id : ids[i - 1], topic: 'attempt' as const }],
    };
  });
  const last = chain[chain.length - 1].id;
  const behind = more.map((component, i) => {
    const before = [...ids, ...more.slice(0, i).map((other) => other.id)];
    const { reads } = component.definition;
    const inputs = edgesBehind(id, last, before).filter(({ topic }) => reads.includes(topic));
    return { ...component, inputs };
  });
  const inputs = edgesBehind(id, last, [...ids, ...behind.map((component) => component.id)]);
  const taken: SinkComponent = {
    id: 'standard output',
    kind: 'sink',
    definition: sink,
    options: {},
    inputs: inputs.filter(({ topic }) => sink.reads.includes(topic)),
  };
  return {
    file: 'command line',
    folder: process.cwd(),
    sources: [source],
    analysers: [...chain, ...behind],
    sinks: [taken],
    flow: { table: TABLE_DEFAULT },
    blindAfter,
    state: null,
    forgets: true,
    pluginDirs: [],
    names: new Map(),
    silences: [],
    grouping: null,
  };
}
