import { dirname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PluginDefinition } from '../../plugin/api.ts';
import { API } from '../../self.ts';
import { placedError, placeOf } from '../../plugin/place.ts';
import { offerApi } from './api-hook.ts';

/** A plugin's fault, in one line that begins with the place in its own file where there is one. */
export class PluginFault extends Error {}

/** Node's names of permissions, as a configuration grants them. */
const GRANTS: Readonly<Record<string, string>> = {
  FileSystemRead: 'read',
  FileSystemWrite: 'write',
  Net: 'net',
};

/** What Node's permission model refused, and how to grant it. */
function deniedText(error: Error): string | null {
  const { code, permission, resource } = error as Readonly<Record<string, unknown>> & Error;
  if (code !== 'ERR_ACCESS_DENIED') return null;
  const grant = GRANTS[String(permission)];
  if (grant === undefined) return `not allowed to plugins: ${String(permission)}`;
  if (grant === 'net') {
    return "no permission for sockets of its own: use host.connect or host.fetch, with permissions: { net: ['HOST:PORT'] }; or grant all: permissions: { net: true }";
  }
  return `no permission to ${grant} ${String(resource)}; to grant it: permissions: { ${grant}: [${String(resource)}] }`;
}

function plainText({ name, message }: Error): string {
  const text = message.split('\n', 1)[0];
  return name === 'Error' ? text : `${name}: ${text}`;
}

/** `FILE:LINE:COLUMN: what`, of whatever a plugin threw; the place is its own, not the program's. */
export function faultText(thrown: unknown, file: string): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const place = placeOf(error, file);
  const what = deniedText(error) ?? plainText(error);
  if (place === null) return what;
  const { line, column } = place;
  const where = `${relative(dirname(file), place.file)}:${line}`;
  return `${where}${column === null ? '' : `:${column}`}: ${what}`;
}

/**
 * Loads a plugin's file.
 * @throws PluginFault
 */
export async function loadPlugin(file: string): Promise<PluginDefinition> {
  offerApi(pathToFileURL(API).href);
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as typeof loaded;
  } catch (error) {
    throw new PluginFault(faultText(placedError(error, file), file));
  }
  const definition = loaded.default as PluginDefinition | undefined;
  if (typeof definition !== 'object' || definition === null) {
    throw new PluginFault(
      "it has no default export: end it with 'export default defineAnalyser({ ... })'",
    );
  }
  return definition;
}
