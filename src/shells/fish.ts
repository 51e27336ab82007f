/** Completion for fish 3.0 or later. */
import { declaredCommands, type DeclaredCommand, type DeclaredFlag } from './declared.ts';
import { summaryOf, topics, valuesOf, type Values } from './values.ts';

/** Between single quotes of fish, where a backslash escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, String.raw`\$&`)}'`;
}

function offer(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `-x -a ${quoted(values.words.join(' '))}`;
    case 'files':
      return '-r -F';
    case 'folders':
      return `-x -a '(__fish_complete_directories)'`;
    case 'interfaces':
      return `-x -a 'any (command ls /sys/class/net 2>/dev/null)'`;
    case 'nothing':
      return '-x';
  }
}

function optionLine(command: string, flag: DeclaredFlag): string {
  const parts = [
    'complete -c unackd',
    `-n ${quoted(`__unackd_is ${command}`)}`,
    `-l ${flag.name}`,
    ...(flag.char === undefined ? [] : [`-s ${flag.char}`]),
    ...(flag.type === 'option' ? [offer(valuesOf(flag))] : []),
    `-d ${quoted(flag.description ?? '')}`,
  ];
  return parts.join(' ');
}

/** Options that take a word of their own, for counting the arguments. */
function valued(command: DeclaredCommand): string {
  return command.flags
    .filter(({ type }) => type === 'option')
    .flatMap(({ name, char }) => (char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`]))
    .join(' ');
}

function linesOf(command: DeclaredCommand): string[] {
  const lines = command.flags.map((flag) => optionLine(command.name, flag));
  for (const [i, arg] of command.args.entries()) {
    const values = valuesOf(arg);
    if (values.kind === 'nothing') continue;
    const place = command.repeats && i === command.args.length - 1 ? '0' : String(i + 1);
    const wants = `__unackd_wants ${quoted(command.name)} ${place} ${valued(command)}`.trimEnd();
    // An argument is offered as it is: -r and -x are about options.
    const offered = offer(values).replace(/^-[rx] /u, '');
    lines.push(`complete -c unackd -n ${quoted(wants)} ${offered}`);
  }
  return [`# unackd ${command.name}`, ...lines];
}

function topicLines(): string[] {
  const first = topics().map(({ word }) => ({ condition: '__unackd_is', word, name: word }));
  const second = topics().flatMap(({ word, below }) =>
    below.map((name) => ({
      condition: `__unackd_is ${word}; and test (count (__unackd_words)) -eq 1`,
      word: name,
      name: `${word} ${name}`,
    })),
  );
  return [...first, ...second].map(
    ({ condition, word, name }) =>
      `complete -c unackd -n ${quoted(condition)} -a ${word} -d ${quoted(summaryOf(name))}`,
  );
}

export function fishCompletion(): string {
  const pairs = topics().flatMap(({ word, below }) => below.map((name) => `${word} ${name}`));
  return `# fish completion for unackd: what \`unackd completion fish\` prints

# Words after unackd, up to the first option; \`help\` counts for nothing.
function __unackd_words
    set -l words (commandline -opc)
    set -e words[1]
    if test "$words[1]" = help
        set -e words[1]
    end
    for word in $words
        if string match -q -- '-*' $word
            break
        end
        echo $word
    end
end

# The command that the line names so far; nothing, if none.
function __unackd_command
    set -l words (__unackd_words)
    set -l pair "$words[1] $words[2]"
    if contains -- $pair ${pairs.map((pair) => quoted(pair)).join(' ')}
        echo $pair
    else
        echo $words[1]
    end
end

function __unackd_is
    set -l command (__unackd_command)
    test "$command" = "$argv"
end

# COMMAND PLACE [OPTION-WITH-VALUE...]: whether that argument comes next; 0 is any.
function __unackd_wants
    __unackd_is $argv[1]; or return
    test $argv[2] -eq 0; and return
    set -l words (commandline -opc)
    set -l place 0
    set -l skip no
    for word in $words[(math 2 + (count (string split ' ' -- $argv[1])))..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word $argv[3..-1]
            set skip yes
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    test (math $place + 1) -eq $argv[2]
end

complete -c unackd -f
complete -c unackd -s h -l help -d 'tell what there is, or what a command takes'
complete -c unackd -n __unackd_is -s v -l version -d 'print the version'
complete -c unackd -n __unackd_is -a help -d 'tell what a command takes'
${topicLines().join('\n')}

${declaredCommands()
  .map((command) => linesOf(command).join('\n'))
  .join('\n\n')}
`;
}
