import { Config, type Interfaces } from '@oclif/core';
import { type CommandLoader, commands } from '../commands/index.ts';
import packageJson from '../../package.json' with { type: 'json' };
import manifest from '../../oclif.manifest.json' with { type: 'json' };

type Loadable = Interfaces.Plugin['commands'][number];

/** What help needs of a command, from oclif.manifest.json; the class itself is loaded to run it. */
const described = manifest.commands as unknown as Readonly<Record<string, Partial<Loadable>>>;

function loadable(id: string, load: CommandLoader): Loadable {
  const bare = { aliases: [], args: {}, flags: {}, hidden: false, hiddenAliases: [] };
  return { ...bare, ...described[id], id, load: async () => (await load()).default };
}

/**
 * The program as oclif sees it. oclif would look for package.json, a manifest
 * and commands on the disk at each start; here all three are in the bundle, and
 * it runs the same from a checkout and from a packed binary.
 */
function rootPlugin(): Interfaces.Plugin {
  const pjson = packageJson as Interfaces.PJSON;
  return {
    _base: '',
    alias: pjson.name,
    name: pjson.name,
    version: pjson.version,
    pjson,
    root: import.meta.dirname,
    options: { root: import.meta.dirname, isRoot: true },
    type: 'core',
    moduleType: 'module',
    isRoot: true,
    valid: true,
    hasManifest: true,
    hooks: {},
    topics: [],
    commandsDir: undefined,
    commandIDs: Object.keys(commands),
    commands: Object.entries(commands).map(([id, load]) => loadable(id, load)),
    findCommand: async (id: string) => (await commands[id]()).default,
    load: async () => {},
  };
}

/** Loads oclif with our commands and nothing else: no user plugins, no hooks, no updates. */
export async function loadProgram(): Promise<Config> {
  const plugin = rootPlugin();
  return Config.load({ root: plugin.root, plugins: new Map([[plugin.name, plugin]]) });
}
