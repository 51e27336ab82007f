/** The plugins from outside that a configuration names, for its schema: whatever else is wrong with it. */
import { dirname, resolve } from 'node:path';
import type { PluginDefinition } from '../plugin/api.ts';
import { NO_GRANTS } from '../outside/grants.ts';
import { KIND_OF, PLUGIN_FILE } from './components.ts';
import { parseValues } from './document.ts';
import { FaultLog } from './fault-log.ts';
import { SECTIONS } from './keys.ts';
import type { ComponentKind, PluginRegistry } from './resolved.ts';
import { filesIn } from './secret-file.ts';
import type { MapValue, Value } from './value.ts';

/** A plugin as it is named. */
export interface NamedPlugin {
  /** As `use` has it: `./mine.ts`. */
  readonly use: string;
  readonly definition: PluginDefinition;
}

export interface NamedPlugins {
  readonly plugins: readonly NamedPlugin[];
  /** A sentence each: what can't be loaded. */
  readonly missing: readonly string[];
}

function entriesOf(value: Value | undefined): [string, Value][] {
  if (value?.kind !== 'map') return [];
  return [...value.entries].map(([key, entry]) => [key, entry.value]);
}

function textsOf(value: Value | undefined): string[] {
  const items = value?.kind === 'list' ? value.items : [value];
  return items.flatMap((item) =>
    item?.kind === 'scalar' && typeof item.value === 'string' ? item.value : [],
  );
}

/** Each plugin that `use` names, once. */
function* usesIn(root: MapValue): Generator<readonly [ComponentKind, string]> {
  const told = new Set<string>();
  for (const section of SECTIONS) {
    for (const [, component] of entriesOf(root.entries.get(section)?.value)) {
      if (component.kind !== 'map') continue;
      for (const use of textsOf(component.entries.get('use')?.value)) {
        if (!told.has(`${section} ${use}`)) yield [KIND_OF[section], use];
        told.add(`${section} ${use}`);
      }
    }
  }
}

/** @param file where the text is from: relative paths start at its folder */
export function pluginsNamedIn(text: string, file: string, registry: PluginRegistry): NamedPlugins {
  const folder = dirname(resolve(file));
  const root = parseValues(text, process.env, filesIn(folder), new FaultLog(text, file));
  const { outside } = registry;
  if (root?.kind !== 'map' || outside === undefined) return { plugins: [], missing: [] };
  const folders = textsOf(root.entries.get('plugin_dirs')?.value).map((dir) =>
    resolve(folder, dir),
  );
  const plugins = outside.all(folders).flatMap(({ opened }): NamedPlugin[] => {
    if ('fault' in opened || registry.find(opened.kind, opened.name) !== undefined) return [];
    return [{ use: opened.name, definition: opened.granted(NO_GRANTS) }];
  });
  const missing: string[] = [];
  for (const [kind, use] of usesIn(root)) {
    if (!PLUGIN_FILE.test(use)) continue;
    const opened = outside.open(resolve(folder, use));
    if ('fault' in opened) missing.push(`'${use}' can't be used as a plugin: ${opened.fault}`);
    else if (opened.kind === kind) plugins.push({ use, definition: opened.granted(NO_GRANTS) });
  }
  return { plugins, missing };
}
