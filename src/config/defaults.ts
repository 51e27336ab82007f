import type { OptionSpecs } from '../plugin/options.ts';
import { FaultLog, TOP } from './fault-log.ts';
import { decodeDefault } from './options.ts';

/**
 * The values of all options that have a default, as `create` takes them: for
 * pipelines that no file describes.
 *
 * @param folder absolute; relative paths start here
 */
export function defaultOptions(
  specs: OptionSpecs,
  folder = process.cwd(),
): Record<string, unknown> {
  const around = { folder, log: new FaultLog('', '') };
  const withDefault = Object.entries(specs).filter(([, spec]) => spec.default !== undefined);
  return Object.fromEntries(
    withDefault.map(([name, spec]) => [name, decodeDefault(name, spec, TOP, around)]),
  );
}
