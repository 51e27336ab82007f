/** Two hosts in network namespaces, joined by a veth pair. Takes root. */
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { Hosts, IPV4, IPV6 } from '../../src/lab/hosts.ts';
import { has, needsNamespaces } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';

export const SERVER4 = IPV4.server;
export const SERVER6 = IPV6.server;

/** Ports of the server: one that listens, and one for each firewall rule. No other one listens. */
export const OPEN = 8000;
export const DROPPED = 8001;
export const REJECTED = 8002;
export const RESET = 8003;
export const CLOSED = 8004;

const RULES = `table inet lab {
  chain input {
    type filter hook input priority 0
    tcp dport ${DROPPED} drop
    tcp dport ${REJECTED} reject
    tcp dport ${RESET} reject with tcp reset
  }
}
`;

const PEER = join(import.meta.dirname, 'peer.ts');

/** Skips where namespaces can't be made. To be called in `before`. */
export function needsNetwork(context: Mocha.Context): void {
  needsNamespaces(context);
  needs(context, has('nft'), 'no nft');
}

/** The lab's two hosts, with a server and a firewall of their own. */
export class Network {
  readonly #hosts = new Hosts();
  /** Names of the namespaces. In both the interface is eth0. */
  readonly client = this.#hosts.client;
  readonly server = this.#hosts.server;

  /** Builds it, firewall and listeners included. */
  async build(): Promise<void> {
    await this.#hosts.build();
    this.#hosts.run(this.server, 'nft', ['-f', '-'], RULES);
    await this.listen(['serve', String(OPEN)]);
  }

  /** Starts a server, and waits until it listens. */
  async listen(args: readonly string[]): Promise<ChildProcess> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const listening = this.peer(this.server, args);
    listening.stdout?.once('data', () => resolve());
    listening.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    await promise;
    return listening;
  }

  /** A command within a namespace. */
  exec(namespace: string, command: string, input = ''): void {
    const [program, ...args] = command.split(' ');
    this.#hosts.run(namespace, program, args, input);
  }

  /** `ip ARGS` within a namespace. */
  ip(namespace: string, args: string): void {
    this.#hosts.ip(namespace, args);
  }

  /** Starts a part of peer.ts within a namespace. */
  peer(namespace: string, args: readonly string[]): ChildProcess {
    const stdio: StdioOptions = ['pipe', 'pipe', 'inherit'];
    return this.#hosts.spawn(namespace, [process.execPath, PEER, ...args], stdio);
  }

  /** Waits until a part of peer.ts has done its work; what it printed. */
  async finished(child: ChildProcess): Promise<string> {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once('close', resolve);
    const code = await promise;
    if (code !== 0) throw new Error(`peer.ts ended with ${code}`);
    return printed;
  }

  /** Connects to each `address port` at once, from the client; ends when all have been answered, or gave up after `wait` seconds. */
  async connect(targets: readonly string[], wait = 1.5): Promise<void> {
    await this.finished(this.peer(this.client, ['connect', String(wait), ...targets]));
  }

  /** Sends Ethernet frames on an interface. */
  async inject(namespace: string, name: string, frames: readonly Uint8Array[]): Promise<void> {
    const child = this.peer(namespace, ['inject', name]);
    child.stdin?.end(frames.map((frame) => Buffer.from(frame).toString('hex')).join('\n'));
    await this.finished(child);
  }

  remove(): void {
    this.#hosts.remove();
  }
}
