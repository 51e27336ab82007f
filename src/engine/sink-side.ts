import type { ResolvedConfig, SinkComponent } from '../config/resolved.ts';
import { TELLER } from '../telling/waiting.ts';
import { nameIn } from '../config/names.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { openDelivery } from '../delivery/open.ts';
import { FIRING, remembering } from './keeping.ts';
import type { Host } from '../plugin/api.ts';
import type { Log } from './hosts.ts';
import { ComponentError, SinkNode } from './sink-node.ts';

/** By id, in order of declaration. */
export type Sinks = ReadonlyMap<string, SinkNode>;

/**
 * @param names of the configuration that runs by then
 * @throws ComponentError
 */
export function openSink(
  { id, definition, options }: SinkComponent,
  host: Host,
  names: () => ResolvedConfig['names'],
  ending: AbortSignal,
  live: () => boolean,
): SinkNode {
  try {
    const made = {
      ...host,
      ending,
      // For a sink in another process: whether what it is told may wait for it.
      live,
      nameOf: (ip: string, port: number | null) => nameIn(names(), ip, port),
    };
    return new SinkNode(id, definition.create(options as never, made));
  } catch (error) {
    throw new ComponentError(id, error);
  }
}

/** Its receiver may be away. */
export function delivers(sink: SinkNode): boolean {
  return sink.delivers;
}

/** Whether there is anything to keep in an outbox. */
export function needsOutbox(config: ResolvedConfig, sinks: Sinks): boolean {
  return remembering(config).length > 0 || [...sinks.values()].some(delivers);
}

/**
 * What such sinks must be told goes through the outbox, and what analysers of
 * live sources learn is kept there; `undefined` where there are none.
 */
export function openOutbox(config: ResolvedConfig, sinks: Sinks, log: Log): Delivery | undefined {
  if (!needsOutbox(config, sinks)) return undefined;
  const wards = {
    recipients: [...sinks.values()].flatMap((node) => node.recipient ?? []),
    remembering: remembering(config),
    owners: new Set([...config.analysers.map(({ id }) => id), TELLER.id, FIRING.id]),
  };
  return openDelivery(config, wards, log);
}

/** Has the sinks served from this outbox, and starts it. */
export function serve(sinks: Sinks, delivery: Delivery | undefined): void {
  for (const node of sinks.values()) node.delivery = delivery;
  delivery?.start();
}

/** Closes all of them. @throws what the first one that failed said */
export async function closeSinks(sinks: Sinks): Promise<void> {
  let failure: unknown;
  for (const sink of sinks.values()) {
    try {
      await sink.close();
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}
