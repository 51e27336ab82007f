import type { Sheet } from '../face/page.ts';
import { termLines } from '../face/term-list.ts';
import { wrapText } from '../face/wrap.ts';
import { commands } from '../commands/index.ts';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import { description, version } from '../version.ts';

const summaries: Readonly<
  Record<string, { readonly summary?: string; readonly hidden?: boolean }>
> = manifest.commands;

/** The commands: names and what they do. */
export function commandLines(ids: readonly string[], sheet: Pick<Sheet, 'width'>): string[] {
  const shown = ids.filter((id) => summaries[id]?.hidden !== true);
  return termLines(
    shown.map((id) => [id.replace(':', ' '), summaries[id]?.summary ?? '']),
    sheet,
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

const EXAMPLES = [
  ['unackd read capture.pcap', 'which ports answer, refuse or swallow SYNs'],
  ['unackd run --config unackd.yaml', 'watch as the configuration says'],
] as const;

/** Five and four side by side where there is room. */
function exitCodeLines(width: number): string[] {
  const codes = Object.entries(EXIT_CODES).map(([code, is]) => `${code} ${is}`);
  const lines = [codes.slice(0, 5), codes.slice(5)].map((some) => `  ${some.join('   ')}`);
  const fit = width === 0 || lines.every((line) => line.length <= width);
  return fit ? lines : codes.map((code) => `  ${code}`);
}

/** What `unackd` alone and `unackd --help` print. */
export function overview({ width }: Pick<Sheet, 'width'>): string {
  const prose = (text: string): string[] => wrapText(text, { width, first: '', rest: '' });
  return [
    ...prose(`unackd ${version}. ${description}`),
    '',
    'USAGE',
    '  unackd COMMAND [OPTION...]',
    '',
    'COMMANDS',
    ...commandLines(Object.keys(commands), { width }),
    '',
    'EXAMPLES',
    ...termLines(EXAMPLES, { width }),
    '',
    'EXIT CODES',
    ...exitCodeLines(width),
    '',
    ...prose('`unackd COMMAND --help` tells more. UNACKD_DEBUG=1 shows where an error came from.'),
    '',
  ].join('\n');
}
