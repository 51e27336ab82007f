/** What the daemon's sides of sources, analysers and sinks have in common. */
import type { Host } from '../plugin/api.ts';
import type { Declared } from './declared.ts';
import type { Grants } from './grants.ts';
import type { Create } from './messages.ts';
import { PROTOCOL } from './messages.ts';
import { Reporter } from './reporter.ts';
import type { PluginFiles } from './start.ts';

/** A plugin, and what it may do. */
export interface Origin {
  readonly declared: Declared;
  readonly files: PluginFiles;
  readonly grants: Grants;
}

/** What an analyser's instance begins with besides. */
type Known = Pick<Create, 'facts' | 'remembered' | 'places'>;

const NOTHING: Known = { facts: null, remembered: null };

export function createMessage(
  { files }: Origin,
  id: string,
  options: object,
  known: Known = NOTHING,
): Create {
  return {
    is: 'create',
    protocol: PROTOCOL,
    file: files.entry,
    id,
    options: { ...options },
    ...known,
  };
}

export function reporterOf({ declared }: Origin, host: Host): Reporter {
  return new Reporter(host.id, declared.name, (level, text) => host.log(level, text));
}
