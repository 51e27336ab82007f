/** `unackd init`, from its flags to its last word. */
import { pageOf } from '../read/page.ts';
import type { SeenInterface } from '../starting/interfaces.ts';
import { asciiScreen, forPlainTerminal } from './ascii-screen.ts';
import { answersFrom } from './given.ts';
import type { Given } from './given.ts';
import { seenInterfaces } from './machine.ts';
import {
  checked,
  checkOutput,
  checkSecrets,
  nextSteps,
  STANDARD_OUTPUT,
  textFor,
  write,
} from './written.ts';
import type { Answers } from './written.ts';
import { WrongAnswer } from './wrong-answer.ts';

export interface Wish extends Given {
  readonly output: string;
  readonly yes: boolean;
  readonly force: boolean;
}

/** Anything but where to, and whether over what is there. */
function isAnswered({ yes, interface: names, database, webhook, syslog, expect }: Wish): boolean {
  return yes || [names, database, webhook, syslog, expect].some((one) => one !== undefined);
}

const questions = () => import('./questions.ts');

async function ask(output: string, seen: readonly SeenInterface[]): Promise<Answers> {
  // What is printed must not have questions in it.
  const screen = output === STANDARD_OUTPUT ? process.stderr : process.stdout;
  if (!process.stdin.isTTY || !screen.isTTY || process.env['TERM'] === 'dumb') {
    throw new WrongAnswer(
      'there is no terminal to ask on: --yes takes what fits this machine; --interface IF, --database FILE, --webhook URL, --syslog ADDRESS and --expect HOST:PORT say more',
    );
  }
  if (pageOf(screen, process.env).unicode) return (await questions()).askAll(screen, output, seen);
  const { askAll } = await forPlainTerminal(questions);
  return askAll(asciiScreen(screen), output, seen);
}

/**
 * @param say a line to standard output
 * @throws WrongAnswer 2, OutputError 74 or 77, ConfigError 78
 */
export async function init(wish: Wish, say: (line: string) => void): Promise<void> {
  const { output, force } = wish;
  checkOutput(output, force);
  const seen = seenInterfaces();
  const answers = isAnswered(wish) ? await answersFrom(wish) : await ask(output, seen);
  checkSecrets(output, answers.sinks);
  const text = textFor(answers, output, seen);
  const warnings = checked(text, output, pageOf(process.stderr, process.env).colour);
  for (const warning of warnings) process.stderr.write(`${warning}\n\n`);
  if (output === STANDARD_OUTPUT) {
    say(text.trimEnd());
    return;
  }
  write(output, text, answers, force);
  say(`${output} is written. Next:\n`);
  for (const line of nextSteps(output)) say(`  ${line}`);
}
