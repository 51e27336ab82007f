/** Completion for zsh: a file \`_unackd\` in the function path, or read with \`source\`. */
import {
  declaredCommands,
  type DeclaredArg,
  type DeclaredCommand,
  type DeclaredFlag,
} from './declared.ts';
import { summaryOf, topics, valuesOf, type Values } from './values.ts';

/** Between single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** In `_arguments`, brackets end a description, and a colon a message. */
function described(text: string | undefined): string {
  return (text ?? '').replaceAll(/[[\]:\\]/gu, String.raw`\$&`);
}

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'interfaces':
      return '_unackd_interfaces';
    case 'nothing':
      return ' ';
  }
}

function optionSpec(flag: DeclaredFlag): string {
  const { name, char, type, multiple = false, exclusive = [] } = flag;
  const takes = type === 'option';
  const message = (flag.helpValue ?? name).toLowerCase().replace(/\W.*$/u, '');
  const value = takes ? `:${message}:${action(valuesOf(flag))}` : '';
  const tail = `[${described(flag.description)}]${value}`;
  const not = exclusive.map((other) => `--${other}`);
  const own = multiple ? [] : char === undefined ? [`--${name}`] : [`-${char}`, `--${name}`];
  const excluded = [...own, ...not].join(' ');
  const before = `${excluded === '' ? '' : `(${excluded})`}${multiple ? '*' : ''}`;
  const long = `--${name}${takes ? '=' : ''}`;
  if (char === undefined) return quoted(`${before}${long}${tail}`);
  return `${quoted(before)}{-${char}${takes ? '+' : ''},${long}}${quoted(tail)}`;
}

function argSpec(arg: DeclaredArg, place: string): string {
  return quoted(`${place}:${described(arg.name)}:${action(valuesOf(arg))}`);
}

/** `_unackd-plugin-new`: apart from the script's own functions, which have _. */
function functionName(command: string): string {
  return `_unackd-${command.replaceAll(' ', '-')}`;
}

function functionOf(command: DeclaredCommand, below: readonly string[]): string {
  const specs = [
    `'(- *)'{-h,--help}'[tell what it takes]'`,
    ...command.flags.map((flag) => optionSpec(flag)),
    ...command.args.map((arg, i) =>
      argSpec(arg, command.repeats && i === command.args.length - 1 ? '*' : String(i + 1)),
    ),
  ];
  const choice = below.length === 0 ? [] : [choiceOf(command.name, below)];
  return [
    `${functionName(command.name)}() {`,
    ...choice,
    String.raw`  _arguments -s -S \
${specs.map((spec) => `    ${spec}`).join(' \\\n')}`,
    '}',
  ].join('\n');
}

/** A second word, where it is one of those below; offered where it is not there yet. */
function choiceOf(topic: string, below: readonly string[]): string {
  const lines = below.map((word) => `      ${quoted(`${word}:${summaryOf(`${topic} ${word}`)}`)}`);
  return `  if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
    local -a commands=(
${lines.join('\n')}
    )
    _describe -t commands 'unackd ${topic} command' commands
  elif (( CURRENT > 2 )); then
    case $words[2] in
      ${below.join('|')})
        shift words
        (( CURRENT-- ))
        ${functionName(topic)}-$words[1]
        return
        ;;
    esac
  fi`;
}

/** A topic that is no command itself. */
function topicFunction(word: string, below: readonly string[]): string {
  return `${functionName(word)}() {\n${choiceOf(word, below)}\n}`;
}

export function zshCompletion(): string {
  const all = declaredCommands();
  const functions = topics().map(({ word, below }) => {
    const command = all.find(({ name }) => name === word);
    return command === undefined ? topicFunction(word, below) : functionOf(command, below);
  });
  const second = all.filter(({ name }) => name.includes(' ')).map((one) => functionOf(one, []));
  const first = topics().map(({ word }) => `    ${quoted(`${word}:${summaryOf(word)}`)}`);
  return `#compdef unackd
# zsh completion for unackd: what \`unackd completion zsh\` prints

_unackd_interfaces() {
  compadd "$@" any /sys/class/net/*(N:t)
}

${[...functions, ...second].join('\n\n')}

_unackd_commands() {
  local -a commands=(
${first.join('\n')}
    'help:tell what a command takes'
  )
  _describe -t commands 'unackd command' commands
}

_unackd() {
  local curcontext=$curcontext state line
  _arguments -C \\
    '(- *)'{-h,--help}'[tell what there is]' \\
    '(- *)'{-v,--version}'[print the version]' \\
    '1: :_unackd_commands' \\
    '*:: :->rest'
  [[ $state == rest ]] || return
  if [[ $words[1] == help ]]; then
    (( CURRENT == 2 )) && _unackd_commands
  elif (( $+functions[_unackd-$words[1]] )); then
    _unackd-$words[1]
  fi
}

# Autoloaded, this file is the function's body; read by \`source\`, it makes it known.
if [[ $funcstack[1] == _unackd ]]; then
  _unackd "$@"
else
  compdef _unackd unackd
fi
`;
}
