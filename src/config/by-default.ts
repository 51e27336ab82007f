/** A plugin that no configuration gives options: all by default. */
import type { PluginDefinition } from '../plugin/api.ts';
import { FaultLog, TOP } from './fault-log.ts';
import type { Fault } from './fault.ts';
import { decodeOptions } from './options.ts';
import { askPlugin } from './own-check.ts';
import type { MapValue } from './value.ts';

const NOTHING: MapValue = { kind: 'map', entries: new Map(), partial: false, span: TOP };

/**
 * Options as `create` takes them, and what is wrong with them: such as one that has no default.
 * @param folder absolute; relative paths start here
 */
export function optionsByDefault(
  definition: PluginDefinition,
  folder = process.cwd(),
): { readonly options: Readonly<Record<string, unknown>>; readonly faults: readonly Fault[] } {
  const log = new FaultLog('', '');
  const unknown = { code: 'unknown-option', noun: 'an option' };
  const owner = { name: definition.name, span: TOP, reserved: [], unknown };
  const options = decodeOptions(definition.options, NOTHING, owner, { folder, log });
  askPlugin(definition, options, NOTHING, TOP, { folder, log });
  return { options, faults: log.sorted() };
}
