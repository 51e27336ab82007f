/** What a plugin says of its own options, told at their place in the text. */
import type { OptionFault, PluginDefinition } from '../plugin/api.ts';
import type { Span } from './fault-log.ts';
import type { Surroundings } from './options.ts';
import type { MapValue } from './value.ts';

/**
 * Asks the plugin, where all options are sound by themselves.
 * @param span where to tell faults of options that are left out
 */
export function askPlugin(
  definition: PluginDefinition,
  options: Readonly<Record<string, unknown>>,
  written: MapValue,
  span: Span,
  { log, look }: Surroundings,
): void {
  for (const fault of definition.check?.(options as never) ?? []) {
    const place = placeOf(fault, written) ?? span;
    const hint = fault.hint ?? null;
    if (fault.severity === 'error') log.error('bad-value', place, fault.message, hint);
    // Of this machine, and of this hour: for who asks, and not at each start.
    else if (look !== undefined) log.warning('doubtful-value', place, fault.message, hint);
  }
}

function placeOf({ option, item }: OptionFault, written: MapValue): Span | undefined {
  const value = written.entries.get(option)?.value;
  if (value?.kind !== 'list' || item === undefined) return value?.span;
  return value.items[item]?.span ?? value.span;
}
