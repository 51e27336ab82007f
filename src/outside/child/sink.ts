/** A sink on the plugin's own side of the socket. */
import { Gone, Refused } from '../../plugin/api.ts';
import type { Sink, SinkDefinition } from '../../plugin/api.ts';
import type { Network } from '../../plugin/network.ts';
import type { Create, Deliver, Name, Records, ToPlugin } from '../messages.ts';
import type { Channel } from './channel.ts';
import type { Instance } from './host.ts';
import { pluginHost } from './plugin-host.ts';

class RunningSink implements Instance {
  readonly #channel: Channel;
  readonly #sink: Sink;
  readonly #ending = new AbortController();
  /** Of what it is told just now. */
  #names = new Map<string, string>();
  /** One thing after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    definition: SinkDefinition,
    { id, options }: Create,
    channel: Channel,
    network: Network,
  ) {
    this.#channel = channel;
    this.#sink = definition.create(options as never, {
      ...pluginHost(id, channel, network),
      ending: this.#ending.signal,
      nameOf: (ip, port) => this.#names.get(`${ip} ${port}`),
    });
    channel.send({ is: 'ready', finalOnly: this.#sink.finalOnly === true });
  }

  take(message: ToPlugin): void {
    if (message.is === 'ending') this.#ending.abort();
    else this.#work = this.#after(this.#work, message);
  }

  /** What fails here ends the process: see host.ts. */
  async #after(before: Promise<void>, message: ToPlugin): Promise<void> {
    await before;
    if (message.is === 'records') await this.#records(message);
    else if (message.is === 'deliver') await this.#deliver(message);
    else if (message.is === 'reopen') this.#sink.reopen?.();
    else if (message.is === 'close') await this.#close();
  }

  async #records({ number, records, names }: Records): Promise<void> {
    this.#learn(names);
    for (const record of records) {
      if (record.type === 'attempt') this.#sink.attempt?.(record);
      else this.#sink.endpoint?.(record);
    }
    await this.#sink.flush?.();
    this.#channel.send({ is: 'done', number });
  }

  async #deliver({ number, id, message, names }: Deliver): Promise<void> {
    this.#learn(names);
    const sink = this.#sink;
    if (sink.deliver === undefined) {
      if (message.type === 'incident') sink.incident?.(message);
      else sink.notice?.(message);
      await sink.flush?.();
      this.#channel.send({ is: 'taken', number, how: 'ok' });
      return;
    }
    try {
      await sink.deliver(message, { id, signal: this.#ending.signal });
      this.#channel.send({ is: 'taken', number, how: 'ok' });
    } catch (error) {
      const how = error instanceof Refused ? 'refused' : error instanceof Gone ? 'gone' : 'later';
      const text = error instanceof Error ? error.message : String(error);
      const after = error instanceof Error && 'after' in error ? error.after : null;
      this.#channel.send({ is: 'taken', number, how, text, after });
    }
  }

  async #close(): Promise<void> {
    await this.#sink.flush?.();
    await this.#sink.close?.();
    this.#channel.send({ is: 'closed' });
  }

  #learn(names: readonly Name[]): void {
    this.#names = new Map(names.map(([ip, port, name]) => [`${ip} ${port}`, name]));
  }
}

/** Makes the instance, and says that it is ready. */
export function runSink(
  definition: SinkDefinition,
  create: Create,
  channel: Channel,
  network: Network,
): Instance {
  return new RunningSink(definition, create, channel, network);
}
