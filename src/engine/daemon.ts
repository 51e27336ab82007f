import { loadConfig } from '../config/load.ts';
import { startProgress } from '../face/progress.ts';
import { pageOf } from '../read/page.ts';
import { Engine } from './engine.ts';
import { bundled } from './registry.ts';

/** Signals that end the daemon after it has drained. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** A second signal after this long means it: a double Ctrl-C within is one. */
const MEANT_AFTER_MS = 500;

/**
 * Runs a configuration from its file to its end.
 * @throws ConfigError, or what made a component fail, with its id
 */
export async function runDaemon(file: string, showProgress: boolean): Promise<void> {
  const { config, warnings } = loadConfig(
    file,
    bundled,
    pageOf(process.stderr, process.env).colour,
  );
  for (const warning of warnings) process.stderr.write(`${warning}\n\n`);
  const progress = startProgress(process.stderr, showProgress);
  const engine = new Engine(config, {
    log: (id, level, text) => {
      if (level !== 'debug') process.stderr.write(`unackd: ${id}: ${text}\n`);
    },
    progress: (done, total, frames) => progress.update(done, total ?? 0, frames),
  });
  let stoppedAt = Number.NaN;
  const stop = (signal: NodeJS.Signals): void => {
    if (performance.now() - stoppedAt > MEANT_AFTER_MS) {
      for (const each of SIGNALS) process.off(each, stop);
      process.kill(process.pid, signal);
      return;
    }
    if (!Number.isNaN(stoppedAt)) return;
    stoppedAt = performance.now();
    process.stderr.write(`unackd: ${signal}: draining; once more ends at once\n`);
    engine.stop();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await engine.run();
  } finally {
    progress.stop();
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
