/**
 * What plugins answered when they were asked what they declare. One that is as
 * it was is not asked again: without rights, its answer follows from its files.
 */
import { ask, askMeanwhile } from './describe.ts';
import { OutsideError } from './files.ts';
import type { Located } from './files.ts';
import type { Asked, Heard } from './messages.ts';
import { tracesOf } from './traces.ts';

/** Plugins of a configuration, and what they said of some versions of its options. */
const ANSWERS_MOST = 256;
/** Files that are younger may be changed again without that being seen. */
const YOUNG_MS = 50;
/** Asked side by side. */
const ABREAST = 2;
/** A plugin is asked what it declares, then what it says of its options; another may be next. */
const TURNS_MOST = 4;

interface Question {
  readonly located: Located;
  readonly options: Asked['options'];
}

interface Answer {
  readonly told: Heard | OutsideError;
  /** What it follows from. */
  readonly files: readonly string[];
  readonly lines: string;
  /** It may be out of date by the next time. */
  readonly once: boolean;
}

const answers = new Map<string, Answer>();
/** What would have to be asked; `null` while it is asked at once. */
let open: Map<string, Question> | null = null;

function keyOf({ located, options }: Question): string {
  return JSON.stringify([located.entry, located.folder, options]);
}

function linesOf(files: Iterable<string>): string {
  return tracesOf(files).lines.join('\n');
}

function keep(question: Question, asked: number, told: Answer['told']): Answer {
  const { entry, folder } = question.located;
  const described = told instanceof OutsideError ? undefined : told['description'];
  const loaded = (described as { readonly files?: unknown } | undefined)?.files;
  const files = [folder ?? entry, ...(Array.isArray(loaded) ? loaded.map(String) : [])];
  const { lines, newest } = tracesOf(files);
  // Of a failure it is not known what else was loaded.
  const once = told instanceof OutsideError || newest > asked - YOUNG_MS;
  const answer = { told, files, lines: lines.join('\n'), once };
  const key = keyOf(question);
  answers.delete(key);
  answers.set(key, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= ANSWERS_MOST) break;
    answers.delete(oldest);
  }
  return answer;
}

function tell({ told }: Answer): Heard {
  if (told instanceof OutsideError) throw told;
  return told;
}

async function put(question: Question): Promise<void> {
  const asked = Date.now();
  const told = await askMeanwhile(question.located, question.options).catch((error: unknown) => {
    if (error instanceof OutsideError) return error;
    throw error;
  });
  keep(question, asked, told);
}

/**
 * What a plugin declares, and says of options.
 * @throws OutsideError
 */
export function answerTo(located: Located, options: Asked['options']): Heard {
  const question = { located, options };
  const key = keyOf(question);
  const known = answers.get(key);
  if (known !== undefined && known.lines === linesOf(known.files)) {
    if (known.once && open === null) answers.delete(key);
    return tell(known);
  }
  if (open !== null) {
    open.set(key, question);
    throw new OutsideError('it is being asked');
  }
  const asked = Date.now();
  const told = ask(located, options);
  return tell(keep(question, asked, told));
}

/**
 * Has all asked that `read` will ask, while other work goes on.
 * @param read reads a configuration; what it throws or returns does not matter
 */
export async function askBefore(read: () => unknown): Promise<void> {
  for (let turn = 0; turn < TURNS_MOST; turn++) {
    const questions = new Map<string, Question>();
    open = questions;
    try {
      read();
    } catch {
      // It is read once more when all is known.
    } finally {
      open = null;
    }
    if (questions.size === 0) return;
    const waiting = questions.values();
    await Promise.all(
      Array.from({ length: ABREAST }, async () => {
        for (const question of waiting) await put(question);
      }),
    );
  }
}
