/** From answers to a file: a configuration that `check` finds no error in. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { readConfigBytes } from '../config/bytes.ts';
import { ConfigError } from '../config/load.ts';
import { lookForFiles } from '../config/look.ts';
import { renderFault } from '../config/fault.ts';
import { fileFault, installed, statsOf } from '../engine/registry.ts';
import { OutputError } from '../plugin/api.ts';
import { startingConfiguration } from '../starting/configuration.ts';
import type { ExpectedPort, StartingSink } from '../starting/configuration.ts';
import { chooseInterfaces } from '../starting/interfaces.ts';
import type { SeenInterface } from '../starting/interfaces.ts';
import { writeWhole } from '../starting/whole-file.ts';
import { isService, placesFor } from './machine.ts';
import { isSecret } from './receivers.ts';
import { WrongAnswer } from './wrong-answer.ts';

/** What a configuration is made of, wherever the answers came from. */
export interface Answers {
  /** `null` for those that others reach. */
  readonly interfaces: readonly string[] | null;
  /** `null` for the usual place. */
  readonly database: string | null;
  readonly sinks: readonly StartingSink[];
  readonly expected: readonly ExpectedPort[];
}

export const STANDARD_OUTPUT = '-';

/** Attempts of a month, and no more of them than a small disk has room for; as the service begins. */
const RETENTION = '30d';
const MAX_SIZE = '2GiB';

/** `any` captures on all: named beside others, it would count their packets twice. */
const ALL = 'any';

/** What it will be called, wherever standard output leads. */
function nameOf(output: string): string {
  return output === STANDARD_OUTPUT ? 'unackd.yaml' : output;
}

export function textFor(
  { interfaces, database, sinks, expected }: Answers,
  output: string,
  seen: readonly SeenInterface[],
): string {
  const places = placesFor(output);
  const choice = chooseInterfaces(seen);
  const known = [...choice.chosen, ...choice.others];
  const wanted = [...new Set(interfaces ?? choice.chosen.map(({ name }) => name))];
  const chosen = wanted.includes(ALL)
    ? []
    : wanted.map((name) => ({
        name,
        about: known.find((one) => one.name === name)?.about ?? 'not there by now: waited for',
      }));
  return startingConfiguration({
    preamble: [
      "unackd's configuration, as `unackd init` wrote it. After a change:",
      '',
      `  unackd check ${nameOf(output)}    every fault at once, with line and column`,
      '  kill -HUP PID    the daemon takes it up; a wrong one changes nothing',
    ],
    interfaces: chosen,
    others: wanted.includes(ALL) ? [] : known.filter(({ name }) => !wanted.includes(name)),
    retention: RETENTION,
    maxSize: MAX_SIZE,
    sinks,
    // A port may be named twice, also by its address and by its name.
    expected: [...new Map(expected.map((one) => [one.endpoint, one])).values()],
    ...places,
    database: database ?? places.database,
  });
}

/**
 * Reads a text as `check` would.
 * @returns warnings, rendered
 * @throws ConfigError with what is wrong
 */
export function checked(text: string, output: string, colour: boolean): string[] {
  const bytes = Buffer.from(text);
  const { config, faults } = readConfigBytes(
    bytes,
    nameOf(output),
    installed,
    process.env,
    lookForFiles,
  );
  const rendered = faults.map((fault) => renderFault(fault, colour));
  if (config === null) throw new ConfigError(78, rendered.join('\n\n'));
  return rendered;
}

/** @throws OutputError where a file would be written over, or its folder is none */
export function checkOutput(output: string, force: boolean): void {
  if (output === STANDARD_OUTPUT) return;
  const stats = statsOf(output);
  if (stats?.isDirectory() === true) {
    throw new OutputError(74, `${output} is a folder: name the file in it, with --output`);
  }
  if (stats?.isFile() === false) {
    throw new OutputError(74, `${output} is no file: '-' is standard output`);
  }
  if (stats !== undefined && !force) {
    throw new OutputError(
      74,
      `${output} is there already: --force writes over it, --output FILE writes another`,
    );
  }
  const folder = dirname(output);
  if (existsSync(folder)) return;
  throw new OutputError(74, `${output}: there is no folder ${folder}: make it first`);
}

/** All read it but where it holds a secret. */
function modeFor(sinks: readonly StartingSink[]): number {
  return sinks.some((sink) => isSecret(sink)) ? 0o600 : 0o644;
}

/** A service's user is nobody's friend: it reads what all may read. @throws WrongAnswer */
export function checkSecrets(output: string, sinks: readonly StartingSink[]): void {
  if (!isService(output) || !sinks.some((sink) => isSecret(sink))) return;
  throw new WrongAnswer(
    "the URL holds a secret, and a service's configuration must be readable by all: leave it out, put it into /etc/unackd/credentials/webhook, and write url: '${credential:secret_webhook}' into the file",
  );
}

/** @throws OutputError */
export function write(
  output: string,
  text: string,
  { sinks }: Pick<Answers, 'sinks'>,
  force: boolean,
): void {
  try {
    writeWhole(output, { text, mode: modeFor(sinks), replace: force });
  } catch (error) {
    // Made by somebody else since.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') checkOutput(output, force);
    throw fileFault(output, error);
  }
}

/** What to do next, a line each. */
export function nextSteps(output: string): string[] {
  const file = nameOf(output);
  return [
    `unackd check ${file}`,
    `unackd doctor --config ${file}    whether all that it names is there, and can be reached`,
    `sudo unackd run --config ${file}`,
    isService(output)
      ? `sudo unackd service install --config ${output}`
      : 'sudo unackd service install    as a service, with a configuration of its own in /etc/unackd',
  ];
}
