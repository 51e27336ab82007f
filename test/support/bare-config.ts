import type { ResolvedConfig } from '../../src/config/resolved.ts';

/** A configuration that says nothing but what flows where. */
export const BARE: Omit<ResolvedConfig, 'sources' | 'analysers' | 'sinks'> = {
  file: 'test',
  folder: process.cwd(),
  flow: { table: 10_000 },
  blindAfter: 0,
  state: null,
  pluginDirs: [],
  names: new Map(),
  silences: [],
  grouping: null,
};
