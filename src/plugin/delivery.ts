/** What a sink throws from `deliver` to say how the engine shall go on. */

/** Not now: the same message is tried again, with backoff. Any other error means the same. */
export class RetryLater extends Error {
  /** Seconds that the receiver asked for, or `null`; the engine waits at most 30. */
  readonly after: number | null;
  /** @param message one line: what, and what to do */
  constructor(message: string, after: number | null = null) {
    super(message);
    this.name = 'RetryLater';
    this.after = after;
  }
}

/** The receiver will never take this message: it is set aside with the reason, and the next one is told. */
export class Refused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refused';
  }
}

/** The receiver wants nothing more: this sink is told nothing until the next start. */
export class Gone extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Gone';
  }
}

/** An option's value that only the plugin can judge is wrong. Exit code 78. */
export class OptionError extends Error {
  readonly exitCode = 78;
  /** @param message one line: which option, what is wrong, and what to do; never a secret */
  constructor(message: string) {
    super(message);
    this.name = 'OptionError';
  }
}
