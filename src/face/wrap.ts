import { columnsOf, splitAtColumn } from './columns.ts';
import type { Sheet } from './page.ts';

/** Stands for a space at which no line is broken, as in `45 %`; wrapping turns it into one. */
export const GLUE = '\u00a0';

/** Keeps a number and its unit on one line. */
export function glueUnits(text: string): string {
  return text.replace(/(?<=\d) (?=(?:us|ms|s|min|h|d|B)\b)/g, GLUE);
}

export interface Wrapping {
  /** Columns a line may have; 0 is one line, however long. */
  readonly width: number;
  /** What the first line begins with: an indent, or a label. */
  readonly first: string;
  /** What the lines after it begin with. */
  readonly rest: string;
}

/**
 * Text as lines that fit. Breaks are at spaces; a word that is too long for a
 * line of its own is broken where the line ends.
 */
export function wrapText(text: string, { width, first, rest }: Wrapping): string[] {
  const words = text.split(' ').filter((word) => word !== '');
  if (words.length === 0) return [];
  if (width === 0) return [first + words.join(' ').replaceAll(GLUE, ' ')];

  const lines: string[] = [];
  let line = first;
  let room = width - columnsOf(first);
  let begun = false;
  const flush = () => {
    lines.push(line.trimEnd());
    line = rest;
    room = width - columnsOf(rest);
    begun = false;
  };
  for (const word of words) {
    let left = word.replaceAll(GLUE, ' ');
    if (begun && columnsOf(left) + 1 > room) {
      flush();
    } else if (begun) {
      line += ' ';
      room -= 1;
    }
    while (columnsOf(left) > room) {
      const [head, tail] = splitAtColumn(left, room);
      line += head;
      flush();
      left = tail.trimStart();
    }
    line += left;
    room -= columnsOf(left);
    begun = left !== '';
  }
  if (begun) lines.push(line);
  return lines;
}

/** Each line of a text so that it fits; what goes on beneath stands further in than the line itself. */
export function foldLines(text: string, { width }: Pick<Sheet, 'width'>): string {
  if (width === 0) return text;
  const folded = text.split('\n').flatMap((line) => {
    const indent = line.slice(0, line.length - line.trimStart().length);
    const fitting = wrapText(line.trimStart(), { width, first: indent, rest: `${indent}    ` });
    return fitting.length === 0 ? [''] : fitting;
  });
  return folded.join('\n');
}
