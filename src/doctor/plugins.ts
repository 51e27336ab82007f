/** The plugins that a configuration uses: what those from outside may do, and what holds them to it. */
import { existsSync } from 'node:fs';
import type { DaemonConfig } from '../config/resolved.ts';
import { landlockAbi } from '../engine/registry.ts';
import { formatBytes } from '../face/count.ts';
import { originOf } from '../outside/definition.ts';
import type { Grants } from '../outside/grants.ts';
import { ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** landlock(7): what came with which ABI. */
const TCP_FROM = 4;
const SIGNALS_FROM = 6;

export function lookAtPlugins({ sources, analysers, sinks, pluginDirs }: DaemonConfig): Finding[] {
  const components = [...sources, ...analysers, ...sinks];
  const used = new Set(components.map(({ definition }) => definition.name));
  const missing = pluginDirs.filter((folder) => !existsSync(folder));
  const outside = components.flatMap(({ id, definition }) => {
    const origin = originOf(definition);
    if (origin === undefined) return [];
    const rights = grantsText(origin.grants);
    return ok(`plugin ${id}`, `${definition.name}, ${origin.entry}: loads; ${rights}`);
  });
  return [
    ok('plugins', `all ${used.size} that are used are there: ${[...used].join(', ')}`),
    ...missing.map((folder) =>
      warn('plugins', `'plugin_dirs': there is no ${folder}`, `mkdir ${folder}, or leave it out`),
    ),
    ...outside,
    ...(outside.length === 0 ? [] : [confinement(landlockAbi(), process.getuid?.() === 0)]),
  ];
}

/** In words: `may read its own files, and /etc/hosts; at most 256 MB of memory`. */
function grantsText({ read, write, env, net, hosts, memory }: Grants): string {
  return [
    `may read ${['its own files', ...read].join(', ')}`,
    ...(write.length === 0 ? [] : [`write ${write.join(', ')}`]),
    ...(env.length === 0 ? [] : [`see ${env.join(', ')} of the environment`]),
    ...(net ? ['open real sockets, to and from anywhere'] : []),
    ...(hosts.length === 0 ? [] : [`connect to ${hosts.join(', ')} through the daemon`]),
    `take ${formatBytes(memory)} of memory`,
  ].join('; ');
}

/**
 * What keeps a plugin within its rights here, and what nothing keeps it from.
 * @param abi Landlock's; 0 for none
 * @param root the daemon is: then plugins run as another user
 */
export function confinement(abi: number, root: boolean): Finding {
  const check = 'confinement';
  const model =
    "Node's permission model (files, sockets, programs, native code), which code that gets round JavaScript escapes";
  const signals = root ? '; they run as another user, so that they can signal nobody' : '';
  const exposed = root ? '' : '; signals to the daemon are held by nothing';
  if (abi < 1) {
    const mend = 'Linux 5.13 or later, with landlock among lsm= (6.12 for all that it can hold)';
    return warn(check, `plugins are held by ${model}; no Landlock here${signals}${exposed}`, mend);
  }
  const held = ['files and programs', ...(abi >= TCP_FROM ? ['TCP'] : [])];
  if (abi >= SIGNALS_FROM) held.push('signals, abstract sockets');
  const text = `plugins are held by ${model}, and by Landlock (ABI ${abi}: ${held.join(', ')}), which it does not escape`;
  const open = abi >= TCP_FROM ? 'UDP' : 'TCP and UDP';
  const left = `; by the first alone: ${open}`;
  if (abi >= SIGNALS_FROM || root)
    return ok(check, `${text}${left}${abi >= SIGNALS_FROM ? '' : signals}`);
  return warn(check, `${text}${left}${exposed}`, 'Linux 6.12 or later');
}
