/** Reads what a plugin declares, in a process that may do nothing else. */
import { spawnSync } from 'node:child_process';
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

/**
 * Has a child load the plugin. What a stranger's code answers is not checked here.
 * @param options to ask the plugin's own check about
 * @throws OutsideError
 */
export function ask({ entry, folder }: Located, options: Asked['options']): Heard {
  const files = { entry, readable: [folder ?? dirname(entry)] };
  const { args, env } = firstTurn(DESCRIBE, files, NO_GRANTS);
  const asked: Asked = { file: entry, options };
  const { output, error, status, signal } = spawnSync(process.execPath, args, {
    input: JSON.stringify(asked),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env,
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    maxBuffer: ANSWER_MOST,
    ...asWhom(),
  });
  const code = error === undefined ? undefined : (error as NodeJS.ErrnoException).code;
  if (code === 'ETIMEDOUT') {
    throw new OutsideError(
      `it was not loaded after ${PATIENCE_MS / 1000} s`,
      "a file is to declare its plugin at once: leave work to 'create'",
    );
  }
  if (code === 'ENOBUFS') throw new OutsideError('it prints without end as it is loaded');
  if (error !== undefined) throw new OutsideError(`its process can't be started: ${error.message}`);
  const answered = parse(String(output[3] ?? ''));
  if (answered === null) {
    const words =
      String(output[2] ?? '')
        .trim()
        .split('\n')
        .at(-1) ?? '';
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
