/** One thing wrong with a configuration: where, what and, where known, what to do. Plain data. */
export interface Fault {
  readonly severity: 'error' | 'warning';
  /** Such as `unknown-option`; README.md lists them all. */
  readonly code: string;
  /** One sentence without a full stop. */
  readonly message: string;
  /** As given by who reads the file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** UTF-16 units to underline, at least 1, never past the end of the line. */
  readonly length: number;
  /** The whole line of text, without its line break. */
  readonly source: string;
  /** What would settle it, or `null`. */
  readonly hint: string | null;
}

/** A terminal's width and a half: a longer line (JSON on one line, say) is shown in part. */
const LONGEST_LINE = 160;
const KEPT_BEFORE = 60;

/** C0 and C1 controls: a configuration must not steer the terminal that shows its faults. */
const CONTROLS = /(?!\t)\p{Cc}/gu;

type Paint = (text: string) => string;

function painter(colour: boolean, code: number): Paint {
  return colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text;
}

function printable(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

interface Excerpt {
  readonly line: string;
  /** Index in `line` at which the caret begins. */
  readonly caret: number;
}

function excerpt(f: Fault): Excerpt {
  const caret = f.column - 1;
  if (f.source.length <= LONGEST_LINE) return { line: printable(f.source), caret };
  const start = Math.max(0, Math.min(caret - KEPT_BEFORE, f.source.length - LONGEST_LINE));
  const end = Math.min(f.source.length, start + LONGEST_LINE);
  const before = start > 0 ? '…' : '';
  const after = end < f.source.length ? '…' : '';
  return {
    line: printable(`${before}${f.source.slice(start, end)}${after}`),
    caret: caret - start + before.length,
  };
}

/** As many columns as `text` takes, with its tabs kept so that what follows lines up. */
function blank(text: string): string {
  return Array.from(text, (character) => (character === '\t' ? '\t' : ' ')).join('');
}

/**
 * The fault as people read it: `FILE:LINE:COLUMN SEVERITY CODE: MESSAGE`, the
 * line, a caret line under it, and the hint. No line break at the end.
 */
export function renderFault(f: Fault, colour: boolean): string {
  const strong = painter(colour, 1);
  const alarm = painter(colour, f.severity === 'error' ? 31 : 33);
  const helpful = painter(colour, 32);
  const place = strong(printable(`${f.file}:${f.line}:${f.column}`));
  const lines = [`${place} ${alarm(`${f.severity} ${f.code}`)}: ${printable(f.message)}`];
  if (f.source.trim() !== '') {
    const { line, caret } = excerpt(f);
    const marked = Math.max(1, Array.from(line.slice(caret, caret + f.length)).length);
    lines.push(line, `${blank(line.slice(0, caret))}${alarm('^'.repeat(marked))}`);
  }
  if (f.hint !== null) lines.push(helpful(printable(f.hint)));
  return lines.join('\n');
}
