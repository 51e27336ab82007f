/** `permissions` and `memory` of a component whose plugin comes from outside. */
import type { Grants } from '../outside/grants.ts';
import { parseGrant } from '../outside/net/grant.ts';
import type { OptionValues } from '../plugin/options.ts';
import { OUTSIDE_SETTINGS, PERMISSIONS_SETTINGS } from './keys.ts';
import { decodeOptions } from './options.ts';
import type { Surroundings } from './options.ts';
import { shown } from './value.ts';
import type { MapValue, Value } from './value.ts';

/** Keys besides the plugin's own options. */
export const GRANT_KEYS: readonly string[] = ['permissions', ...Object.keys(OUTSIDE_SETTINGS)];

const EXAMPLE = 'such as permissions: { read: [/etc/services] }';
const NET_EXAMPLE = "such as net: ['example.org:443']; net: true gives real sockets, to anywhere";
const UNKNOWN = { code: 'unknown-key', noun: 'a setting' };

function mapOf(value: Value | undefined, component: MapValue, { log }: Surroundings): MapValue {
  if (value?.kind === 'map') return value;
  const wrong = value !== undefined && value.kind !== 'broken';
  if (wrong) {
    log.error('wrong-type', value.span, `'permissions' wants a map, not ${shown(value)}`, EXAMPLE);
  }
  return { ...component, entries: new Map() };
}

type Net = Pick<Grants, 'net' | 'hosts'>;
const NO_NET: Net = { net: false, hosts: [] };

/** `example.org:443`, or a fault. */
function hostOf(item: Value, { log }: Surroundings): string[] {
  if (item.kind === 'broken') return [];
  const text = item.kind === 'scalar' ? item.value : null;
  if (typeof text !== 'string') {
    const message = `'net' wants hosts with their ports, not ${shown(item)}`;
    log.error('wrong-type', item.span, message, NET_EXAMPLE);
    return [];
  }
  const grant = parseGrant(text);
  if (typeof grant === 'object') return [text];
  const [what, hint = null] = grant.split('; ');
  log.error('bad-grant', item.span, `${shown(item)} ${what}`, hint);
  return [];
}

function readNet(value: Value | undefined, around: Surroundings): Net {
  if (value === undefined || value.kind === 'broken') return NO_NET;
  if (value.kind === 'list') {
    return { net: false, hosts: value.items.flatMap((item) => hostOf(item, around)) };
  }
  if (value.kind === 'scalar') {
    if (typeof value.value === 'boolean') return { net: value.value, hosts: [] };
    if (typeof value.value === 'string') return { net: false, hosts: hostOf(value, around) };
  }
  const message = `'net' wants a list of hosts with their ports, or true, not ${shown(value)}`;
  around.log.error('wrong-type', value.span, message, NET_EXAMPLE);
  return NO_NET;
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
  const network = readNet(permissions.entries.get('net')?.value, around);
  return { read, write, env, ...network, memory };
}
