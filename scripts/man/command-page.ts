/** A command's page, of what it declares for `--help`. */
import type { DeclaredArg, DeclaredCommand, DeclaredFlag } from '../../src/shells/declared.ts';
import {
  bold,
  inline,
  italic,
  item,
  pageName,
  paragraph,
  sample,
  section,
  subsection,
} from './roff.ts';
import type { Page } from './roff.ts';

/** `silence end` has the page unackd-silence-end(1). */
export function pageOfCommand(name: string): string {
  return `unackd-${name.replaceAll(' ', '-')}`;
}

/** As oclif shows it where a command says nothing of its own. */
function usageOf({ name, usage, args, flags }: DeclaredCommand): string {
  if (usage !== '') return usage;
  const words = args.map(({ name: arg, required }) =>
    required === true ? arg.toUpperCase() : `[${arg.toUpperCase()}]`,
  );
  return [name, ...words, ...(flags.length > 0 ? ['[OPTION...]'] : [])].join(' ');
}

function synopsis(command: DeclaredCommand): string {
  const words = `unackd ${usageOf(command)}`.split(' ');
  return words.map((word) => (/^[[\]A-Z.]+$/u.test(word) ? italic(word) : bold(word))).join(' ');
}

function choice(options: readonly string[]): string {
  return options.map((option) => bold(option)).join(' | ');
}

function argItem({ name, description = '', options }: DeclaredArg): string[] {
  const head = options === undefined ? '' : ` ${choice(options)}`;
  return item(`${italic(name.toUpperCase())}${head}`, description);
}

function optionNames(names: readonly string[]): string {
  return names.map((name) => `\`--${name}\``).join(', ');
}

/** What goes with what, and what is taken when it is left out. */
function remarks(flag: DeclaredFlag): string {
  const { required, multiple, default: fallback, exclusive = [], dependsOn = [] } = flag;
  const told = [
    ...(required === true ? ['required'] : []),
    ...(multiple === true ? ['may be given again'] : []),
    ...(exclusive.length > 0 ? [`not with ${optionNames(exclusive)}`] : []),
    ...(dependsOn.length > 0 ? [`only with ${optionNames(dependsOn)}`] : []),
    ...(fallback === undefined || fallback === '' ? [] : [`default: ${String(fallback)}`]),
  ];
  return told.length === 0 ? '' : ` (${told.join('; ')})`;
}

function flagItem(flag: DeclaredFlag): string[] {
  const { name, char, type, options, helpValue = 'VALUE', description = '' } = flag;
  const spelt = `${char === undefined ? '' : `${bold(`-${char}`)}, `}${bold(`--${name}`)}`;
  const value = options === undefined ? italic(helpValue) : choice(options);
  return item(type === 'option' ? `${spelt} ${value}` : spelt, `${description}${remarks(flag)}`);
}

const ITEM = /^- (?<word>[^:]+): (?<is>.*)$/u;

/** A block of a description: prose, or a title with a list below. */
function block(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => ITEM.test(line));
  if (first === -1) return paragraph(lines.join(' '));
  const before = lines.slice(0, first).join(' ');
  // A few words are a title, other text leads over to the list.
  const heading = /^[A-Z][\w ]*$/u.test(before);
  const top = (): string[] => {
    if (before === '') return [];
    if (!heading) return paragraph(`${before.replace(/:$/u, '')}:`);
    return before === 'Exit codes' ? section('Exit status') : subsection(before);
  };
  const items = lines.slice(first).flatMap((line) => {
    const { word, is } = ITEM.exec(line)?.groups ?? {};
    return word === undefined ? [inline(line.trim())] : item(bold(word.replaceAll('`', '')), is);
  });
  return [...top(), ...items];
}

/** Sections of their own go behind the options. */
function describedBy(text: string): { readonly about: string[]; readonly after: string[] } {
  const about: string[] = [];
  const after: string[] = [];
  for (const lines of text.split('\n\n').map((part) => part.split('\n'))) {
    const made = block(lines);
    (made[0].startsWith('.SH') ? after : about).push(...made);
  }
  return { about, after };
}

export function commandPage(command: DeclaredCommand, all: readonly DeclaredCommand[]): Page {
  const { name, summary, args, flags, examples } = command;
  const text = command.description === '' ? summary : command.description;
  const { about, after } = describedBy(text);
  const [topic] = name.split(' ');
  const related = all.filter((one) => one.name !== name && one.name.split(' ')[0] === topic);
  const takesConfig = flags.some((flag) => flag.name === 'config');
  const seeAlso = [
    pageName('unackd', 1),
    ...related.map((one) => pageName(pageOfCommand(one.name), 1)),
    ...(takesConfig ? [pageName('unackd.yaml', 5)] : []),
  ];
  return {
    name: pageOfCommand(name),
    chapter: 1,
    summary,
    body: [
      ...section('Synopsis'),
      synopsis(command),
      ...section('Description'),
      ...about,
      ...(args.length > 0 ? [...section('Arguments'), ...args.flatMap((arg) => argItem(arg))] : []),
      ...section('Options'),
      ...flags.flatMap((flag) => flagItem(flag)),
      ...item(`${bold('-h')}, ${bold('--help')}`, 'tell what the command takes'),
      ...after,
      ...(examples.length > 0 ? [...section('Examples'), ...sample(examples)] : []),
      ...section('See also'),
      seeAlso.join(',\n'),
    ],
  };
}
