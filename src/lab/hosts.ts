/** Two hosts in network namespaces, joined by a veth pair. Takes root. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasIpv6, system } from './system.ts';

/** What all namespaces of the lab are called: then the process that made them, and the host. */
const NAME = /^unackd-lab-(?<pid>\d+)-(?:client|server)$/u;

/** The hosts' only interface. */
export const INTERFACE = 'eth0';
/** All interfaces, as libpcap calls them. */
export const ANY = 'any';

const CARRIER_MS = 5000;
const LOOK_MS = 50;

export interface Addresses {
  readonly client: string;
  readonly server: string;
}

/** Addresses for documentation: RFC 5737 and RFC 3849. */
export const IPV4: Addresses = { client: '192.0.2.1', server: '192.0.2.2' };
export const IPV6: Addresses = { client: '2001:db8::1', server: '2001:db8::2' };

/** Hosts, not routers, whatever this machine is: a namespace begins with settings like its own. */
const SETTINGS: Readonly<Record<string, string>> = {
  '/proc/sys/net/ipv4/ip_forward': '0',
  '/proc/sys/net/ipv6/conf/all/forwarding': '0',
  '/proc/sys/net/ipv6/conf/all/disable_ipv6': '0',
  '/proc/sys/net/ipv6/conf/default/disable_ipv6': '0',
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends what runs in a namespace, and takes it away; no word where it isn't there. */
function removeNamespace(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  for (const pid of (stdout ?? '').split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
  }
  spawnSync('ip', ['netns', 'del', name]);
}

/** Removes the hosts of labs that were killed. @returns their namespaces */
export function removeLeftovers(): string[] {
  const names = system('ip', ['netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter((name) => {
      const pid = NAME.exec(name)?.groups?.['pid'];
      return pid !== undefined && !isAlive(Number(pid));
    });
  for (const name of names) removeNamespace(name);
  return names;
}

export class Hosts {
  /** Names of their namespaces. */
  readonly client = `unackd-lab-${process.pid}-client`;
  readonly server = `unackd-lab-${process.pid}-server`;
  readonly #children = new Set<ChildProcess>();
  readonly #remove = (): void => this.remove();

  /**
   * Makes them; resolves when they are connected. Removed at the end of the process at the latest.
   * @throws Error where namespaces can't be made
   */
  async build(): Promise<void> {
    const { client, server } = this;
    process.once('exit', this.#remove);
    for (const name of [client, server]) {
      system('ip', ['netns', 'add', name]);
      this.#settle(name);
    }
    this.ip(client, `link add ${INTERFACE} type veth peer name ${INTERFACE} netns ${server}`);
    this.ip(client, `addr add ${IPV4.client}/24 dev ${INTERFACE}`);
    this.ip(server, `addr add ${IPV4.server}/24 dev ${INTERFACE}`);
    if (hasIpv6()) {
      // Without the search for doubles an address can be used at once.
      this.ip(client, `addr add ${IPV6.client}/64 dev ${INTERFACE} nodad`);
      this.ip(server, `addr add ${IPV6.server}/64 dev ${INTERFACE} nodad`);
    }
    for (const name of [client, server]) {
      this.ip(name, 'link set lo up');
      this.ip(name, `link set ${INTERFACE} up`);
    }
    for (const name of [client, server]) await this.#connected(name);
  }

  /** The kernel takes up to a second to tell of the carrier. */
  async #connected(namespace: string): Promise<void> {
    for (let waited = 0; waited < CARRIER_MS; waited += LOOK_MS) {
      const flags = system('ip', ['-n', namespace, 'link', 'show', INTERFACE]);
      if (flags.includes('state UP')) return;
      await sleep(LOOK_MS);
    }
    throw new Error(`${INTERFACE} of ${namespace} has no carrier after ${CARRIER_MS} ms`);
  }

  #settle(namespace: string): void {
    const lines = Object.entries(SETTINGS)
      .filter(([path]) => existsSync(path))
      .map(([path, value]) => `echo ${value} >${path}`);
    this.run(namespace, 'sh', ['-ec', lines.join('\n')]);
  }

  /** `ip ARGS` within a host. */
  ip(namespace: string, args: string): void {
    system('ip', ['-n', namespace, ...args.split(' ')]);
  }

  /** A program within a host, to its end; what it printed. */
  run(namespace: string, command: string, args: readonly string[], input = ''): string {
    return system('ip', ['netns', 'exec', namespace, command, ...args], input);
  }

  /** Starts a program within a host. Ctrl-C doesn't reach it: `remove` ends it. */
  spawn(namespace: string, argv: readonly string[], stdio: StdioOptions): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, ...argv], { stdio, detached: true });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Ends what was started, and takes the hosts away. Does nothing the second time. */
  remove(): void {
    process.off('exit', this.#remove);
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of [this.client, this.server]) removeNamespace(name);
  }
}
