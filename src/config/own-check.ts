/** What a plugin says of its own options, told at their place in the text. */
import type { OptionFault, PluginDefinition } from '../plugin/api.ts';
import type { Span } from './fault-log.ts';
import { decodeDefault } from './options.ts';
import type { Surroundings } from './options.ts';
import type { MapValue } from './value.ts';

interface Sound {
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that are wrong: in `options` is what they are when left out. */
  readonly wrong: ReadonlySet<string>;
}

/** What a plugin can be asked about; `null` where something is wrong or missing that it can't do without. */
function soundOf(
  { options: specs }: PluginDefinition,
  read: Readonly<Record<string, unknown>>,
  span: Span,
  around: Surroundings,
): Sound | null {
  const options = { ...read };
  const here = { ...around, look: undefined };
  const wrong = new Set<string>();
  for (const [name, spec] of Object.entries(specs)) {
    const value = read[name];
    const told = Object.hasOwn(read, name);
    if (told && value !== undefined && !(Array.isArray(value) && value.includes(undefined)))
      continue;
    if (told) wrong.add(name);
    delete options[name];
    if (spec.default !== undefined) options[name] = decodeDefault(name, spec, span, here);
    else if (spec.optional !== true) return null;
  }
  return { options, wrong };
}

/**
 * Asks the plugin. An option that is wrong by itself, and told, hides no other:
 * the plugin is asked as if that were left out, where it may be.
 * @param span where to tell faults of options that are left out
 */
export function askPlugin(
  definition: PluginDefinition,
  options: Readonly<Record<string, unknown>>,
  written: MapValue,
  span: Span,
  around: Surroundings,
): void {
  if (definition.check === undefined) return;
  const sound = soundOf(definition, options, span, around);
  if (sound === null) return;
  const { log, look } = around;
  for (const fault of definition.check(sound.options as never)) {
    if (sound.wrong.has(fault.option)) continue;
    const place = placeOf(fault, written) ?? span;
    const hint = fault.hint ?? null;
    if (fault.severity === 'error') log.error('bad-value', place, fault.message, hint);
    // Of this machine, and of this hour: for who asks, and not at each start.
    else if (look !== undefined) log.warning('doubtful-value', place, fault.message, hint);
  }
}

function placeOf({ option, item }: OptionFault, written: MapValue): Span | undefined {
  const value = written.entries.get(option)?.value;
  if (value?.kind !== 'list' || item === undefined) return value?.span;
  return value.items[item]?.span ?? value.span;
}
