/** Runs a capture through the engine with one plugin in it. */
import type { Edge, ResolvedConfig, SourceComponent } from '../../config/resolved.ts';
import { Engine } from '../../engine/engine.ts';
import { chainConfig } from '../../engine/chain-config.ts';
import type { AnalyserDefinition, SinkDefinition, SourceDefinition } from '../api.ts';
import { defineSink } from '../api.ts';

/** A source with its options, decoded. */
export interface Feed {
  readonly definition: SourceDefinition;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Played<D> {
  readonly definition: D;
  /** As `create` takes them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the plugin says on its log: shown to whoever checks it. */
export type Log = (id: string, level: string, text: string) => void;

/** Its id; those of the standard chain are the names of plugins, and it may be one of them. */
export const PLUGIN = 'this plugin';

const quiet = defineSink({
  api: 1,
  name: 'nothing',
  doc: 'Takes everything and does nothing.',
  options: {},
  reads: ['attempt', 'endpoint', 'incident', 'notice'],
  create: () => ({}),
});

function sourceOf({ definition, options }: Feed): SourceComponent {
  return { id: 'capture', kind: 'source', definition, options, inputs: [] };
}

/** The standard chain, the analyser behind it, and a sink that takes what both tell. */
export async function playAnalyser(
  feed: Feed,
  { definition, options }: Played<AnalyserDefinition>,
  log: Log,
): Promise<void> {
  const base = chainConfig({ source: sourceOf(feed), incidents: true, sink: quiet });
  const id = PLUGIN;
  const last = base.analysers[base.analysers.length - 1].id;
  const notices = base.analysers.map(({ id: from }): Edge => ({ from, topic: 'notice' }));
  const segments: Edge = { from: base.sources[0].id, topic: 'segment' };
  const inputs: Edge[] = [
    { from: last, topic: 'attempt' },
    ...(definition.reads.includes('segment') ? [segments] : []),
    ...(definition.reads.includes('notice') ? notices : []),
  ];
  const told = definition.emits.map((topic): Edge => ({ from: id, topic }));
  const [sink] = base.sinks;
  await run(
    {
      ...base,
      analysers: [...base.analysers, { id, kind: 'analyser', definition, options, inputs }],
      sinks: [{ ...sink, inputs: [...sink.inputs, { from: id, topic: 'attempt' }, ...told] }],
    },
    log,
  );
}

/** The standard chain, and the sink, which gets all topics that it reads. */
export async function playSink(
  feed: Feed,
  { definition, options }: Played<SinkDefinition>,
  log: Log,
): Promise<void> {
  const base = chainConfig({ source: sourceOf(feed), incidents: true, sink: definition });
  const [sink] = base.sinks;
  const inputs = sink.inputs.filter(({ topic }) => definition.reads.includes(topic));
  await run({ ...base, sinks: [{ ...sink, id: PLUGIN, options, inputs }] }, log);
}

async function run(config: ResolvedConfig, log: Log): Promise<void> {
  await new Engine(config, { log }).run();
}
