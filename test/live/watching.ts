/** `unackd run` with a live source, in a namespace, and what it tells as it goes. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLines, UNACKD } from '../support/unackd.ts';
import type { Folder } from '../support/unackd.ts';
import type { JsonRecord } from '../support/read-records.ts';

interface Ended {
  readonly code: number | null;
  /** Since it was asked for, or since the start. */
  readonly milliseconds: number;
}

export interface Told {
  readonly outcome: string;
  readonly inferred: boolean;
  readonly icmp: string | null;
}

export class Watching {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  private asked = performance.now();
  private readonly closed: Promise<number | null>;

  /**
   * @param source YAML of the source's options, in braces
   * @param as a command that runs it, such as setpriv
   */
  constructor(folder: Folder, namespace: string, source: string, as: readonly string[] = []) {
    const config = folder.file(
      `${namespace}-${Math.round(performance.now() * 1000)}.yaml`,
      `sources:\n  tap: ${source}\nsinks:\n  out: { use: jsonl, path: '-', from: [attempts, incidents, notices] }\n`,
    );
    this.child = spawn(
      'ip',
      ['netns', 'exec', namespace, ...as, UNACKD, 'run', '--config', config],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.child.once('close', resolve);
    this.closed = promise;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get records(): JsonRecord[] {
    return parseLines(this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1));
  }

  /** Latest word on each endpoint's attempts, by `ADDRESS PORT`. */
  get attempts(): ReadonlyMap<string, Told> {
    const told = new Map<string, Told>();
    for (const record of this.records) {
      if (record['type'] !== 'attempt') continue;
      const { ip, port } = record['server'] as { ip: string; port: number };
      const icmp = record['icmp'] as { name: string } | null;
      told.set(`${ip} ${port}`, {
        outcome: String(record['outcome']),
        inferred: record['inferred'] === true,
        icmp: icmp === null ? null : icmp.name,
      });
    }
    return told;
  }

  notices(code: string): string[] {
    return this.records
      .filter((record) => record['type'] === 'notice' && record['code'] === code)
      .map((record) => String(record['text']));
  }

  /** Waits until something is so. */
  async until(what: string, is: () => boolean, within = 8000): Promise<void> {
    for (let waited = 0; waited < within; waited += 25) {
      if (is()) return;
      await sleep(25);
    }
    throw new Error(`not within ${within} ms: ${what}\n${this.stdout.slice(-2000)}${this.stderr}`);
  }

  /** Waits until it captures. */
  async begun(): Promise<void> {
    await this.until('it starts', () => this.stderr.includes(' starts: '));
    // The interfaces are opened right behind that line.
    await sleep(300);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.asked = performance.now();
    this.child.kill(signal);
    return this.ended();
  }

  async ended(): Promise<Ended> {
    const code = await this.closed;
    return { code, milliseconds: performance.now() - this.asked };
  }
}
