/** A table of text: what has no room goes beneath its row, or away. */
import { clean } from './clean.ts';
import { columnsOf, paddingFor } from './columns.ts';
import type { Sheet } from './page.ts';
import { paint, type Rendition } from './sgr.ts';
import { glueUnits, wrapText } from './wrap.ts';

export interface TableColumn {
  readonly title: string;
  readonly right?: boolean;
  /** Where there is no room for all columns, the highest goes first; 0 stays. */
  readonly yields: number;
  /** What it is called in the line beneath its row, where it must not be lost. */
  readonly beneath?: string;
  /** The colour of a cell. */
  readonly rendition?: (text: string) => Rendition | null;
}

/** A cell for each column; `''` where there is nothing to say. */
export type TableRow = readonly string[];

const GAP = '  ';
const INDENT = '  ';

/**
 * Lays out rows in blocks, so that a long table need not be in memory: widths
 * only grow, and the titles come again where a column has to go.
 */
export class Table {
  private readonly columns: readonly TableColumn[];
  private readonly sheet: Sheet;
  private readonly widths: number[];
  private shown: readonly number[] = [];

  /** @param sheet of width 0 (a pipe): all columns, nothing beneath */
  constructor(columns: readonly TableColumn[], sheet: Sheet) {
    this.columns = columns;
    this.sheet = sheet;
    this.widths = columns.map(({ title }) => columnsOf(title));
  }

  /** Lines of these rows, after the titles where they are due. */
  lines(rows: readonly TableRow[]): string[] {
    const safe = rows.map((row) => row.map((cell) => clean(cell, this.sheet.unicode)));
    for (const row of safe) {
      for (const [index, cell] of row.entries()) {
        this.widths[index] = Math.max(this.widths[index], columnsOf(cell));
      }
    }
    const shown = this.fitting();
    const lines: string[] = [];
    if (shown.length !== this.shown.length) {
      this.shown = shown;
      lines.push(this.line(this.columns.map(({ title }) => title)));
      if (this.sheet.width > 0) lines.push((this.sheet.unicode ? '─' : '-').repeat(this.width()));
    }
    for (const row of safe) lines.push(this.line(row, true), ...this.beneath(row));
    return lines;
  }

  private width(shown = this.shown): number {
    return shown.reduce((sum, index) => sum + this.widths[index] + GAP.length, -GAP.length);
  }

  private fitting(): number[] {
    const { width } = this.sheet;
    let shown = [...this.columns.keys()];
    const going = shown
      .filter((index) => this.columns[index].yields > 0)
      .toSorted((a, b) => this.columns[b].yields - this.columns[a].yields);
    for (const index of going) {
      if (width === 0 || this.width(shown) <= width) break;
      shown = shown.filter((other) => other !== index);
    }
    return shown;
  }

  private line(cells: readonly string[], painted = false): string {
    const padded = this.shown.map((index) => {
      const { right, rendition } = this.columns[index];
      const text = cells[index];
      const padding = paddingFor(text, this.widths[index]);
      const colour = painted && text !== '' ? (rendition?.(text) ?? null) : null;
      const drawn = colour === null ? text : paint(text, colour, this.sheet.colour);
      return right === true ? padding + drawn : drawn + padding;
    });
    return padded.join(GAP).trimEnd();
  }

  private beneath(row: TableRow): string[] {
    const gone = this.columns.flatMap(({ beneath }, index) =>
      beneath === undefined || this.shown.includes(index) || row[index] === ''
        ? []
        : [`${beneath} ${row[index]}`.trimStart()],
    );
    return wrapText(glueUnits(gone.join(', ')), {
      width: this.sheet.width,
      first: INDENT,
      rest: INDENT + INDENT,
    });
  }
}
