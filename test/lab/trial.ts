/** One run of `unackd lab`, and what it told when. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { needsNamespaces } from '../support/namespaces.ts';
import { needsBuild, UNACKD } from '../support/unackd.ts';
import type { Cause } from '../../src/model/endpoint.ts';
import type { JsonRecord } from '../support/read-records.ts';

/** Skips where there can't be a lab. To be called in `before`. */
export function needsLab(context: Mocha.Context): void {
  needsBuild(context);
  needsNamespaces(context);
}

/** Namespaces of all labs that there are. */
export function namespaces(): string[] {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  const names = stdout.split('\n').map((line) => line.split(' ')[0]);
  return names.filter((name) => name.startsWith('unackd-lab-'));
}

/** What one port's connections came to, by when they began. */
export interface Connection {
  readonly port: number;
  readonly begun: string;
  readonly saw: string;
  readonly seconds: number;
}

export class Trial {
  readonly child: ChildProcess;
  readonly records: JsonRecord[] = [];
  stderr = '';
  /** When each record came, in milliseconds of `Date.now`. */
  readonly #came: number[] = [];
  readonly #closed: Promise<unknown[]>;

  constructor(args: readonly string[]) {
    this.child = spawn(UNACKD, ['lab', ...args, '--format', 'jsonl'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.child, 'close');
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.records.push(JSON.parse(line) as JsonRecord);
      this.#came.push(Date.now());
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  /** Waits for its end. @returns the exit code */
  async ended(): Promise<number | null> {
    const [code] = await this.#closed;
    return code as number | null;
  }

  /** Waits until something was done: `begun`, `fault`, `cleared`, `ended`. */
  async turn(turn: string): Promise<void> {
    for (let waited = 0; waited < 20_000; waited += 50) {
      if (this.records.some((record) => record['turn'] === turn)) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    throw new Error(`no turn '${turn}' in 20 s: ${this.stderr}`);
  }

  /** Incidents as `KIND ADDRESS:PORT STATE`, and seconds since the fault began, or was cleared, until they were told. */
  get incidents(): readonly { readonly what: string; readonly after: number }[] {
    let turned = 0;
    return this.records.flatMap((record, i) => {
      if (record['type'] === 'lab') turned = this.#came[i];
      if (record['type'] !== 'incident') return [];
      const { port } = record['scope'] as { port: number | null };
      const what = `${String(record['kind'])} ${port ?? 'host'} ${String(record['state'])}`;
      return [{ what, after: (this.#came[i] - turned) / 1000 }];
    });
  }

  /** Of the incident, when it fired. */
  get causes(): readonly Cause[] {
    const firing = this.records.find(({ state }) => state === 'firing');
    return (firing?.['causes'] ?? []) as readonly Cause[];
  }

  /** Verdicts by port, just before the fault was cleared. */
  get verdicts(): Readonly<Record<string, unknown>> {
    const endpoints = this.records.filter(({ type }) => type === 'endpoint');
    return Object.fromEntries(
      endpoints.map((record) => [(record['server'] as { port: number }).port, record['verdict']]),
    );
  }

  get connections(): readonly Connection[] {
    return this.records
      .filter(({ type }) => type === 'connection')
      .map((record) => ({
        port: (record['server'] as { port: number }).port,
        begun: String(record['begun']),
        saw: String(record['saw']),
        seconds: Number(record['seconds']),
      }));
  }
}
