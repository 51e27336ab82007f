/** Reads what a plugin declares, in a process that may do nothing else. */
import { spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { dirname } from 'node:path';
import { clean } from '../face/clean.ts';
import { OutsideError } from './files.ts';
import type { Located } from './files.ts';
import { NO_GRANTS } from './grants.ts';
import type { Asked, Heard } from './messages.ts';
import { asWhom, DESCRIBE, firstTurn } from './start.ts';

/** A file that is loaded only declares things. */
const PATIENCE_MS = 5000;
/** Of an answer: names, and a line of documentation each. */
const ANSWER_MOST = 1024 * 1024;
/** Of what it prints as it dies. */
const WORDS_MOST = 200;

/** How the child ended. */
interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly answer: string;
  readonly printed: string;
}

function turnFor({ entry, folder }: Located): ReturnType<typeof firstTurn> {
  return firstTurn(DESCRIBE, { entry, readable: [folder ?? dirname(entry)] }, NO_GRANTS);
}

function questionFor({ entry }: Located, options: Asked['options']): string {
  const asked: Asked = { file: entry, options };
  return JSON.stringify(asked);
}

function notLoaded(): OutsideError {
  return new OutsideError(
    `it was not loaded after ${PATIENCE_MS / 1000} s`,
    "a file is to declare its plugin at once: leave work to 'create'",
  );
}

function printsOn(): OutsideError {
  return new OutsideError('it prints without end as it is loaded');
}

function notStarted(error: Error): OutsideError {
  return new OutsideError(`its process can't be started: ${error.message}`);
}

/**
 * Has a child load the plugin. What a stranger's code answers is not checked here.
 * @param options to ask the plugin's own check about
 * @throws OutsideError
 */
export function ask(located: Located, options: Asked['options']): Heard {
  const { args, env } = turnFor(located);
  const { output, error, status, signal } = spawnSync(process.execPath, args, {
    input: questionFor(located, options),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env,
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    maxBuffer: ANSWER_MOST,
    ...asWhom(),
  });
  const code = error === undefined ? undefined : (error as NodeJS.ErrnoException).code;
  if (code === 'ETIMEDOUT') throw notLoaded();
  if (code === 'ENOBUFS') throw printsOn();
  if (error !== undefined) throw notStarted(error);
  const [answer, printed] = [String(output[3] ?? ''), String(output[2] ?? '')];
  return answerOf({ status, signal, answer, printed });
}

/**
 * The same, without standing still for it.
 * @throws OutsideError
 */
export async function askMeanwhile(located: Located, options: Asked['options']): Promise<Heard> {
  const { args, env } = turnFor(located);
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env,
    ...asWhom(),
  });
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  const fail = (error: OutsideError): void => {
    child.kill('SIGKILL');
    reject(error);
  };
  const timer = setTimeout(() => fail(notLoaded()), PATIENCE_MS);
  const texts = [1, 2, 3].map((fd) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    (child.stdio[fd] as Readable).on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes <= ANSWER_MOST) chunks.push(chunk);
      else fail(printsOn());
    });
    return (): string => Buffer.concat(chunks).toString();
  });
  child.on('error', (error) => fail(notStarted(error)));
  child.on('close', (status, signal) => {
    const [, printed, answer] = texts.map((text) => text());
    try {
      resolve(answerOf({ status, signal, answer, printed }));
    } catch (error) {
      reject(error);
    }
  });
  const [input] = child.stdio;
  // One that has ended says so by its exit.
  input.on('error', () => {});
  input.end(questionFor(located, options));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws OutsideError */
function answerOf({ status, signal, answer, printed }: Ended): Heard {
  const answered = parse(answer);
  if (answered === null) {
    const words = printed.trim().split('\n').at(-1) ?? '';
    const how = signal ?? `exit code ${status}`;
    throw new OutsideError(
      `its process ended as it was loaded (${how})${words === '' ? '' : `: ${clean(words.slice(0, WORDS_MOST), true)}`}`,
    );
  }
  if ('fault' in answered) throw new OutsideError(clean(String(answered['fault']), true));
  return answered;
}

function parse(text: string): Heard | null {
  try {
    const answered = JSON.parse(text) as Heard | null;
    return typeof answered === 'object' ? answered : null;
  } catch {
    return null;
  }
}
