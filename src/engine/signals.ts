/** Signals that ask for an end. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A terminal sends Ctrl-C to all of its processes, and some parents (npm) pass theirs on: within this time that is one. */
const ONE_WITHIN_MS = 100;

/**
 * Calls `stop` at the first SIGINT or SIGTERM; the next one ends the process at
 * once, as if nobody had listened.
 * @returns what gives the signals their default back
 */
export function onFirstSignal(stop: (signal: NodeJS.Signals) => void): () => void {
  let stoppedAt = Number.NaN;
  const ignore = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  const listener = (signal: NodeJS.Signals): void => {
    if (Number.isNaN(stoppedAt)) {
      stoppedAt = performance.now();
      stop(signal);
    } else if (performance.now() - stoppedAt > ONE_WITHIN_MS) {
      ignore();
      process.kill(process.pid, signal);
    }
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return ignore;
}
