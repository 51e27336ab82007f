const USAGE = 2;

/** What was answered, or given as a flag, can't be taken; the message says what could. */
export class WrongAnswer extends Error {
  readonly exitCode = USAGE;
}
