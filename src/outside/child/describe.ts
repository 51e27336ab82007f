/** Says what a plugin's file declares: loads it, and makes no instance. */
import { readFileSync, writeSync } from 'node:fs';
import type { PluginDefinition } from '../../plugin/api.ts';
import type { Asked, Described, Description } from '../messages.ts';
import { loadedFiles } from './api-hook.ts';
import { CHANNEL } from './channel.ts';
import { faultText, loadPlugin, PluginFault } from './load.ts';

function descriptionOf(definition: PluginDefinition): Description {
  const { kind, name, api, doc, options } = definition;
  return {
    kind,
    name,
    api,
    doc,
    options,
    reads: 'reads' in definition ? definition.reads : [],
    emits: 'emits' in definition ? definition.emits : [],
    remembers: 'remembers' in definition ? (definition.remembers ?? null) : null,
    live: 'live' in definition && definition.live,
    creates: typeof definition.create === 'function',
    checks: typeof definition.check === 'function',
    files: loadedFiles,
  };
}

async function answer({ file, options }: Asked): Promise<Described> {
  try {
    const definition = await loadPlugin(file);
    const faults = options === null ? [] : (definition.check?.(options as never) ?? []);
    return { description: descriptionOf(definition), faults: [...faults] };
  } catch (error) {
    return { fault: error instanceof PluginFault ? error.message : faultText(error, file) };
  }
}

/** Answers the one question on standard input, over the channel. */
export async function describeFile(): Promise<void> {
  const asked = JSON.parse(readFileSync(0, 'utf8')) as Asked;
  const bytes = Buffer.from(JSON.stringify(await answer(asked)));
  for (let at = 0; at < bytes.length;) at += writeSync(CHANNEL, bytes, at);
  // A timer or a socket that the file left behind is not waited for.
  process.exit();
}
