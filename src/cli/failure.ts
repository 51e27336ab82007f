import { clean } from '../face/clean.ts';
import { usageText } from './usage.ts';
import type { UsageError } from './usage.ts';

/** What a failure means to the shell: an exit code and what to print. */
export interface Failure {
  /** 0, 2 for usage, else as in sysexits.h. */
  readonly exitCode: number;
  /** Lines for standard error, without the last newline; empty where nothing is to be said. */
  readonly text: string;
}

/** EX_SOFTWARE: a fault of ours. */
const INTERNAL = 70;
/** EX_IOERR: what the contract calls "output failed". */
const OUTPUT_FAILED = 74;
const CONFIGURATION = 78;
const USAGE = 2;

/** write(2): what a full disk, a quota, a limit or a dying disk say. */
const OUTPUT_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

interface Thrown extends UsageError {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  /** Our own errors: InputError, OutputError and the configuration's. */
  readonly exitCode?: unknown;
  /** oclif's: `oclif.exit` is there on each of its errors. */
  readonly oclif?: { readonly exit?: unknown };
  readonly stack?: unknown;
  /** What a component threw, within the error that names the component. */
  readonly cause?: unknown;
}

function isClosedPipe(thrown: unknown): boolean {
  const { code, syscall } = (thrown ?? {}) as Thrown;
  return code === 'EPIPE' && syscall === 'write';
}

function isExitCode(code: unknown): code is number {
  return Number.isInteger(code) && (code as number) >= 0 && (code as number) <= 255;
}

/** One line with our name; file names in it can't steer a terminal. */
function named(message: string): string {
  return `unackd: ${clean(message, true)}`;
}

/** `ENOSPC: no space left on device, write` without what only programs read. */
function plain(message: string): string {
  return message.replace(/^E[A-Z]+: /u, '').replace(/, write$/u, '');
}

/**
 * Judges whatever was thrown.
 *
 * @param command the command that ran, for the hint at its help
 * @param debug   show stacks
 */
export function judge(thrown: unknown, command: string | undefined, debug: boolean): Failure {
  const error: Thrown =
    typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) };
  const message = typeof error.message === 'string' ? error.message : String(thrown);
  const stack = debug && typeof error.stack === 'string' ? `\n${error.stack}` : '';

  // The reader of our output has gone (`unackd read x | head`): it has all that it wanted.
  if (isClosedPipe(error) || isClosedPipe(error.cause)) return { exitCode: 0, text: '' };
  if (isExitCode(error.exitCode)) {
    // Faults of a configuration are laid out already: `file:line:column error ...`.
    const laidOut = error.exitCode === CONFIGURATION && message.includes('\n');
    return { exitCode: error.exitCode, text: (laidOut ? message : named(message)) + stack };
  }
  if (error.code === 'EEXIT' && isExitCode(error.oclif?.exit))
    return { exitCode: error.oclif.exit, text: '' };
  if (error.oclif !== undefined)
    return { exitCode: USAGE, text: named(usageText(error, message, command)) + stack };
  if (error.syscall === 'write' && OUTPUT_ERRORS.has(String(error.code)))
    return {
      exitCode: OUTPUT_FAILED,
      text: `unackd: can't write the output: ${plain(message)}${stack}`,
    };
  return {
    exitCode: INTERNAL,
    text: debug
      ? `unackd: internal error${stack || `: ${message}`}`
      : `unackd: internal error: ${message.split('\n', 1)[0]} (UNACKD_DEBUG=1 shows where)`,
  };
}
