import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Hosts } from '../../src/lab/hosts.ts';

const UNACKD = `${import.meta.dirname}/../../bin/unackd`;

/** USER_HZ, in which /proc counts processor time: 100 on every Linux of today. */
const TICKS = 100;
const READY_MS = 20_000;

/** What it told in all its life. */
export interface Told {
  readonly incidents: readonly string[];
  readonly notices: readonly string[];
}

/** `unackd run` at the server, with the standard analysers and a database. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #words: Promise<string>;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#words = text(child.stderr!);
  }

  /**
   * Resolves once it captures.
   * @param interfaces as the live source takes them
   * @param folder an empty one, for its files
   * @throws Error with its own words where it ends instead
   */
  static async start(hosts: Hosts, interfaces: string, folder: string): Promise<Daemon> {
    const config = `${folder}/live.yaml`;
    writeFileSync(
      config,
      `sources:
  live: { use: live, interface: ${interfaces} }
sinks:
  history: { use: sqlite, path: live.db, from: [incidents, notices] }
admin: { listen: "unix:${folder}/admin.sock" }
`,
    );
    const argv = [UNACKD, 'run', '--config', config];
    const daemon = new Daemon(
      hosts.spawn(hosts.server, argv, ['ignore', 'ignore', 'pipe']),
      folder,
    );
    for (let waited = 0; waited < READY_MS; waited += 100) {
      if (daemon.#child.exitCode !== null) break;
      if ((await daemon.#ask('/readyz'))?.status === 200) return daemon;
      await sleep(100);
    }
    daemon.#child.kill();
    throw new Error(`unackd run does not get ready: ${await daemon.#words}`);
  }

  /** Seconds of processor time so far, user and system. */
  get cpu(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    // Behind the name, which may hold anything, utime and stime are the 12th and 13th.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) / TICKS;
  }

  /** Resident memory, MiB. */
  get rss(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(?<kibibytes>\d+)/mu.exec(status)?.groups?.['kibibytes']) / 1024;
  }

  /** Open descriptors. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  /** The sum of a metric over those of its labels that match. */
  async metric(name: string, label = ''): Promise<number> {
    const answer = await this.#ask('/metrics');
    let sum = 0;
    for (const line of answer?.body.split('\n') ?? []) {
      if (line.startsWith(`${name}{`) && line.includes(label))
        sum += Number(line.split(' ').at(-1));
    }
    return sum;
  }

  /** Ends it as a service manager would. @throws Error with its words unless it ends well */
  async stop(): Promise<Told> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    const { exitCode } = this.#child;
    if (exitCode !== 0) throw new Error(`unackd ended with ${exitCode}: ${await this.#words}`);
    const database = new Database(`${this.#folder}/live.db`, { readonly: true });
    const all = (query: string): string[] =>
      database
        .prepare(query)
        .all()
        .map((row) => Object.values(row).join(' '));
    const told = {
      incidents: all('SELECT kind, state, scope_ip, scope_port FROM incidents'),
      notices: all('SELECT code, text FROM notices'),
    };
    database.close();
    return told;
  }

  #ask(path: string): Promise<{ readonly status: number; readonly body: string } | null> {
    const { promise, resolve } = Promise.withResolvers<{ status: number; body: string } | null>();
    const socketPath = `${this.#folder}/admin.sock`;
    get({ socketPath, path }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body }),
        () => resolve(null),
      );
    }).on('error', () => resolve(null));
    return promise;
  }
}
