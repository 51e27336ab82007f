import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Hosts } from '../../src/lab/hosts.ts';
import type { Visits } from './visits.ts';

const VISITS = `${import.meta.dirname}/visits.ts`;

/** One of the two programs of visits.ts. */
export class Visiting {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Resolves once it works. @throws Error where it does not */
  static async start(
    hosts: Hosts,
    part: 'server' | 'client',
    args: readonly string[],
  ): Promise<Visiting> {
    const where = part === 'server' ? hosts.server : hosts.client;
    const argv = [process.execPath, VISITS, part, ...args];
    const visiting = new Visiting(hosts.spawn(where, argv, ['ignore', 'pipe', 'inherit']));
    if ((await visiting.#lines.next()).done === true) throw new Error(`the ${part} did not start`);
    return visiting;
  }

  /** Ends it. @returns what its connections came to; nothing of a server */
  async stop(): Promise<Visits> {
    this.#child.kill('SIGTERM');
    const { value } = (await this.#lines.next()) as { value: string | undefined };
    return JSON.parse(value ?? '{}') as Visits;
  }
}
