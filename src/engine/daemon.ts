import { loadConfig } from '../config/load.ts';
import { startProgress } from '../face/progress.ts';
import { pageOf } from '../read/page.ts';
import { Engine } from './engine.ts';
import { bundled } from './registry.ts';
import { onFirstSignal } from './signals.ts';

/**
 * Runs a configuration from its file to its end. SIGTERM and SIGINT drain.
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
  const ignoreSignals = onFirstSignal((signal) => {
    process.stderr.write(`unackd: ${signal}: draining; once more ends at once\n`);
    engine.stop();
  });
  try {
    await engine.run();
  } finally {
    progress.stop();
    ignoreSignals();
  }
}
