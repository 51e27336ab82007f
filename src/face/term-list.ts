/** Terms, each with what it is: `  read   Read capture files`. */
import { columnsOf, paddingFor } from './columns.ts';
import type { Sheet } from './page.ts';
import { GLUE, wrapText } from './wrap.ts';

const INDENT = '  ';
const GAP = '  ';
/** Text beside its term has at least so many columns; with fewer it goes beneath. */
const LEAST_BESIDE = 28;

/** Cells that name something, the last of them what it is. */
export type Term = readonly string[];

/** A term a line, its cells in columns; what has no room beside it goes on beneath. */
export function termLines(terms: readonly Term[], { width }: Pick<Sheet, 'width'>): string[] {
  const named = (terms[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: named }, (_, i) =>
    Math.max(...terms.map((cells) => columnsOf(cells[i]))),
  );
  const beside = widths.reduce((sum, one) => sum + one + GAP.length, INDENT.length);
  if (width === 0 || width - beside >= LEAST_BESIDE) {
    return terms.flatMap((cells) => {
      const first = INDENT + inColumns(cells, widths) + GAP;
      const lines = wrapText(cells[named], { width, first, rest: ' '.repeat(beside) });
      return lines.length === 0 ? [first.trimEnd()] : lines;
    });
  }
  const beneath = INDENT.repeat(3);
  const fit = beside - GAP.length <= width;
  return terms.flatMap((cells) => [
    ...(fit
      ? [INDENT + inColumns(cells, widths).trimEnd()]
      : wrapText(cells.slice(0, named).join(` ${GLUE}`), {
          width,
          first: INDENT,
          rest: INDENT.repeat(2),
        })),
    ...wrapText(cells[named], { width, first: beneath, rest: beneath }),
  ]);
}

/** All but the last. */
function inColumns(cells: Term, widths: readonly number[]): string {
  return widths.map((one, i) => cells[i] + paddingFor(cells[i], one)).join(GAP);
}
