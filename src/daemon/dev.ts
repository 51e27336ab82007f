/** `run --dev`: for who writes plugins and configurations. */
import { resolve } from 'node:path';
import { ConfigError, loadConfig } from '../config/load.ts';
import type { Loaded } from '../config/load.ts';
import { onFirstSignal } from '../engine/signals.ts';
import { installed } from '../engine/registry.ts';
import { counted } from '../face/count.ts';
import { InputError } from '../plugin/api.ts';
import { takeLooked } from '../outside/looked.ts';
import type { Looked } from '../outside/looked.ts';
import { Follower } from '../reload/follower.ts';
import { filesText, linesOf } from '../reload/words.ts';
import { DEV_LOG, RunningDaemon } from './daemon.ts';
import { keepHeapTight } from './heap.ts';
import { openLog } from './log.ts';
import { ID } from './state.ts';

class Dev {
  readonly #file: string;
  readonly #progress: boolean;
  readonly #follower = new Follower((files) => this.#changed(files));
  readonly #log = openLog(DEV_LOG, true).log;
  #daemon: RunningDaemon | null = null;
  /** While nothing runs: what the next change, or the end, is waited for with. */
  #wait = Promise.withResolvers<boolean>();
  #ended = false;
  /** A change that no reload took up by now. */
  #late = false;

  constructor(file: string, progress: boolean) {
    this.#file = file;
    this.#progress = progress;
  }

  async run(): Promise<void> {
    const ignoreSignals = onFirstSignal(() => {
      this.#ended = true;
      this.#wait.resolve(false);
    });
    try {
      let loaded: Loaded | null = this.#load();
      this.#log(ID, 'info', `dev: ${this.#what()}`);
      while (loaded !== null) {
        await this.#runOnce(loaded);
        loaded = await this.#next();
      }
    } finally {
      this.#follower.close();
      ignoreSignals();
    }
  }

  #what(): string {
    return [
      `follows ${counted(this.#follower.files, 'file')} (on network file systems by a look each 2 s) and reloads when one changes`,
      'files that were read to their end are read again then',
      "the log says all, plugins' errors with their stacks",
    ].join('; ');
  }

  /** Also follows what it reads, whether or not it can be used. */
  #load(): Loaded {
    takeLooked();
    try {
      const loaded = loadConfig(this.#file, installed, false);
      for (const warning of loaded.warnings) this.#say('warn', warning);
      return loaded;
    } finally {
      this.#follow();
    }
  }

  #follow(): void {
    const { paths, except }: Looked = takeLooked();
    this.#follower.follow({ paths: new Set([resolve(this.#file), ...paths]), except });
  }

  async #runOnce({ config }: Loaded): Promise<void> {
    this.#daemon = new RunningDaemon(this.#file, config, this.#progress, {
      dev: true,
      readAgain: () => {
        this.#late = false;
        this.#follow();
      },
    });
    try {
      await this.#daemon.run();
    } catch (error) {
      this.#say('error', error instanceof Error ? error.message : String(error));
    } finally {
      this.#daemon = null;
    }
  }

  /** Waits for a change with which it can go on; `null` at the end. */
  async #next(): Promise<Loaded | null> {
    while (!this.#ended) {
      this.#log(ID, 'info', 'dev: waits for a change; Ctrl-C ends it');
      this.#wait = Promise.withResolvers();
      if (this.#late) this.#wait.resolve(true);
      this.#late = false;
      // A timer keeps the process, as nothing else may.
      const timer = setInterval(() => {}, 3_600_000);
      const go = await this.#wait.promise;
      clearInterval(timer);
      if (!go) break;
      try {
        return this.#load();
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        this.#say('error', error.message);
      }
    }
    return null;
  }

  #changed(files: readonly string[]): void {
    const why = `dev: ${filesText(files)}`;
    if (this.#daemon !== null) {
      this.#late = true;
      this.#daemon.reloadFor(why);
      return;
    }
    this.#log(ID, 'info', why);
    this.#wait.resolve(true);
  }

  #say(level: 'warn' | 'error', text: string): void {
    for (const line of linesOf(text)) this.#log(ID, level, line);
  }
}

/**
 * Runs a configuration, reloads it and its plugins when they change, and begins
 * anew when its sources have ended. Ends when it is asked to.
 * @throws ConfigError of a configuration that can't be used at the start
 */
export async function runDev(file: string, showProgress: boolean): Promise<void> {
  if (file === '-') throw new InputError(66, '--dev wants a file to follow, not standard input');
  keepHeapTight();
  await new Dev(file, showProgress).run();
}
