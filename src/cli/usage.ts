import { stripVTControlCharacters } from 'node:util';
import { didYouMean, distance, nearest } from '../config/spelling.ts';

/** oclif's error about a wrong command line. */
export interface UsageError {
  /** Options that don't exist. */
  readonly flags?: unknown;
  /** In `input`, those that do. */
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** So few can all be named: a guess is for a slip, and not for another word, such as another shell. */
const FEW = 4;

/** What there is instead of a value that is not there. */
function choice(value: string, values: readonly string[]): string {
  const guess = nearest(value, values);
  const slips = guess === null ? 0 : distance(value.toLowerCase(), guess.toLowerCase());
  const isSlip = slips <= Math.max(1, value.length / 3);
  const label = 'it is one of';
  return (
    (values.length > FEW || isSlip ? didYouMean(value, values, label) : null) ??
    `${label}: ${values.join(', ')}`
  );
}

/** oclif's words, in ours: what is wanted, what there is instead. */
const REWORDED: readonly [pattern: RegExp, words: (...groups: string[]) => string][] = [
  [
    /^Expected (?:(?<flag>--[\w-]+)=)?(?<value>.*) to be one of: (?<values>.*)$/u,
    (flag, value, values) => {
      const subject = flag === '' ? 'the argument' : flag;
      return `${subject} can't be '${value}'; ${choice(value, values.split(', '))}`;
    },
  ],
  [
    /^Flag (?<flag>--[\w-]+) expects one of these values: (?<values>.*)$/u,
    (flag, values) => `${flag} wants a value: ${values}`,
  ],
  [/^Flag (?<flag>--[\w-]+) expects a value$/u, (flag) => `${flag} wants a value`],
  [
    /^Flag (?<flag>--[\w-]+) can only be specified once$/u,
    (flag) => `${flag} can be given only once`,
  ],
  [
    /^Parsing (?<flag>--[\w-]+) (?:Expected an integer greater than or equal to (?<least>\d+)) but received: (?<value>.*)$/u,
    (flag, least, value) => `${flag} wants a whole number from ${least} up, not '${value}'`,
  ],
  [
    /^Parsing (?<flag>--[\w-]+) (?:Expected an integer less than or equal to (?<most>\d+)) but received: (?<value>.*)$/u,
    (flag, most, value) => `${flag} wants a whole number up to ${most}, not '${value}'`,
  ],
  [
    /^Parsing (?<flag>--[\w-]+) Expected an integer but received: (?<value>.*)$/u,
    (flag, value) => `${flag} wants a whole number, not '${value}'`,
  ],
  [
    /^Missing 1 required arg: (?<name>\S+) (?:\((?<options>[^)|]+\|[^)]+)\) )?(?<description>.*)$/u,
    (name, options, description) =>
      `no ${name.toUpperCase()} given: ${options === '' ? description : options.replaceAll('|', ', ')}`,
  ],
  [
    /^The following errors? occurred: Missing required flag (?<flag>[\w-]+)$/u,
    (flag) => `--${flag} is missing`,
  ],
  [
    /^The following errors? occurred: All of the following must be provided when using (?<flag>--[\w-]+): (?<other>--[\w-]+)$/u,
    (flag, other) => `${flag} goes with ${other} only`,
  ],
  [
    /^The following errors? occurred: (?<flag>--[\w-]+)=.* cannot also be provided when using (?<other>--[\w-]+)$/u,
    (flag, other) => `${flag} and ${other} don't go together`,
  ],
];

/** oclif's message in one line and without colours. */
function oneLine(message: string): string {
  const [first = 'wrong usage', ...rest] = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/gu, ' '))
    .filter((line) => line !== '' && !/^(?:See more help|Note:|Alternatively)/u.test(line));
  const whole = [first, ...rest].join(' ');
  for (const [pattern, words] of REWORDED) {
    const found = pattern.exec(whole);
    if (found !== null) return words(...found.slice(1).map((group) => group ?? ''));
  }
  const text = rest.length > 0 ? `${first.replace(/:?$/u, ':')} ${rest.join('; ')}` : first;
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Options that don't exist, and the one that was probably meant. */
function noOption(flags: readonly string[], known: Iterable<string>): string {
  const guess = flags.map((flag) => nearest(flag, known)).find((one) => one !== null);
  const words = `no option ${flags.map((flag) => `'${flag}'`).join(', ')}`;
  return guess === undefined ? words : `${words}; did you mean '${guess}'?`;
}

/** What is wrong with the command line, and where to look: one line. */
export function usageText(error: UsageError, message: string, command: string | undefined): string {
  const { flags } = error;
  const known = Object.keys(error.parse?.input?.flags ?? {}).map((name) => `--${name}`);
  const what = Array.isArray(flags) ? noOption(flags.map(String), known) : oneLine(message);
  return `${what} (see \`unackd ${command === undefined ? '' : `${command} `}--help\`)`;
}
