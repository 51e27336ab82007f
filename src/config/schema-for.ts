import { readBytes } from './load.ts';
import { pluginsNamedIn } from './named-plugins.ts';
import { schemaText } from './schema.ts';
import type { PluginRegistry } from './resolved.ts';

/**
 * The schema as it is for one configuration.
 * @param file left out: for any
 * @returns also what it knows nothing of, a sentence each
 * @throws ConfigError for a file that is not there
 */
export function schemaFor(
  file: string | undefined,
  registry: PluginRegistry,
): { readonly text: string; readonly missing: readonly string[] } {
  if (file === undefined) return { text: schemaText(registry), missing: [] };
  const written = new TextDecoder().decode(readBytes(file));
  const { plugins, missing } = pluginsNamedIn(written, file, registry);
  return { text: schemaText(registry, plugins), missing };
}
