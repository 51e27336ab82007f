/** Writes oclif.manifest.json: what help says about each command without loading it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, type Interfaces } from '@oclif/core';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const path = `${root}oclif.manifest.json`;

/** Everything about the commands that is plain data, as oclif gathers it. */
export async function describeCommands(): Promise<string> {
  const config = await Config.load({
    root,
    pjson: packageJson as Interfaces.PJSON,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    userPlugins: false,
    devPlugins: false,
  });
  const described = config.commands
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map((command) => [command.id, command]);
  const manifest = { commands: Object.fromEntries(described) as unknown, version: config.version };
  // Where oclif found a file is of no use to a bundle.
  const local = new Set(['pluginAlias', 'pluginName', 'isESM', 'relativePath']);
  const plain = (key: string, value: unknown): unknown => (local.has(key) ? undefined : value);
  return `${JSON.stringify(manifest, plain, 2)}\n`;
}

export async function isManifestFresh(): Promise<boolean> {
  return existsSync(path) && readFileSync(path, 'utf8') === (await describeCommands());
}

/** Leaves the file alone where it is right already, so that a build does not look stale afterwards. */
export async function writeManifest(): Promise<void> {
  if (!(await isManifestFresh())) writeFileSync(path, await describeCommands());
}
