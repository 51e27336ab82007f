import { commands } from '../commands/index.ts';
import { nearest } from '../config/spelling.ts';
import { parseCommandLine, type Request } from './command-line.ts';
import { judge } from './failure.ts';
import { commandLines, overview } from './overview.ts';

/** Runs what the command line asks for; an error propagates. */
async function perform(request: Request): Promise<void> {
  switch (request.kind) {
    case 'overview':
      process.stdout.write(overview());
      return;
    case 'topic':
      process.stdout.write(`${commandLines(request.ids).join('\n')}\n`);
      return;
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
      const { loadProgram } = await import('./program.ts');
      const { default: command } = await commands[request.id]();
      command.id = request.id;
      await command.run([...request.argv], await loadProgram());
    }
  }
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

  function fail(thrown: unknown): never {
    const { exitCode, text } = judge(thrown, command, process.env.UNACKD_DEBUG === '1');
    if (text !== '') process.stderr.write(`${text}\n`);
    process.exit(exitCode);
  }
  process.stdout.on('error', fail);
  process.on('uncaughtException', fail);

  try {
    await perform(request);
  } catch (error) {
    fail(error);
  }
}
