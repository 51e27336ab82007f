/** Options as `create` takes them, for plugins that no configuration names. */
import { FaultLog, TOP } from '../../config/fault-log.ts';
import { decodeDefault } from '../../config/options.ts';
import type { OptionSpec, OptionSpecs } from '../api.ts';

/** What is wrong with an option's default, or its bounds: sentences. */
export function defaultFaults(name: string, spec: OptionSpec): readonly string[] {
  const log = new FaultLog('', '');
  decodeDefault(name, spec, TOP, { folder: '/', log });
  return log.sorted().map(({ message, hint }) => `default of ${message}${hint ? `; ${hint}` : ''}`);
}

/** What a given value, or a default, is to `create`. */
export type Written = string | number | boolean | readonly string[];

/**
 * Decodes options as a configuration's are: durations to microseconds, sizes to
 * bytes, paths absolute, defaults filled in.
 *
 * @param folder absolute; relative paths start here
 * @param home absolute; those of files to read start here
 * @throws Error with all that is wrong, a sentence each
 */
export function decodeWritten(
  specs: OptionSpecs,
  written: Readonly<Record<string, Written | undefined>>,
  folder: string,
  home = folder,
): Record<string, unknown> {
  const log = new FaultLog('', '');
  const decoded: Record<string, unknown> = {};
  const faults = Object.keys(written)
    .filter((name) => !Object.hasOwn(specs, name))
    .map((name) => `it has no option '${name}'; it has ${Object.keys(specs).join(', ') || 'none'}`);
  for (const [name, spec] of Object.entries(specs)) {
    const value = written[name] ?? spec.default;
    if (value !== undefined) {
      const one = { ...spec, default: value } as OptionSpec;
      const from = 'reads' in spec && spec.reads ? home : folder;
      decoded[name] = decodeDefault(name, one, TOP, { folder: from, log });
    } else if (spec.optional !== true) {
      faults.push(`option '${name}' is missing: ${spec.doc}`);
    }
  }
  faults.push(...log.sorted().map(({ message, hint }) => (hint ? `${message}; ${hint}` : message)));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return decoded;
}
