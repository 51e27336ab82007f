import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import type { SinkDefinition, SourceDefinition } from '../plugin/api.ts';
import { chainConfig } from './chain-config.ts';
import { bundled } from './registry.ts';

export interface ReadOptions {
  readonly files: readonly string[];
  readonly vantage: string;
  /** Whether incidents are told; without them their analyser is left out. */
  readonly incidents: boolean;
  /** Takes the chain's attempts, notices and endpoints. */
  readonly sink: SinkDefinition;
}

/** What records call their source: the file's name; `stdin`; `files` for several in one. */
function sourceId(files: readonly string[]): string {
  if (files.length > 1) return 'files';
  const [file] = files;
  if (file === '-') return 'stdin';
  return /[*?[]/u.test(file) && !existsSync(file) ? 'files' : basename(file);
}

/**
 * Capture files as one source.
 * @param speed of playing: 1 as they were recorded, 0 as fast as it goes
 */
export function fileSource(
  files: readonly string[],
  vantage: string,
  speed: number,
): SourceComponent {
  return {
    id: sourceId(files),
    kind: 'source',
    definition: bundled.find('source', 'pcap') as SourceDefinition,
    options: { path: files, vantage, speed },
    inputs: [],
  };
}

/** What `read` runs: the files as one source, the standard chain, one sink for all of it. */
export function readConfigOf({ files, vantage, incidents, sink }: ReadOptions): ResolvedConfig {
  const source = fileSource(files, vantage, 0);
  return chainConfig({ source, incidents, sink });
}
