import { stripVTControlCharacters } from 'node:util';
import { nearest } from '../config/spelling.ts';

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
const USAGE = 2;

/** write(2): what a full disk, a quota, a limit or a dying disk say. */
const OUTPUT_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

interface Thrown {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  /** Our own errors: InputError, OutputError and the configuration's. */
  readonly exitCode?: unknown;
  /** oclif's: `oclif.exit` is there on each of its errors. */
  readonly oclif?: { readonly exit?: unknown };
  /** oclif's: options that don't exist, and, in `parse`, those that do. */
  readonly flags?: unknown;
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
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

/** A message of several lines is laid out already (`file:line:column error ...`); one line gets our name. */
function named(message: string): string {
  return message.includes('\n') ? message : `unackd: ${message}`;
}

/** oclif's words for a wrong command line, in one line and without colours. */
function oneLine(message: string): string {
  const [first = 'wrong usage', ...rest] = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/gu, ' '))
    .filter((line) => line !== '' && !/^(?:See more help|Note:|Alternatively)/u.test(line));
  const words = rest.length > 0 ? `${first.replace(/:?$/u, ':')} ${rest.join('; ')}` : first;
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** What is wrong with the command line, and where to look. */
function usage(error: Thrown, message: string, command: string | undefined): string {
  const hint = `(see \`unackd ${command === undefined ? '' : `${command} `}--help\`)`;
  if (!Array.isArray(error.flags) || error.parse === undefined)
    return `unackd: ${oneLine(message)} ${hint}`;
  const known = Object.keys(error.parse.input?.flags ?? {}).map((name) => `--${name}`);
  const guesses = error.flags.map((flag: unknown) => nearest(String(flag), known));
  const guess = guesses.find((one) => one !== null);
  const words = `no option ${error.flags.map((flag) => `'${String(flag)}'`).join(', ')}`;
  return `unackd: ${words}${guess === undefined ? '' : `; did you mean '${guess}'?`} ${hint}`;
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
  if (isExitCode(error.exitCode)) return { exitCode: error.exitCode, text: named(message) + stack };
  if (error.code === 'EEXIT' && isExitCode(error.oclif?.exit))
    return { exitCode: error.oclif.exit, text: '' };
  if (error.oclif !== undefined)
    return { exitCode: USAGE, text: usage(error, message, command) + stack };
  if (error.syscall === 'write' && OUTPUT_ERRORS.has(String(error.code)))
    return { exitCode: OUTPUT_FAILED, text: `unackd: can't write the output: ${message}${stack}` };
  return {
    exitCode: INTERNAL,
    text: debug
      ? `unackd: internal error${stack || `: ${message}`}`
      : `unackd: internal error: ${message.split('\n', 1)[0]} (UNACKD_DEBUG=1 shows where)`,
  };
}
