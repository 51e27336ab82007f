import { Help } from '@oclif/core';
import type { Command } from '@oclif/core';
import { wrapText } from '../face/wrap.ts';
import { loadProgram } from './program.ts';

/** Lines longer than this are hard to read. */
const WIDEST = 100;
const INDENT = 2;
/** Descriptions are written in lines of so many columns. */
const WRITTEN = 80;

/** Paragraphs as one line each, to be wrapped elsewhere; lists and what is indented stay as they are. */
function unwrapped(text: string): string {
  return text.replaceAll(/(?<=\S)\n(?![\n ]|- )/gu, ' ');
}

/** oclif wraps all but the summary above a command's help, and lines by themselves. */
class WrappedHelp extends Help {
  readonly #width = (this.opts.maxWidth ?? WIDEST) + INDENT;
  #shown = '';

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    this.#shown = command.id;
    const { description = '' } = command;
    const narrow = this.#width < WRITTEN;
    await super.showCommandHelp({
      ...command,
      description: narrow ? unwrapped(description) : description,
    });
  }

  protected override summary(command: Command.Loadable): string | undefined {
    const text = super.summary(command);
    if (text === undefined || command.id !== this.#shown) return text;
    return wrapText(text, { width: this.#width, first: '', rest: '' }).join('\n');
  }
}

/** Prints what a command takes: usage, arguments, flags, examples. */
export async function printHelp(id: string): Promise<void> {
  // A terminal may say 0; and oclif's own indent comes on top of its width.
  const maxWidth = Math.min((process.stdout.columns || WIDEST) - INDENT, WIDEST);
  await new WrappedHelp(await loadProgram(), { maxWidth }).showHelp([id]);
}
