import { format } from 'node:util';
import type { Command, Config } from '@oclif/core';
import { commands } from '../commands/index.ts';
import type { Sheet } from '../face/page.ts';
import { nearest } from '../config/spelling.ts';
import { parseCommandLine, type Request } from './command-line.ts';
import { judge } from './failure.ts';
import { version } from '../version.ts';

/**
 * What a command needs of its program while it runs. oclif's whole one, with
 * all that help shows, takes as long to make as a small capture to read.
 */
const SURROUNDINGS = {
  bin: 'unackd',
  name: 'unackd',
  version,
  runHook: async () => ({ successes: [], failures: [] }),
} as unknown as Config;

/** A command's class, which oclif declares abstract. */
type Runnable = new (argv: string[], config: Config) => Command;

/** What standard output has room for. */
async function sheet(): Promise<Sheet> {
  const { sheetOfOutput } = await import('../read/page-of-output.ts');
  return sheetOfOutput();
}

/** Runs what the command line asks for; an error propagates. */
async function perform(request: Request): Promise<void> {
  switch (request.kind) {
    case 'overview': {
      const { overview } = await import('./overview.ts');
      process.stdout.write(overview(await sheet()));
      return;
    }
    case 'topic': {
      const { commandLines } = await import('./overview.ts');
      process.stdout.write(`${commandLines(request.ids, await sheet()).join('\n')}\n`);
      return;
    }
    case 'unknown': {
      const names = Object.keys(commands).map((id) => id.replace(':', ' '));
      const guess = nearest(request.words, names);
      const what = request.words.startsWith('-') ? 'option' : 'command';
      const hint = guess === null ? '' : `; did you mean '${guess}'?`;
      throw Object.assign(
        new Error(`no ${what} '${request.words}'${hint} (see \`unackd --help\`)`),
        { exitCode: 2 },
      );
    }
    case 'help': {
      const { printHelp } = await import('./help.ts');
      await printHelp(request.id);
      return;
    }
    case 'run': {
      const { default: Found } = await commands[request.id]();
      Found.id = request.id;
      refuseValues(request.argv, Found.flags ?? {});
      await new (Found as unknown as Runnable)([...request.argv], SURROUNDINGS).run();
    }
  }
}

/** `--ladder=3`, where nothing takes the 3: oclif would read it as a file's name. */
function refuseValues(
  argv: readonly string[],
  flags: Readonly<Record<string, { readonly type: string }>>,
): void {
  for (const word of argv) {
    if (word === '--') return;
    const name = /^--(?<name>[\w-]+)=/u.exec(word)?.groups?.['name'];
    if (name === undefined || flags[name]?.type !== 'boolean') continue;
    throw Object.assign(new Error(`--${name} takes no value`), { exitCode: 2 });
  }
}

/** oclif prints by the console, and Node's hides that a write failed: a full disk, say. */
function printOpenly(): void {
  console.log = (...parts: readonly unknown[]) => {
    process.stdout.write(`${format(...parts)}\n`);
  };
}

/** What keeps a failed process alive this long won't end by itself. */
const FORCED_AFTER_MS = 200;

/**
 * Ends the process when its event loop has nothing more to do. Not at once:
 * `process.exit` waits for V8's compiler threads, and one of them may in turn
 * wait for the main thread to collect garbage (seen in one end of five).
 */
function end(exitCode: number): void {
  process.exitCode = exitCode;
  process.once('exit', () => {
    process.exitCode = exitCode;
  });
  setTimeout(() => process.exit(), FORCED_AFTER_MS).unref();
}

/**
 * Runs a command line and sets the process's exit code.
 *
 * SIGINT and SIGTERM keep their default unless a command handles them: `read`
 * then ends at once, in the middle of a file too, and its shell sees 130.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const request = parseCommandLine(argv, Object.keys(commands));
  const command = request.kind === 'run' ? request.id.replace(':', ' ') : undefined;
  let failed = false;

  function fail(thrown: unknown): void {
    if (failed) return; // what fails in the wake of the first failure
    failed = true;
    const { exitCode, text } = judge(thrown, command, process.env.UNACKD_DEBUG === '1');
    if (text !== '') process.stderr.write(`${text}\n`);
    end(exitCode);
  }
  // Also what `process.stdout` could not write: a reader that went, a full disk.
  process.on('uncaughtException', fail);
  printOpenly();

  try {
    await perform(request);
  } catch (error) {
    fail(error);
  }
}
