import type { PluginDefinition } from '../plugin/api.ts';
import { CHANGED_KEYS } from './changed.ts';
import type { PluginRegistry } from './resolved.ts';

/** A registry of these plugins; names are told in the order given. */
export function registryOf(
  plugins: readonly PluginDefinition[],
  changed = CHANGED_KEYS,
): PluginRegistry {
  return {
    changed,
    find: (kind, name) => plugins.find((plugin) => plugin.kind === kind && plugin.name === name),
    names: (kind) => plugins.filter((plugin) => plugin.kind === kind).map(({ name }) => name),
  };
}
