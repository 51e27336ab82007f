import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ResolvedConfig, SinkComponent, SourceComponent } from '../config/resolved.ts';
import { defaultOptions } from '../config/defaults.ts';
import { STANDARD_CHAIN } from '../config/resolved.ts';
import { TABLE_DEFAULT } from '../flow/rules.ts';
import type { AnalyserDefinition, SinkDefinition, SourceDefinition } from '../plugin/api.ts';
import { bundled } from './registry.ts';

export interface ChainOptions {
  readonly source: SourceComponent;
  /** Whether incidents are told; without them their analyser is left out. */
  readonly incidents: boolean;
  /** Takes the chain's attempts, incidents and notices, and the endpoints. */
  readonly sink: SinkDefinition;
}

export interface ReadOptions extends Omit<ChainOptions, 'source'> {
  readonly files: readonly string[];
  readonly vantage: string;
}

/** What records call their source: the file's name; `stdin`; `files` for several in one. */
function sourceId(files: readonly string[]): string {
  if (files.length > 1) return 'files';
  const [file] = files;
  if (file === '-') return 'stdin';
  return /[*?[]/u.test(file) && !existsSync(file) ? 'files' : basename(file);
}

/** What `read` runs: the files as one source, the standard chain, one sink for all of it. */
export function readConfigOf({ files, vantage, incidents, sink }: ReadOptions): ResolvedConfig {
  const source: SourceComponent = {
    id: sourceId(files),
    kind: 'source',
    definition: bundled.find('source', 'pcap') as SourceDefinition,
    options: { path: files, vantage, speed: 0 },
    inputs: [],
  };
  return chainConfig({ source, incidents, sink });
}

/** One source, the standard chain, one sink for all of it: what commands run without a file. */
export function chainConfig({ source, incidents, sink }: ChainOptions): ResolvedConfig {
  const { id } = source;
  const wanted = STANDARD_CHAIN.map(
    (name) => bundled.find('analyser', name) as AnalyserDefinition,
  ).filter(({ emits }) => incidents || !emits.includes('incident'));
  const names = wanted.map(({ name }) => name);
  const chain = wanted.map((definition, i) => {
    const { name } = definition;
    return {
      id: name,
      kind: 'analyser' as const,
      definition,
      options: defaultOptions(definition.options),
      inputs: [{ from: i === 0 ? id : names[i - 1], topic: 'attempt' as const }],
    };
  });
  const last = chain[chain.length - 1].id;
  const taken: SinkComponent = {
    id: 'standard output',
    kind: 'sink',
    definition: sink,
    options: {},
    inputs: [
      { from: last, topic: 'attempt' },
      ...[id, ...names].map((from) => ({ from, topic: 'notice' as const })),
      ...[id, ...names].map((from) => ({ from, topic: 'incident' as const })),
      { from: id, topic: 'endpoint' },
    ],
  };
  return {
    file: 'command line',
    folder: process.cwd(),
    sources: [source],
    analysers: chain,
    sinks: [taken],
    flow: { table: TABLE_DEFAULT },
    blindAfter: 0,
    state: null,
    pluginDirs: [],
    names: new Map(),
    silences: [],
    grouping: null,
  };
}
