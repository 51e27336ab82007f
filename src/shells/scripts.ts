/** A shell's script, made of what the commands declare. */
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export type Shell = keyof typeof scripts;

export function completionFor(shell: Shell): string {
  return scripts[shell]();
}
