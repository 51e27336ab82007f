import { defaultOptions } from '../config/defaults.ts';
import { STANDARD_CHAIN } from '../config/resolved.ts';
import type { ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import { SETTINGS } from '../config/keys.ts';
import { chainConfig } from '../engine/chain-config.ts';
import { fileSource } from '../engine/read-config.ts';
import { bundled } from '../engine/registry.ts';
import type { OptionFault, SinkDefinition, SourceDefinition } from '../plugin/api.ts';
import type { OwnAnalysers } from './own-analysers.ts';
import type { WatchRequest } from './request.ts';
import { WrongOption } from './wrong-option.ts';

/**
 * What `watch` runs: interfaces or files as one source, the standard chain, the user's own analysers, one sink.
 * @returns also what is odd about this machine, for people
 * @throws WrongOption, or what `own` can't be loaded for
 */
export function watchConfigOf(
  request: WatchRequest,
  sink: SinkDefinition,
  own: Pick<OwnAnalysers, 'load'> | null,
): { readonly config: ResolvedConfig; readonly warnings: readonly string[] } {
  const { files, speed } = request;
  const live = files.length === 0;
  const faults = live ? faultsOf(request) : [];
  const wrong = faults.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new WrongOption(wrong);
  const source = live ? liveSource(request) : fileSource(files, 'auto', speed);
  const blindAfter = Number(defaultOptions(SETTINGS)['blind_after']);
  const more = own?.load([source.id, ...STANDARD_CHAIN]) ?? [];
  const config = chainConfig({ source, incidents: true, sink, more, blindAfter });
  const warnings = faults.map(({ message, hint }) =>
    hint === undefined ? message : `${message}; ${hint}`,
  );
  return { config, warnings };
}

function liveOptions({ interfaces, filter }: WatchRequest): Record<string, unknown> {
  return { ...defaultOptions(liveDefinition().options), interface: interfaces, filter };
}

function liveDefinition(): SourceDefinition {
  return bundled.find('source', 'live') as SourceDefinition;
}

function faultsOf(request: WatchRequest): readonly OptionFault[] {
  return liveDefinition().check?.(liveOptions(request) as never) ?? [];
}

function liveSource(request: WatchRequest): SourceComponent {
  const { interfaces } = request;
  return {
    id: interfaces.length === 1 ? interfaces[0] : 'live',
    kind: 'source',
    definition: liveDefinition(),
    options: liveOptions(request),
    inputs: [],
  };
}
