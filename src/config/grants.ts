/** `permissions` and `memory` of a component whose plugin comes from outside. */
import type { Grants } from '../outside/grants.ts';
import type { OptionValues } from '../plugin/options.ts';
import { OUTSIDE_SETTINGS, PERMISSIONS_SETTINGS } from './keys.ts';
import { decodeOptions } from './options.ts';
import type { Surroundings } from './options.ts';
import { shown } from './value.ts';
import type { MapValue, Value } from './value.ts';

/** Keys besides the plugin's own options. */
export const GRANT_KEYS: readonly string[] = ['permissions', ...Object.keys(OUTSIDE_SETTINGS)];

const EXAMPLE = 'such as permissions: { read: [/etc/services] }';
const UNKNOWN = { code: 'unknown-key', noun: 'a setting' };

function mapOf(value: Value | undefined, component: MapValue, { log }: Surroundings): MapValue {
  if (value?.kind === 'map') return value;
  const wrong = value !== undefined && value.kind !== 'broken';
  if (wrong) {
    log.error('wrong-type', value.span, `'permissions' wants a map, not ${shown(value)}`, EXAMPLE);
  }
  return { ...component, entries: new Map() };
}

function readNet(value: Value | undefined, { log }: Surroundings): boolean {
  if (value === undefined || value.kind === 'broken') return false;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  const hint = 'net: true gives real sockets to anywhere; hosts one by one can not be granted yet';
  log.error('wrong-type', value.span, `'net' wants true or false, not ${shown(value)}`, hint);
  return false;
}

/** What a component grants its plugin. Faults go to the log. */
export function readGrants(component: MapValue, around: Surroundings): Grants {
  const permissions = mapOf(component.entries.get('permissions')?.value, component, around);
  const { read, write, env } = decodeOptions(
    PERMISSIONS_SETTINGS,
    permissions,
    { name: 'permissions', span: permissions.span, reserved: ['net'], unknown: UNKNOWN },
    around,
  ) as OptionValues<typeof PERMISSIONS_SETTINGS>;
  const entries = [...component.entries].filter(([key]) => Object.hasOwn(OUTSIDE_SETTINGS, key));
  const { memory } = decodeOptions(
    OUTSIDE_SETTINGS,
    { ...component, entries: new Map(entries) },
    { name: 'a component', span: component.span, reserved: [], unknown: UNKNOWN },
    around,
  ) as OptionValues<typeof OUTSIDE_SETTINGS>;
  const net = readNet(permissions.entries.get('net')?.value, around);
  return { read, write, env, net, memory };
}
