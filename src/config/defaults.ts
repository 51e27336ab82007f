import type { OptionSpecs } from '../plugin/options.ts';
import { parseDuration, parseSize } from './units.ts';

/** The values of all options that have a default, as `create` takes them. */
export function defaultOptions(specs: OptionSpecs): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.default === undefined) continue;
    if (spec.type === 'duration') values[name] = parseDuration(spec.default);
    else if (spec.type === 'size') values[name] = parseSize(spec.default);
    else values[name] = spec.default;
  }
  return values;
}
