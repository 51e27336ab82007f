/**
 * `host.connect` and `host.fetch` where plugin and daemon are one process: for
 * plugins that come with unackd, and for plugins on trial. Both sides are the
 * ones that talk over a socket elsewhere, so what holds there holds here.
 */
import type { Network } from '../../plugin/network.ts';
import { PluginNetwork } from '../child/network.ts';
import { Broker } from './broker.ts';
import { parseGrant } from './grant.ts';
import { LIMITS } from './limits.ts';
import type { Limits } from './limits.ts';
import { netPart } from './wire.ts';

const LOOK_MS = 50;

/** What one process may, and where it went. */
export interface NetworkHere extends Network {
  readonly broker: Broker;
  /** Nothing of it stays open. */
  close(): void;
}

/**
 * @param hosts as `permissions: { net: [...] }` has them; `true` for all
 * @param refused is told why something was
 * @throws Error for what is no grant
 */
export function networkHere(
  hosts: true | readonly string[],
  refused: (why: string) => void = () => undefined,
  limits: Limits = LIMITS,
): NetworkHere {
  const texts = hosts === true ? [] : hosts;
  for (const text of texts) {
    const grant = parseGrant(text);
    if (typeof grant === 'string') throw new Error(`net: '${text}' ${grant}`);
  }
  const broker: Broker = new Broker(
    { net: hosts === true, hosts: texts },
    {
      tell: (message) => queueMicrotask(() => plugin.message(message)),
      bring: (id, bytes) => queueMicrotask(() => plugin.bytes(id, bytes)),
      waiting: () => 0,
    },
    {
      refused,
      broke: (why) => {
        broker.close();
        refused(why);
      },
    },
    limits,
  );
  const plugin = new PluginNetwork(
    {
      ask: (message) => queueMicrotask(() => broker.message({ ...message })),
      // Copied, as over a socket: who wrote them may use them again.
      send: (id, bytes) => {
        const payload = Buffer.from(netPart(id, bytes).buffer);
        queueMicrotask(() => broker.bytes(payload));
      },
    },
    limits.window,
  );
  const looks = setInterval(() => broker.look(), LOOK_MS).unref();
  return {
    broker,
    connect: async (to) => plugin.connect(to),
    fetch: async (input, init) => plugin.fetch(input, init),
    close: () => {
      clearInterval(looks);
      broker.close();
    },
  };
}
