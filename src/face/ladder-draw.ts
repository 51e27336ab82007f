/** The strokes of a sequence picture: rows between two lifelines. */
import { columnsOf } from './columns.ts';
import type { Label } from './ladder-label.ts';
import { glueUnits, wrapText } from './wrap.ts';

export interface Canvas {
  /** Columns of the times left of the picture. */
  readonly margin: number;
  /** Columns between the lifelines. */
  readonly inner: number;
  readonly unicode: boolean;
}

/** Stroke and space at either side of an arrow's label, and its head. */
const ARROW_ENDS = 8;

const UNICODE_STROKES = { life: '│', gap: '┊', line: '─', right: '►', left: '◄', origin: '●' };
const ASCII_STROKES = { life: '|', gap: ':', line: '-', right: '>', left: '<', origin: 'o' };

function strokes({ unicode }: Canvas): typeof ASCII_STROKES {
  return unicode ? UNICODE_STROKES : ASCII_STROKES;
}

function centre(text: string, width: number, filler: string): string {
  const spare = Math.max(0, width - columnsOf(text));
  const before = Math.floor(spare / 2);
  return filler.repeat(before) + text + filler.repeat(spare - before);
}

function row(canvas: Canvas, time: string, edge: string, body: string): string {
  return `${time.padStart(canvas.margin - 2)}  ${edge}${body}${edge}`;
}

/** Rows of words between lifelines, `gap` ones where time passes. */
export function wordRows(canvas: Canvas, text: string, gap: boolean): string[] {
  const { life, gap: dotted } = strokes(canvas);
  const edge = gap ? dotted : life;
  const lines = wrapText(glueUnits(text), { width: canvas.inner - 2, first: '', rest: '' });
  return lines.map((line) => row(canvas, '', edge, centre(line, canvas.inner, ' ')));
}

/**
 * An arrow with its label on it; what does not fit stands beneath.
 *
 * @param origin who sent it from between the two ends, `''` where an end did
 */
export function arrowRows(
  canvas: Canvas,
  time: string,
  toServer: boolean,
  label: Label,
  origin: string,
): string[] {
  const { life, line, right, left, origin: dot } = strokes(canvas);
  const tail = origin === '' ? '' : `${dot} ${origin} `;
  const length = canvas.inner - columnsOf(tail);
  const [on, beneath] = placeLabel(label, length - ARROW_ENDS);
  const shaft = centre(` ${on} `, length - 1, line);
  const arrow = toServer ? tail + shaft + right : left + shaft + tail;
  return [row(canvas, time, life, arrow), ...wordRows(canvas, beneath, false)];
}

/** Columns that an arrow leaves for a sender between the ends. */
export function originRoom(canvas: Canvas, label: Label): number {
  return canvas.inner - ARROW_ENDS - columnsOf(label.short) - 3;
}

function placeLabel({ short, head, detail }: Label, room: number): [on: string, beneath: string] {
  const whole = detail === '' ? head : `${head}, ${detail}`;
  if (columnsOf(whole) <= room) return [whole, ''];
  if (columnsOf(head) <= room) return [head, detail];
  return [
    short,
    head.slice(short.length).replace(/^,? /, '') + (detail === '' ? '' : `, ${detail}`),
  ];
}
