import { commands } from '../commands/index.ts';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import { description, version } from '../version.ts';

const summaries: Readonly<
  Record<string, { readonly summary?: string; readonly hidden?: boolean }>
> = manifest.commands;

/** One line a command: its name and what it does. */
export function commandLines(ids: readonly string[]): string[] {
  const shown = ids
    .filter((id) => summaries[id]?.hidden !== true)
    .map((id) => [id, id.replace(':', ' ')]);
  const width = Math.max(...shown.map(([, name]) => name.length));
  return shown.map(([id, name]) =>
    `  ${name.padEnd(width)}  ${summaries[id]?.summary ?? ''}`.trimEnd(),
  );
}

/** What a shell sees, whichever the command; see sysexits.h. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'findings (--fail-on)',
  2: 'usage',
  65: 'not a capture file',
  66: 'no input',
  74: 'output failed',
  75: 'another one is running',
  77: 'no permission',
  78: 'configuration',
};

/** As many as fit side by side on a terminal. */
function exitCodeLines(): string[] {
  const codes = Object.entries(EXIT_CODES).map(([code, is]) => `${code} ${is}`);
  return [codes.slice(0, 5), codes.slice(5)].map((some) => `  ${some.join('   ')}`);
}

/** What `unackd` alone and `unackd --help` print. */
export function overview(): string {
  return [
    `unackd ${version}. ${description}`,
    '',
    'USAGE',
    '  unackd COMMAND [OPTION...]',
    '',
    'COMMANDS',
    ...commandLines(Object.keys(commands)),
    '',
    'EXAMPLES',
    '  unackd read capture.pcap           which ports answer, refuse or swallow SYNs',
    '  unackd run --config unackd.yaml    watch as the configuration says',
    '',
    'EXIT CODES',
    ...exitCodeLines(),
    '',
    '`unackd COMMAND --help` tells more. UNACKD_DEBUG=1 shows where an error came from.',
    '',
  ].join('\n');
}
