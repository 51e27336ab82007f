/** Plugin instances as the engine makes them. */
import { hostOf } from '../../src/engine/hosts.ts';
import type { PluginDefinition, Sink, SinkDefinition, SinkHost } from 'unackd';

export const host: SinkHost = {
  ...hostOf('test', () => undefined),
  id: 'sink',
  ending: new AbortController().signal,
  log: () => {},
  nameOf: () => undefined,
};

/** A sink with these options; for the others their defaults, as far as they need no decoding. */
export function createSink(
  plugin: PluginDefinition,
  options: Record<string, unknown>,
  around: Partial<SinkHost> = {},
): Sink {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(plugin.options)) {
    values[name] =
      spec.type === 'size' && spec.default !== undefined ? 16 * 1024 * 1024 : spec.default;
  }
  return (plugin as SinkDefinition).create({ ...values, ...options } as never, {
    ...host,
    ...around,
  });
}
