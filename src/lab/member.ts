/** A part of the lab as its parent sees it: a process in one of the hosts. */
import type { ChildProcess } from 'node:child_process';
import type { Hosts } from './hosts.ts';
import type { Asked, Part, Told } from './messages.ts';
import { startAgain } from '../self.ts';

/** Longest start on a busy machine. */
const START_MS = 20_000;
/** A part that was asked to end has this long to tell the rest. */
const END_MS = 5000;

export class Member {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<void>();
  readonly #part: string;

  /** @param heard what it tells; failures come out of `ready` and `end` */
  constructor(hosts: Hosts, namespace: string, part: Part, heard: (told: Told) => void) {
    this.#part = part.part;
    // Node's flags that came with the environment go on with it.
    const { args } = startAgain(process.execArgv, ['lab', 'part', JSON.stringify(part)]);
    this.#child = hosts.spawn(
      namespace,
      [process.execPath, ...args],
      ['ignore', 'ignore', 'inherit', 'ipc'],
    );
    this.#ready.promise.catch(() => {});
    this.#done.promise.catch(() => {});
    this.#child.on('message', (told: Told) => this.#hear(told, heard));
    this.#child.once('exit', (code, signal) => {
      this.#fail(new Error(`the ${this.#part} in the lab ended with ${signal ?? code}`));
    });
    this.#child.once('error', (error) => this.#fail(error));
  }

  /** Resolves when it works. */
  async ready(): Promise<void> {
    await this.#within(this.#ready.promise, START_MS, 'started');
  }

  /** Its application stands still, or goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Asks it to end; resolves when all was told. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.send('end' satisfies Asked);
    await this.#within(this.#done.promise, END_MS, 'ended');
  }

  #hear(told: Told, heard: (told: Told) => void): void {
    if (told.type === 'ready') this.#ready.resolve();
    else if (told.type === 'done') this.#done.resolve();
    else if (told.type === 'failed') {
      const { message, exitCode } = told;
      this.#fail(Object.assign(new Error(message), { exitCode }));
    } else heard(told);
  }

  #fail(error: Error): void {
    this.#ready.reject(error);
    this.#done.reject(error);
  }

  async #within(what: Promise<void>, milliseconds: number, verb: string): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error(`the ${this.#part} in the lab has not ${verb} in ${milliseconds} ms`));
    }, milliseconds);
    try {
      await Promise.race([what, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
