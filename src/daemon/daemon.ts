import { loadConfig } from '../config/load.ts';
import type { Loaded } from '../config/load.ts';
import { listenText } from '../config/listen.ts';
import type { DaemonConfig } from '../config/resolved.ts';
import type { Changes } from '../engine/changes.ts';
import { Engine } from '../engine/engine.ts';
import { installed } from '../engine/registry.ts';
import type { ComponentError } from '../engine/sink-node.ts';
import { onFirstSignal } from '../engine/signals.ts';
import { formatDuration } from '../face/duration.ts';
import { startProgress } from '../face/progress.ts';
import { OUTCOMES } from '../model/attempt.ts';
import { pageOf } from '../read/page.ts';
import { reload } from '../reload/reload.ts';
import { linesOf } from '../reload/words.ts';
import type { Ledger } from '../telling/ledger.ts';
import { version } from '../version.ts';
import { openAdmin } from './admin.ts';
import type { Admin } from './admin.ts';
import { Databases } from './databases.ts';
import { keepHeapTight } from './heap.ts';
import { ledgerPath, openLedger } from './open-ledger.ts';
import { actsOf } from './orders.ts';
import { openLog } from './log.ts';
import type { DaemonLog } from './log.ts';
import { LoopDelay } from './loop-delay.ts';
import type { Metrics } from './metrics.ts';
import { routesOf } from './routes.ts';
import { ID, statusOf } from './state.ts';
import type { Daemon } from './state.ts';
import { serviceLine } from './systemd/line.ts';
import { openServiceManager } from './systemd/manager.ts';
import type { Outlook, ServiceManager } from './systemd/manager.ts';
import { Tally } from './tally.ts';

/**
 * Runs a configuration from its file to its end. SIGTERM and SIGINT drain, SIGHUP reloads.
 * @throws ConfigError, or what made a component fail, with its id
 */
export async function runDaemon(file: string, showProgress: boolean): Promise<void> {
  keepHeapTight();
  const { colour } = pageOf(process.stderr, process.env);
  const { config, warnings } = loadConfig(file, installed, colour);
  for (const warning of warnings) process.stderr.write(`${warning}\n\n`);
  await new RunningDaemon(file, config, showProgress).run();
}

/** In place of what a configuration says. */
export const DEV_LOG: DaemonConfig['log'] = { level: 'debug', format: 'text' };

/** Who runs a daemon for a purpose of their own. */
export interface Around {
  /** The log says all, each time. */
  readonly dev?: boolean;
  /** Is called when the configuration was read again, used or not. */
  readonly readAgain?: () => void;
}

export class RunningDaemon implements Daemon {
  readonly engine: Engine;
  readonly tally = new Tally();
  readonly started = Date.now();
  config: DaemonConfig;
  draining = false;
  lastReload: Daemon['lastReload'] = null;
  private readonly file: string;
  private readonly around: Around;
  private readonly logging: DaemonLog;
  private readonly databases = new Databases();
  private readonly progress: ReturnType<typeof startProgress>;
  private admin: Admin | null = null;
  private metrics: Promise<Metrics> | undefined;
  private readonly loop = new LoopDelay();
  private currentLedger: Ledger | undefined;
  private readonly manager: ServiceManager | null;
  /** Why the last reload changed nothing. */
  private refused: string | null = null;
  /** One reload after the other. */
  private reloading: Promise<void> = Promise.resolve();

  constructor(file: string, config: DaemonConfig, showProgress: boolean, around: Around = {}) {
    this.file = file;
    this.around = around;
    this.config = config;
    this.logging = around.dev === true ? openLog(DEV_LOG, true) : openLog(config.log);
    this.progress = startProgress(process.stderr, showProgress);
    this.manager = openServiceManager(process.env, (text) => this.say('warn', text));
    this.engine = new Engine(config, {
      log: this.logging.log,
      witness: this.tally,
      ledger: () => this.ledger,
      progress: (done, total, frames) => this.progress.update(done, total ?? 0, frames),
      sourceFailed: (error) => this.sourceFailed(error),
      retired: (pipeline) => this.tally.retire(pipeline),
    });
  }

  async run(): Promise<void> {
    let began = Number.NaN;
    const hangUp = (): void => this.reloadFor('SIGHUP');
    const ignoreSignals = onFirstSignal((signal) => {
      this.draining = true;
      this.say('info', `${signal}: draining; once more ends at once`);
      this.manager?.stopping('draining: what was read is brought to its end');
      this.engine.stop();
    });
    process.on('SIGHUP', hangUp);
    try {
      this.databases.take(this.config);
      this.admin = await this.openAdmin(this.config);
      began = performance.now();
      this.say('info', `${version} starts: ${this.described()}`);
      this.manager?.watch(() => this.outlook());
      await this.engine.run();
      // Files may be read before anybody looked.
      this.manager?.ready();
    } finally {
      this.draining = true;
      this.manager?.stopping('ending');
      this.progress.stop();
      ignoreSignals();
      process.off('SIGHUP', hangUp);
      this.admin?.close();
      this.loop.stop();
      this.currentLedger?.close();
      this.databases.release();
      if (!Number.isNaN(began)) {
        const took = formatDuration((performance.now() - began) / 1000);
        this.say('info', `ended after ${took}: ${this.totals()}`);
      }
      this.manager?.close();
    }
  }

