/** Runs one instance of a plugin, as the daemon says. */
import type { PluginDefinition } from '../../plugin/api.ts';
import { PROTOCOL } from '../messages.ts';
import type { Create, ToPlugin } from '../messages.ts';
import { runAnalyser } from './analyser.ts';
import { KIND_NET } from '../framing.ts';
import { netPart } from '../net/wire.ts';
import type { Network } from '../../plugin/network.ts';
import { openChannel } from './channel.ts';
import type { Channel } from './channel.ts';
import { PluginNetwork } from './network.ts';
import { runSink } from './sink.ts';
import { runSource } from './source.ts';
import { faultText, loadPlugin, PluginFault } from './load.ts';

/** Letters of a stack: what a person reads of it. */
const STACK_MOST = 8000;

/** What an instance does with the daemon's messages. */
export interface Instance {
  take(message: ToPlugin): void;
  /** Rows of segments, which belong to the next batch. */
  takeRows?(rows: Uint8Array): void;
}

function start(
  definition: PluginDefinition,
  create: Create,
  channel: Channel,
  network: Network,
): Instance {
  if (create.protocol !== PROTOCOL) {
    throw new PluginFault('unackd was changed under the running daemon: restart it');
  }
  if (definition.kind === 'analyser') return runAnalyser(definition, create, channel, network);
  if (definition.kind === 'sink') return runSink(definition, create, channel, network);
  return runSource(definition, create, channel, network);
}

/** Listens, and runs what it is told to. */
class PluginHost {
  readonly #channel: Channel;
  readonly #network: PluginNetwork;
  #file = '';
  #instance: Instance | undefined;
  #failed = false;
  /** What came while the plugin was loaded. */
  readonly #early: ToPlugin[] = [];

  constructor() {
    // No batch comes before the instance has said that it is ready.
    this.#channel = openChannel(
      (message: ToPlugin) => this.#take(message),
      (rows) => this.#instance?.takeRows?.(rows),
      (payload) => this.#network.part(payload),
    );
    this.#network = new PluginNetwork({
      ask: (message) => this.#channel.send(message),
      send: (id, bytes) => this.#channel.sendBytes(KIND_NET, netPart(id, bytes)),
    });
    process.on('uncaughtException', (error) => this.#fail(error));
    process.on('unhandledRejection', (error) => this.#fail(error));
    // From now on it is looked for whether anything blocks this process.
    this.#channel.send({ is: 'pong' });
  }

  #take(message: ToPlugin): void {
    if (message.is === 'ping') this.#channel.send({ is: 'pong' });
    else if (message.is === 'net') this.#network.message(message);
    else if (message.is === 'create') void this.#begin(message);
    else if (this.#instance === undefined) this.#early.push(message);
    else this.#hand(this.#instance, message);
  }

  async #begin(create: Create): Promise<void> {
    this.#file = create.file;
    try {
      const definition = await loadPlugin(create.file);
      const instance = start(definition, create, this.#channel, this.#network);
      for (const message of this.#early.splice(0)) instance.take(message);
      this.#instance = instance;
    } catch (error) {
      this.#fail(error);
    }
  }

  #hand(instance: Instance, message: ToPlugin): void {
    try {
      instance.take(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Says what went wrong, and ends: what is left of the instance can't be trusted. */
  #fail(error: unknown): void {
    // What follows from it is told by nobody, nor keeps it from being told.
    if (this.#failed) return;
    this.#failed = true;
    const text = error instanceof PluginFault ? error.message : faultText(error, this.#file);
    const stack = error instanceof Error ? String(error.stack) : '';
    this.#channel.send({ is: 'failed', text, stack: stack.slice(0, STACK_MOST) });
    this.#channel.end();
  }
}

export function host(): void {
  // The socket keeps it alive.
  void new PluginHost();
}
