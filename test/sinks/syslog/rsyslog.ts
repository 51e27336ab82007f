/** An rsyslog of the test's own, on loopback ports; what it takes it writes as lines. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from '../../delivery/authority.ts';

const PROGRAM = '/usr/sbin/rsyslogd';
const GNUTLS = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/rsyslog/lmnsd_gtls.so`;

/** Why it can't be run here, or ''. */
export function noRsyslog(): string {
  return existsSync(PROGRAM) ? '' : 'no rsyslogd: apt-get install rsyslog rsyslog-gnutls';
}

export function noGnutls(): string {
  if (noRsyslog() !== '') return noRsyslog();
  return existsSync(GNUTLS) ? '' : 'no rsyslog-gnutls';
}

/** A port of loopback that was free a moment ago, for TCP and likely for UDP. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export type Listener = 'udp' | 'tcp' | 'tls';

function configuration(folder: string, kind: Listener, port: number, tls?: Certificates): string {
  const template = [
    'template(name="all" type="list" option.jsonf="on") {',
    ...[
      'pri',
      'timereported',
      'hostname',
      'app-name',
      'procid',
      'msgid',
      'structured-data',
      'msg',
    ].map(
      (name) =>
        `  property(outname="${name}" name="${name}" format="jsonf"${name === 'timereported' ? ' dateFormat="rfc3339"' : ''})`,
    ),
    '}',
  ];
  const input = {
    udp: [
      'module(load="imudp")',
      `input(type="imudp" address="127.0.0.1" port="${port}" ruleset="r")`,
    ],
    tcp: [
      'module(load="imtcp")',
      `input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="r")`,
    ],
    tls: [
      `global(DefaultNetstreamDriverCAFile="${tls?.ca}" DefaultNetstreamDriverCertFile="${tls?.cert}" DefaultNetstreamDriverKeyFile="${tls?.key}")`,
      'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")',
      `input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="r")`,
    ],
  }[kind];
  return [
    `global(workDirectory="${folder}")`,
    ...input,
    ...template,
    `ruleset(name="r") { action(type="omfile" file="${join(folder, 'taken.jsonl')}" template="all" flushOnTXEnd="on" asyncWriting="off") }`,
    '',
  ].join('\n');
}

export type Taken = Record<string, string>;

export class Rsyslog {
  readonly #folder: string;
  #process: ChildProcess | undefined;

  /** @param folder of its own, empty */
  constructor(folder: string, kind: Listener, port: number, tls?: Certificates) {
    this.#folder = folder;
    writeFileSync(join(folder, 'rsyslog.conf'), configuration(folder, kind, port, tls));
    execFileSync(PROGRAM, ['-N1', '-f', join(folder, 'rsyslog.conf')], { stdio: 'pipe' });
  }

  async start(): Promise<void> {
    const args = ['-n', '-f', join(this.#folder, 'rsyslog.conf'), '-i', join(this.#folder, 'pid')];
    const child = spawn(PROGRAM, args, { stdio: 'ignore' });
    this.#process = child;
    for (let i = 0; i < 100 && !existsSync(join(this.#folder, 'pid')); i++) await sleep(50);
    // Its listeners come a moment after.
    await sleep(300);
  }

  /** Ends it, in peace or not. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  }

  /** What it took so far. */
  taken(): Taken[] {
    const path = join(this.#folder, 'taken.jsonl');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Taken);
  }

  /** Waits until it took so many, or 3 s. */
  async whenTaken(count: number): Promise<Taken[]> {
    for (let i = 0; i < 60 && this.taken().length < count; i++) await sleep(50);
    return this.taken();
  }
}
