import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { UNACKD } from './unackd.ts';

/** A real unackd in its own process, while it runs. */
export class Program {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(UNACKD, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve(code));
    });
  }

  /** Waits until standard error has it, so many times; the line. */
  async says(what: RegExp, within = 10_000, times = 1): Promise<string> {
    return this.line('stderr', what, within, times);
  }

  /** Waits until standard output has it; the line. */
  async prints(what: RegExp, within = 10_000): Promise<string> {
    return this.line('stdout', what, within, 1);
  }

  /** Waits until standard output has it once more than by now. */
  async printsAnew(what: RegExp, within = 10_000): Promise<string> {
    const by = this.stdout.split('\n').filter((line) => what.test(line)).length;
    return this.line('stdout', what, within, by + 1);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns its exit code */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.signal(signal);
    return this.ended;
  }

  private async line(
    stream: 'stdout' | 'stderr',
    what: RegExp,
    within: number,
    times: number,
  ): Promise<string> {
    for (let waited = 0; waited < within; waited += 20) {
      const line = this[stream]
        .split('\n')
        .filter((text) => what.test(text))
        .at(times - 1);
      if (line !== undefined) return line;
      await sleep(20);
    }
    throw new Error(`${what} was not said:\n${this[stream]}`);
  }
}
