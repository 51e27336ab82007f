/** A source on the plugin's own side of the socket. */
import { FrameBatch } from '../../plugin/api.ts';
import type { Source, SourceDefinition } from '../../plugin/api.ts';
import type { Network } from '../../plugin/network.ts';
import type { Create, ToPlugin } from '../messages.ts';
import type { Channel } from './channel.ts';
import type { Instance } from './host.ts';
import { pluginHost } from './plugin-host.ts';

class RunningSource implements Instance {
  readonly #channel: Channel;
  readonly #source: Source;
  readonly #batch = new FrameBatch();
  /** Interfaces that the daemon knows of. */
  #told = 0;

  constructor(
    definition: SourceDefinition,
    { id, options }: Create,
    channel: Channel,
    network: Network,
  ) {
    this.#channel = channel;
    this.#source = definition.create(options as never, {
      ...pluginHost(id, channel, network),
      notice: (notice) => channel.send({ is: 'emit', messages: [notice] }),
    });
    channel.send({ is: 'ready' });
  }

  take(message: ToPlugin): void {
    // What fails ends the process: see host.ts.
    if (message.is === 'read') void this.#read();
  }

  async #read(): Promise<void> {
    const batch = this.#batch;
    batch.count = 0;
    batch.now = Number.NaN;
    const more = await this.#source.read(batch);
    const { count, bytes, offset, captured } = batch;
    const { interfaces } = this.#source;
    const frames = Array.from({ length: count }, (_, i) =>
      bytes.subarray(offset[i], offset[i] + captured[i]),
    );
    this.#channel.send({
      is: 'frames',
      more,
      now: Number.isNaN(batch.now) ? null : batch.now,
      interfaces: interfaces.slice(this.#told),
      time: [...batch.time.subarray(0, count)],
      captured: frames.map(({ length }) => length),
      wire: [...batch.wire.subarray(0, count)],
      iface: [...batch.iface.subarray(0, count)],
      bytes: Buffer.concat(frames).toString('base64'),
      progress: this.#source.progress?.() ?? null,
      drops: this.#source.drops?.() ?? null,
    });
    this.#told = interfaces.length;
  }
}

/** Makes the instance, and says that it is ready. */
export function runSource(
  definition: SourceDefinition,
  create: Create,
  channel: Channel,
  network: Network,
): Instance {
  return new RunningSource(definition, create, channel, network);
}
