/** A real daemon in its own process and folder. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { UNACKD } from '../support/unackd.ts';

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export async function ask(socketPath: string, path: string, method = 'GET'): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const asking = request({ socketPath, path, method, agent: false }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    response.once('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        type: response.headers['content-type'] ?? '',
        body,
      }),
    );
  });
  asking.once('error', reject).end();
  return promise;
}

export class Running {
  stderr = '';
  readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(config: string, env: NodeJS.ProcessEnv = {}, more: readonly string[] = []) {
    this.child = spawn(UNACKD, ['run', '--config', config, ...more], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve(code));
    });
  }

  /** Waits until the log says it, so many times; the line. */
  async says(what: RegExp, within = 10_000, times = 1): Promise<string> {
    for (let waited = 0; waited < within; waited += 20) {
      const line = this.stderr
        .split('\n')
        .filter((text) => what.test(text))
        .at(times - 1);
      if (line !== undefined) return line;
      await sleep(20);
    }
    throw new Error(`${what} was not said:\n${this.stderr}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns its exit code */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.signal(signal);
    return this.ended;
  }
}
