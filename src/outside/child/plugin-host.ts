/** What every instance gets, on the plugin's own side. */
import type { Host } from '../../plugin/api.ts';
import { callsOf } from '../../plugin/network.ts';
import type { Network } from '../../plugin/network.ts';
import type { Channel } from './channel.ts';

export function pluginHost(id: string, channel: Channel, network: Network): Host {
  const { counter, gauge } = channel.meters;
  const log: Host['log'] = (level, text) => channel.send({ is: 'log', level, text });
  return { ...callsOf(network), id, counter, gauge, log };
}
