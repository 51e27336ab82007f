/** Completion for bash 4.4 or later; it needs no package bash-completion. */
import { declaredCommands, type DeclaredCommand, type DeclaredFlag } from './declared.ts';
import { topics, valuesOf, type Values } from './values.ts';

/** As the shell function `_unackd_offer` takes it. */
function offer(values: Values): string {
  return values.kind === 'words' ? `words '${values.words.join(' ')}'` : values.kind;
}

function spellings({ name, char }: DeclaredFlag): string[] {
  return char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`];
}

function caseOf(command: DeclaredCommand): string {
  const valued = command.flags.filter(({ type }) => type === 'option');
  const options = [...command.flags.map(({ name }) => `--${name}`), '--help'];
  const offered = valued.map((flag) => ({ flag, values: valuesOf(flag) }));
  const lines = [
    `    '${command.name}')`,
    `      options='${options.join(' ')}'`,
    `      valued='${valued.flatMap((flag) => spellings(flag)).join(' ')}'`,
  ];
  if (offered.some(({ values }) => values.kind !== 'nothing')) {
    lines.push('      case $option in');
    for (const { flag, values } of offered) {
      if (values.kind === 'nothing') continue;
      lines.push(`        ${spellings(flag).join(' | ')}) value=(${offer(values)}) ;;`);
    }
    lines.push('      esac');
  }
  for (const [i, arg] of command.args.entries()) {
    const last = i === command.args.length - 1;
    const which = last && command.repeats ? `[1-9]*` : String(i + 1);
    const values = offer(valuesOf(arg));
    lines.push(`      [[ $place == ${which} ]] && argument=(${values})`);
  }
  return [...lines, '      ;;'].join('\n');
}

/** Words after `unackd`, and after a topic such as `unackd plugin`. */
function commandWords(): string {
  const below = topics().filter((topic) => topic.below.length > 0);
  return [
    `  local first='${[...topics().map(({ word }) => word), 'help'].join(' ')}' second=`,
    '  case ${words[0]} in',
    ...below.map((topic) => `    ${topic.word}) second='${topic.below.join(' ')}' ;;`),
    '  esac',
  ].join('\n');
}

export function bashCompletion(): string {
  return `# bash completion for unackd: what \`unackd completion bash\` prints
# shellcheck shell=bash

# What may stand at the cursor: words LIST, files, folders, interfaces, nothing.
_unackd_offer() {
  local found=()
  case $1 in
    words) mapfile -t found < <(compgen -W "$2" -- "$current") ;;
    interfaces) mapfile -t found < <(compgen -W "any $(command ls /sys/class/net 2>/dev/null)" -- "$current") ;;
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
  esac
  COMPREPLY+=("\${found[@]}")
}

# Sets what \`command\` takes, for the option \`option\` and the argument \`place\`.
_unackd_takes() {
  options='--help' valued='' value=(nothing) argument=(nothing)
  case $command in
${declaredCommands()
  .map((command) => caseOf(command))
  .join('\n')}
  esac
}

_unackd() {
  COMPREPLY=()
  local current=\${COMP_WORDS[COMP_CWORD]} option='' command='' place=0 ended='' i
  local options valued value argument words=()

  # Words before the cursor; \`--format=text\` comes as three.
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == = ]] && continue
    words+=("\${COMP_WORDS[i]}")
  done
  [[ $current == = ]] && current=''

${commandWords()}
  [[ \${words[0]} == help ]] && words=("\${words[@]:1}")
  if ((\${#words[@]} == 0)); then
    [[ $current == -* ]] && first='--help --version'
    _unackd_offer words "$first"
    return
  fi

  command=\${words[0]} i=1
  if [[ " $second " == *" \${words[1]} "* && -n \${words[1]} ]]; then
    command+=" \${words[1]}" i=2
  elif ((\${#words[@]} == 1)) && [[ $current != -* ]]; then
    _unackd_offer words "$second"
  fi

  _unackd_takes
  for (( ; i < \${#words[@]}; i++)); do
    if [[ -n $option ]]; then
      option=''
    elif [[ -n $ended || \${words[i]} != -* ]]; then
      ((place++))
    elif [[ \${words[i]} == -- ]]; then
      ended=yes
    elif [[ " $valued " == *" \${words[i]} "* ]]; then
      option=\${words[i]}
    fi
  done
  ((place++))
  _unackd_takes

  if [[ -n $option ]]; then
    _unackd_offer "\${value[@]}"
  elif [[ $current == -* && -z $ended ]]; then
    _unackd_offer words "$options"
  elif ((\${#COMPREPLY[@]} == 0)); then
    _unackd_offer "\${argument[@]}"
  fi
}

complete -F _unackd unackd
`;
}
