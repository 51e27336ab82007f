import { sheetOf, type Page, type Sheet } from '../face/page.ts';
import { foldLines } from '../face/wrap.ts';
import { pageOf } from './page.ts';
import { isTerminal } from './terminal.ts';

/** What standard output can show. The stream itself is made only for a terminal: that takes 3 ms. */
export function pageOfOutput(): Page {
  return pageOf(isTerminal(1) ? process.stdout : {}, process.env);
}

export function sheetOfOutput(): Sheet {
  return sheetOf(pageOfOutput());
}

/** Lines so that they fit standard output. */
export function foldedForOutput(text: string): string {
  return foldLines(text, sheetOfOutput());
}
