/** Two hosts, a folder, and what watches them, for all tests of a `describe`. */
import { Folder, needsBuild } from '../support/unackd.ts';
import { needsNetwork, Network } from './network.ts';
import { Watching } from './watching.ts';

export interface Setting {
  readonly network: Network;
  readonly folder: Folder;
  /** Starts one, which is ended with the test. For its arguments see `Watching`. */
  readonly watch: (namespace: string, source: string, as?: readonly string[]) => Watching;
}

/** Builds it before the tests, and takes it away after them. To be called in `describe`. */
export function setting(): Setting {
  const network = new Network();
  const folder = new Folder();
  const started: Watching[] = [];
  before(async function () {
    needsNetwork(this);
    needsBuild(this);
    await network.build();
  });
  afterEach(async () => {
    for (const watching of started.splice(0)) await watching.end('SIGKILL');
  });
  after(() => {
    network.remove();
    folder.remove();
  });
  return {
    network,
    folder,
    watch: (namespace, source, as) => {
      const watching = new Watching(folder, namespace, source, as);
      started.push(watching);
      return watching;
    },
  };
}
