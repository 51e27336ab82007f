/** Two hosts in network namespaces, joined by a veth pair. Takes root. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';

export const SERVER4 = '10.99.0.2';
export const SERVER6 = 'fd99::2';

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

function run(command: string, args: readonly string[], input = ''): void {
  const { status, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}

/** Skips where namespaces can't be made. To be called in `before`. */
export function needsNetwork(context: Mocha.Context): void {
  needs(context, process.getuid?.() === 0, 'not root: network namespaces take it');
  const probe = `unackd-probe-${process.pid}`;
  const { status } = spawnSync('ip', ['netns', 'add', probe]);
  if (status === 0) spawnSync('ip', ['netns', 'del', probe]);
  needs(context, status === 0, 'no network namespaces here: ip netns add fails');
  needs(context, spawnSync('nft', ['--version']).status === 0, 'no nft');
}

export class Network {
  /** Names of the namespaces. In the client the interface is c0, in the server s0. */
  readonly client = `unackd-c-${process.pid}`;
  readonly server = `unackd-s-${process.pid}`;
  private readonly children: ChildProcess[] = [];

  /** Builds it, firewall and listeners included. */
  async build(): Promise<void> {
    const { client, server } = this;
    for (const name of [client, server]) run('ip', ['netns', 'add', name]);
    this.ip(client, `link add c0 type veth peer name s0 netns ${server}`);
    this.ip(client, 'addr add 10.99.0.1/24 dev c0');
    this.ip(client, 'addr add fd99::1/64 dev c0 nodad');
    this.ip(server, `addr add ${SERVER4}/24 dev s0`);
    this.ip(server, `addr add ${SERVER6}/64 dev s0 nodad`);
    for (const name of [client, server]) this.ip(name, 'link set lo up');
    this.ip(client, 'link set c0 up');
    this.ip(server, 'link set s0 up');
    run('ip', ['netns', 'exec', server, 'nft', '-f', '-'], RULES);
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
    run('ip', ['netns', 'exec', namespace, ...command.split(' ')], input);
  }

  /** `ip ARGS` within a namespace. */
  ip(namespace: string, args: string): void {
    run('ip', ['-n', namespace, ...args.split(' ')]);
  }

  /** Starts a part of peer.ts within a namespace. */
  peer(namespace: string, args: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, PEER, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.children.push(child);
    return child;
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
    for (const child of this.children) child.kill('SIGKILL');
    for (const name of [this.client, this.server]) spawnSync('ip', ['netns', 'del', name]);
  }
}
