/** Real shells, asked what they complete: a line to what it offers, sorted. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Folder } from '../support/unackd.ts';

export type Completer = (lines: readonly string[]) => Promise<readonly (readonly string[])[]>;

const PROMPT = 'ready>';

/** Runs a shell on a terminal and types each entry at a prompt of its own. Gives all that was shown. */
async function typeAt(
  shell: string,
  entries: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn('script', ['-qec', `stty rows 60 cols 400; ${shell}`, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], TERM: 'dumb', HOME: folder, LC_ALL: 'C.UTF-8', ...env },
  });
  const waiting = [...entries, 'exit\n'];
  let shown = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (let at = shown.indexOf(PROMPT, seen); at !== -1; at = shown.indexOf(PROMPT, seen)) {
      seen = at + PROMPT.length;
      const entry = waiting.shift();
      if (entry !== undefined) child.stdin.write(entry);
    }
  });
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return shown;
}

/** Alt-* has readline insert all that it would offer; in place of unackd a function shows it. */
export function bash(script: string, folder: Folder): Completer {
  const rc = folder.file(
    'bashrc',
    `PS1='${PROMPT}'
bind 'set enable-bracketed-paste off'
source '${script}'
unackd() { printf '\\n'; printf 'word:%s\\n' "$@"; printf 'end\\n'; }
`,
  );
  return async (lines) => {
    const entries = lines.map((line) => `${line}\u001B*\n`);
    const shown = await typeAt(`bash --noprofile --rcfile ${rc} -i`, entries, folder.path);
    const answers = shown.replaceAll('\r', '').split(/^end$/mu).slice(0, -1);
    return answers.map((answer, i) => {
      const words = [...answer.matchAll(/^word:(?<word>.*)$/gmu)].map(({ groups }) => groups!.word);
      // What had been typed before the last space is no answer.
      return words.slice(lines[i].split(' ').length - 2).toSorted();
    });
  };
}

/** All completion goes through compadd, which writes down here what it adds. */
export function zsh(script: string, folder: Folder): Completer {
  const added = folder.at('added');
  folder.file(
    '.zshrc',
    `PS1='${PROMPT}'
unsetopt zle_bracketed_paste prompt_sp auto_list
autoload -Uz compinit; compinit -u -d ${folder.at('.zcompdump')}
source '${script}'
compadd() {
  local -a hits
  [[ "$*" == *-[OAD]' '* ]] || { builtin compadd -O hits "$@"; print -lr -- "\${(@Q)hits}" >>${added} }
  builtin compadd "$@"
}
unackd() { print end >>${added} }
`,
  );
  return async (lines) => {
    writeFileSync(added, '');
    const entries = lines.map((line) => `${line}\t\n`);
    await typeAt('zsh -i', entries, folder.path, { ZDOTDIR: folder.path });
    const answers = readFileSync(added, 'utf8').split(/^end$/mu).slice(0, -1);
    return answers.map((answer) =>
      [...new Set(answer.split('\n'))].filter((word) => word !== '').toSorted(),
    );
  };
}

/** fish tells what it would offer, with descriptions behind a tab. */
export function fish(script: string, folder: Folder): Completer {
  const asks = folder.file(
    'ask.fish',
    `source '${script}'
for line in $argv
    complete -C $line
    echo end
end
`,
  );
  return async (lines) => {
    const child = spawn('fish', ['--no-config', asks, ...lines], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], HOME: folder.path, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const shown = (await child.stdout.setEncoding('utf8').toArray()).join('');
    const answers = shown.split(/^end$/mu).slice(0, -1);
    return answers.map((answer) =>
      answer
        .split('\n')
        .map((line) => line.split('\t', 1)[0].replace(/\/$/u, ''))
        .filter((word) => word !== '')
        .toSorted(),
    );
  };
}

export const shells = { bash, zsh, fish } as const;
