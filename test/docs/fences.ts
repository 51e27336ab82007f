/** The fenced blocks of a Markdown text. */

export interface Fence {
  /** `sh`, `yaml`, `text` and so on. */
  readonly language: string;
  /** What stands behind the language: how the block is meant, for who runs it. Readers do not see it. */
  readonly info: string;
  readonly body: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** Where the body begins in the text. */
  readonly at: number;
  /** Nothing but empty lines between this block and the one before. */
  readonly adjacent: boolean;
}

const FENCE = /^```(?<language>[^\s`]*) ?(?<info>[^\n`]*)\n(?<body>[^]*?)^```$/gmu;

/** All of them, in order. */
export function fencesOf(text: string): Fence[] {
  let end = -1;
  return [...text.matchAll(FENCE)].map(({ 0: whole, index, groups }) => {
    const { language, info, body } = groups!;
    const fence = {
      language,
      info,
      body,
      line: text.slice(0, index).split('\n').length,
      at: index + whole.indexOf('\n') + 1,
      adjacent: end >= 0 && text.slice(end, index).trim() === '',
    };
    end = index + whole.length;
    return fence;
  });
}

/** Rows of the table below a header row that begins with this cell: cells without marks and blanks. */
export function tableOf(text: string, header: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => cellsOf(line)[0] === header);
  if (start < 0) return [];
  const below = lines.slice(start + 2);
  const end = below.findIndex((line) => !line.startsWith('|'));
  return below.slice(0, end < 0 ? undefined : end).map((line) => cellsOf(line));
}

function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''));
}