  /** Opened when the first one asks, after sinks have said what is wrong with the database. */
  get ledger(): Ledger {
    this.currentLedger ??= openLedger(this.config);
    return this.currentLedger;
  }

  get settled(): Promise<void> {
    return this.reloading;
  }

  /** Reads the configuration again, once what is under way is done. */
  reloadFor(why: string): void {
    this.reloading = this.reloading.then(async () => this.reload(why));
  }

  review(): void {
    for (const { teller } of this.engine.pipelines) teller.review();
    this.engine.delivery?.commit();
  }

  private outlook(): Outlook {
    const { stands, reads } = this.engine;
    return { stands, reads, line: () => serviceLine(statusOf(this), this.refused) };
  }

  private say(level: 'info' | 'warn' | 'error', text: string): void {
    this.logging.log(ID, level, text);
  }

  private sourceFailed({ id, message }: ComponentError): void {
    this.tally.failed.add(id);
    // Of the only one the end tells.
    if (this.config.sources.length === 1) return;
    const text = message.startsWith(`${id}: `) ? message.slice(id.length + 2) : message;
    this.logging.log(id, 'error', `${text}; the other sources go on`);
  }

  private described(): string {
    const { sources, sinks, admin } = this.config;
    const list = (all: typeof sources | typeof sinks): string =>
      all.map(({ id, definition }) => `${id} (${definition.name})`).join(', ');
    const where = admin === null ? '' : `; admin at ${listenText(admin.listen)}`;
    return `${this.file}; sources ${list(sources)}; sinks ${list(sinks)}${where}`;
  }

  private totals(): string {
    let packets = 0;
    const attempts = new Float64Array(OUTCOMES.length);
    for (const sums of this.tally.sources(this.engine.pipelines).values()) {
      packets += sums.packets;
      sums.outcomes.forEach((count, i) => {
        attempts[i] += count;
      });
    }
    const all = attempts.reduce((sum, count) => sum + count, 0);
    const parts = OUTCOMES.flatMap((name, i) => (attempts[i] > 0 ? `${attempts[i]} ${name}` : []));
    const notices = [...this.tally.notices.values()].reduce((sum, count) => sum + count, 0);
    return `${packets} packets, ${all} ${all === 1 ? 'attempt' : 'attempts'}${all > 0 ? ` (${parts.join(', ')})` : ''}, ${notices} ${notices === 1 ? 'notice' : 'notices'}`;
  }

  private async openAdmin({ admin }: DaemonConfig): Promise<Admin | null> {
    if (admin === null) return null;
    // Before anybody asks: the first answer has a past to tell of.
    this.loop.start();
    const loadMetrics = async (): Promise<Metrics> => {
      this.metrics ??= import('./metrics.ts').then(({ openMetrics }) =>
        openMetrics(this, this.loop),
      );
      return this.metrics;
    };
    return openAdmin(admin.listen, routesOf(this, loadMetrics), actsOf(this));
  }

  /** Reads the configuration again. Where anything is wrong with it, all stays as it is. */
  private async reload(why: string): Promise<void> {
    if (this.draining || this.engine.ending) return;
    const at = new Date().toISOString();
    this.manager?.reloading();
    try {
      this.refused = await reload(why, {
        subject: this.file,
        read: async () => this.readAgain(),
        goOn: async (config) => this.goOnWith(config),
        say: (level, text) => this.say(level, text),
      });
      this.lastReload = { at, ok: this.refused === null };
    } finally {
      this.around.readAgain?.();
      this.manager?.reloaded();
    }
  }

  private async readAgain(): Promise<DaemonConfig> {
    const read = (): Loaded => loadConfig(this.file, installed, false);
    // Standard input is read once.
    if (this.file !== '-') await installed.outside?.ready(read);
    const { config, warnings } = read();
    for (const line of warnings.flatMap((warning) => linesOf(warning))) this.say('warn', line);
    return config;
  }

  private async goOnWith(next: DaemonConfig): Promise<Changes> {
    const locks = this.databases.take(next);
    const before = this.config.admin;
    const moved =
      (before === null ? '' : listenText(before.listen)) !==
      (next.admin === null ? '' : listenText(next.admin.listen));
    let admin: Admin | null = null;
    const said = this.ledger;
    try {
      if (ledgerPath(next) !== ledgerPath(this.config)) {
        this.currentLedger = openLedger(next);
        this.currentLedger.inherit(said);
      }
      if (moved) admin = await this.openAdmin(next);
      const changes = await this.engine.reload(next);
      for (const id of [...changes.changed, ...changes.removed]) this.tally.failed.delete(id);
      locks.dropOthers();
      if (moved) {
        this.admin?.close();
        this.admin = admin;
      }
      this.config = next;
      if (this.currentLedger !== said) said.close();
      if (this.around.dev !== true) this.logging.configure(next.log);
      return changes;
    } catch (error) {
      admin?.close();
      if (this.currentLedger !== said) this.currentLedger?.close();
      this.currentLedger = said;
      locks.undo();
      throw error;
    }
  }
}
