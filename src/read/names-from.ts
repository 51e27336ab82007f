import type { NameOf } from '../plugin/words.ts';

/** A configuration's names of endpoints. Reading one takes a while to load: only who names one waits for it. */
export async function namesFrom(file: string | undefined): Promise<NameOf | undefined> {
  if (file === undefined) return undefined;
  const { loadConfig } = await import('../config/load.ts');
  const { nameIn } = await import('../config/names.ts');
  const { installed } = await import('../engine/registry.ts');
  const { names } = loadConfig(file, installed, false).config;
  return (ip, port) => nameIn(names, ip, port);
}
