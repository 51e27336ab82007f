import type { Network } from '../plugin/network.ts';

let made: Promise<Network> | undefined;

/** Loaded when somebody uses it: most plugins that come with unackd have libraries of their own. */
async function network(): Promise<Network> {
  made ??= import('../outside/net/here.ts').then(({ networkHere }) => networkHere(true));
  return made;
}

/** The network of plugins that run within the program, and have all its rights. */
export const ownNetwork: Network = {
  connect: async (to) => (await network()).connect(to),
  fetch: async (input, init) => (await network()).fetch(input, init),
};
