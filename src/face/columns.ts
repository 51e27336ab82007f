/** Widths in terminal columns, which are neither bytes nor UTF-16 units. */

const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/;

/** Marks that are drawn over the character before them. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}]$/u;

/**
 * East Asian Wide and Fullwidth blocks (Unicode Standard Annex #11), and what
 * is shown as a picture unless told otherwise.
 */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

function characterColumns(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Terminal columns of a text that {@link clean} has been through; ambiguous characters count as one. */
export function columnsOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let total = 0;
  for (const character of text) total += characterColumns(character);
  return total;
}

/** The longest beginning that fits, and what is left. At least one character is taken. */
export function splitAtColumn(text: string, width: number): [head: string, tail: string] {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += characterColumns(character);
    if (used > width && end > 0) break;
    end += character.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

/** The text, or as much of it as fits with a mark that something is missing. */
export function cutToColumns(text: string, width: number, unicode: boolean): string {
  if (columnsOf(text) <= width) return text;
  const mark = unicode ? '…' : '~';
  return width <= 1 ? mark.slice(0, width) : splitAtColumn(text, width - 1)[0] + mark;
}

/** Spaces that fill a text up to a width. */
export function paddingFor(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columnsOf(text)));
}
