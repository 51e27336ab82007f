/** What a shell can offer for an option's value or an argument. */
import { bundled } from '../engine/registry.ts';
import { OUTCOMES } from '../model/attempt.ts';
import { VERDICTS } from '../model/endpoint.ts';
import { declaredCommands, type DeclaredArg, type DeclaredFlag } from './declared.ts';

export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'interfaces' | 'nothing' };

const NOTHING: Values = { kind: 'nothing' };

function words(...from: readonly (readonly string[])[]): Values {
  return { kind: 'words', words: [...new Set(from.flat())] };
}

/** By the word that help shows for the value (`--config FILE`), or an argument's name. */
const BY_NAME: Readonly<Record<string, () => Values>> = {
  FILE: () => ({ kind: 'files' }),
  FILES: () => ({ kind: 'files' }),
  CAPTURE: () => ({ kind: 'files' }),
  FOLDER: () => ({ kind: 'folders' }),
  DIR: () => ({ kind: 'folders' }),
  IF: () => ({ kind: 'interfaces' }),
  INTERFACE: () => ({ kind: 'interfaces' }),
  WORD: () => words(OUTCOMES, VERDICTS),
  PLUGIN: () =>
    words(...(['source', 'analyser', 'sink'] as const).map((kind) => bundled.names(kind))),
};

/** What only the user knows. A test holds every value that a command declares to one of the two. */
export const FREE_VALUES = new Set(
  'ADDRESS ADMIN DURATION EXPR HOST:PORT ID INCIDENT N NAME NAME=VALUE PORT SECONDS TEXT TIME URL'.split(
    ' ',
  ),
);

/** What help shows in the value's place. */
export function wordOf(declared: DeclaredArg | DeclaredFlag): string {
  const { name, helpValue = name }: { name: string; helpValue?: string } = declared;
  return helpValue.toUpperCase();
}

export function valuesOf(declared: DeclaredArg | DeclaredFlag): Values {
  if (declared.options !== undefined) return words(declared.options);
  return BY_NAME[wordOf(declared)]?.() ?? NOTHING;
}

/** A command and those below it: `plugin` has only such, `silence` is one itself, too. */
export interface Topic {
  readonly word: string;
  readonly below: readonly string[];
}

/** First words of the command line, and which second ones go with them. */
export function topics(): readonly Topic[] {
  const names = declaredCommands().map(({ name }) => name.split(' '));
  const first = [...new Set(names.map(([word]) => word))];
  return first.map((word) => ({
    word,
    below: names.filter((name) => name[0] === word && name.length === 2).map((name) => name[1]),
  }));
}

/** What the topics that are no commands are for: they have no summary. */
export function summaryOf(word: string): string {
  const all = declaredCommands();
  const own = all.find(({ name }) => name === word)?.summary;
  if (own !== undefined) return own.replace(/\.$/u, '');
  const below = all.filter(({ name }) => name.startsWith(`${word} `));
  return below.map(({ name }) => name.slice(word.length + 1)).join(', ');
}
