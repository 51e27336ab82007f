/** The same answers, asked of a person on a terminal. */
import type { Writable } from 'node:stream';
import { confirm, isCancel, multiselect, text } from '@clack/prompts';
import type { ExpectedPort, StartingSink } from '../starting/configuration.ts';
import { chooseInterfaces } from '../starting/interfaces.ts';
import type { SeenInterface } from '../starting/interfaces.ts';
import { expectedPorts } from './expected.ts';
import { databasePath } from './given.ts';
import { placesFor } from './machine.ts';
import { syslogSink, webhookSink } from './receivers.ts';
import { checkSecrets, STANDARD_OUTPUT } from './written.ts';
import type { Answers } from './written.ts';
import { WrongAnswer } from './wrong-answer.ts';

/** As shells have it: 128 and the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const SIGNALS = Object.keys(EXIT_CODES) as readonly (keyof typeof EXIT_CODES)[];

/** Ctrl-C, or a no at the end. */
class Stopped extends Error {
  readonly exitCode: number;

  constructor(message: string, signal: keyof typeof EXIT_CODES = 'SIGINT') {
    super(message);
    this.exitCode = EXIT_CODES[signal];
  }
}

/** Where is asked, and until when. */
interface Desk {
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/** The answer, unless there is none. @throws Stopped */
function answered<T>(answer: T, { signal }: Desk): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  const reason = signal.aborted ? (signal.reason as keyof typeof EXIT_CODES) : 'SIGINT';
  throw new Stopped('stopped; nothing was written', reason);
}

interface Question<T> {
  readonly message: string;
  readonly example?: string;
  readonly usual?: string;
  /** @throws WrongAnswer, after which the question stands */
  readonly read: (given: string) => T | Promise<T>;
}

async function askFor<T>(desk: Desk, { message, example, usual, read }: Question<T>): Promise<T> {
  const given = await text({
    message,
    ...desk,
    ...(example === undefined ? {} : { placeholder: example }),
    ...(usual === undefined ? {} : { initialValue: usual }),
    validate: async (value) => {
      try {
        await read(value ?? '');
        return undefined;
      } catch (error) {
        if (error instanceof WrongAnswer) return error.message;
        throw error;
      }
    },
  });
  return read(answered(given, desk));
}

/** Who is told: one of them, or nobody where nothing is said. */
function sinkOf(
  make: (given: string) => StartingSink,
  output: string,
): Question<StartingSink[]>['read'] {
  return (given) => {
    if (given.trim() === '') return [];
    const sinks = [make(given.trim())];
    checkSecrets(output, sinks);
    return sinks;
  };
}

async function portsIn(given: string): Promise<ExpectedPort[]> {
  const all = given.split(/[\s,]+/u).filter((one) => one !== '');
  return (await Promise.all(all.map((one) => expectedPorts(one)))).flat();
}

async function askInterfaces(
  desk: Desk,
  seen: readonly SeenInterface[],
): Promise<readonly string[] | null> {
  const { chosen, others } = chooseInterfaces(seen);
  if (chosen.length + others.length === 0) return null;
  const options = [...chosen, ...others].map(({ name, about }) => ({
    value: name,
    label: name,
    hint: about,
  }));
  const names = await multiselect<string>({
    message: 'Which interfaces are captured on?',
    ...desk,
    options: [...options, { value: 'any', label: 'any', hint: 'all of them, at a server' }],
    initialValues: chosen.length === 0 ? ['any'] : chosen.map(({ name }) => name),
  });
  return answered(names, desk);
}

/** @throws Stopped after Ctrl-C, or where it is not to be written */
async function askEach(
  desk: Desk,
  output: string,
  seen: readonly SeenInterface[],
): Promise<Answers> {
  const interfaces = await askInterfaces(desk, seen);
  const database = await askFor(desk, {
    message: 'Where do attempts and incidents go? A database, made at the start:',
    usual: placesFor(output).database,
    read: databasePath,
  });
  const webhook = await askFor(desk, {
    message: 'A URL that is told of incidents (empty for none):',
    example: 'https://example.org/hook',
    read: sinkOf(webhookSink, output),
  });
  const syslog = await askFor(desk, {
    message: 'A syslog receiver that is told (empty for none):',
    example: '10.0.0.5, tcp://10.0.0.5:601 or tls://logs.example',
    read: sinkOf(syslogSink, output),
  });
  const expected = await askFor(desk, {
    message: 'Ports that must answer, told even if they never did (empty for none):',
    example: '10.1.0.1:443 shop.example:443',
    read: portsIn,
  });
  const message = output === STANDARD_OUTPUT ? 'Print it?' : `Write ${output}?`;
  const wanted = await confirm({ message, ...desk });
  if (!answered(wanted, desk)) throw new Stopped('nothing was written');
  return { interfaces, database, sinks: [...webhook, ...syslog], expected };
}

/**
 * @param output what will be written, which decides on usual places
 * @throws Stopped 130, 143 or 129: then nothing is to be written
 */
export async function askAll(
  screen: Writable,
  output: string,
  seen: readonly SeenInterface[],
): Promise<Answers> {
  // The terminal gets its cursor back, whatever ends this.
  const ending = new AbortController();
  const end = (signal: NodeJS.Signals): void => ending.abort(signal);
  for (const name of SIGNALS) process.on(name, end);
  // Ctrl-D closes what the questions read from, and nothing is left to wait for.
  const close = (): void => ending.abort('SIGINT');
  process.once('beforeExit', close);
  try {
    return await askEach({ output: screen, signal: ending.signal }, output, seen);
  } finally {
    for (const name of SIGNALS) process.off(name, end);
    process.off('beforeExit', close);
  }
}
