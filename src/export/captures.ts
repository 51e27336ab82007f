/** Where an incident's packets may still be: what its sources kept, or the captures that they read. */
import { defaultOptions } from '../config/defaults.ts';
import type { ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import { bundled } from '../engine/registry.ts';
import { ringPaths } from '../keep/ring.ts';
import type { SourceDefinition } from '../plugin/api.ts';

/** Captures that count as one. */
export interface Captures {
  /** Id of the source; `null` where they were named on the command line. */
  readonly source: string | null;
  /** Files and wildcards. */
  readonly paths: readonly string[];
  /** Outstanding attempts that the table holds at most. */
  readonly table: number | null;
  /** Our own files: the last one may still be written to. */
  readonly ring: boolean;
  readonly definition: SourceDefinition;
  readonly options: Readonly<Record<string, unknown>>;
}

function pcap(): SourceDefinition {
  return bundled.find('source', 'pcap') as SourceDefinition;
}

function capturesAt(paths: readonly string[]): Pick<Captures, 'definition' | 'options' | 'paths'> {
  const definition = pcap();
  return { definition, options: { ...defaultOptions(definition.options), path: paths }, paths };
}

/** Those of the command line. */
export function namedCaptures(paths: readonly string[]): Captures {
  return { source: null, table: null, ring: false, ...capturesAt(paths) };
}

/** What can be read again of a source; or why nothing can, as a sentence. */
export function capturesOf(
  component: SourceComponent,
  { flow }: ResolvedConfig,
): Captures | string {
  const { id, definition, options, keep } = component;
  if (keep !== undefined) {
    const kept = ringPaths(keep.path, id);
    if (kept.length === 0) return `source '${id}' has kept nothing in ${keep.path}`;
    return { source: id, table: flow.table, ring: true, ...capturesAt(kept) };
  }
  if (definition !== pcap()) {
    return `source '${id}' keeps no packets; 'keep: { path: FOLDER }' lets it do so from now on`;
  }
  const written = options['path'];
  const paths = Array.isArray(written) ? written.map(String) : [];
  if (paths.includes('-')) return `source '${id}' reads standard input, which is gone`;
  return { source: id, table: flow.table, ring: false, ...capturesAt(paths) };
}
