/** What text is drawn for. */
export interface Page {
  /** Terminal columns (`stream.columns`); 0 or undefined is a pipe or a file: no wrapping, no colour, no drawing. */
  readonly width: number | undefined;
  readonly colour: boolean;
  /** The terminal shows UTF-8; otherwise all text is ASCII. */
  readonly unicode: boolean;
}

/** SERVER and the longest verdict side by side take 30 columns: below this nothing can be laid out. */
export const NARROWEST = 32;

/** Options as they are meant: a pipe is never coloured, a terminal never narrower than can be drawn. */
export interface Sheet {
  /** 0 is a pipe. */
  readonly width: number;
  readonly colour: boolean;
  readonly unicode: boolean;
}

export function sheetOf({ width, colour, unicode }: Page): Sheet {
  if (width === undefined || !(width > 0)) return { width: 0, colour: false, unicode };
  return { width: Math.max(NARROWEST, Math.floor(width)), colour, unicode };
}
