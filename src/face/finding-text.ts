import { clean } from './clean.ts';
import { sheetOf, type Page } from './page.ts';
import { paint, type Rendition } from './sgr.ts';
import { wrapText } from './wrap.ts';

/** What was looked at, how it is, and what to do. */
export interface FindingLine {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly mend: string | null;
}

const RENDITIONS: Readonly<Record<FindingLine['state'], Rendition>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
};

/** `fail  rights: what was found; mend: what to do`, wrapped; no newline at its end. */
export function findingText({ check, state, text, mend }: FindingLine, page: Page): string {
  const { width, colour, unicode } = sheetOf(page);
  const what = clean(`${check}: ${text}${mend === null ? '' : `; mend: ${mend}`}`, unicode);
  const label = state.padEnd(4);
  const [first, ...rest] = wrapText(what, {
    width,
    first: `${label}  `,
    rest: ' '.repeat(label.length + 2),
  });
  return [paint(label, RENDITIONS[state], colour) + first.slice(label.length), ...rest].join('\n');
}
