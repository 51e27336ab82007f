import type { Fault } from './fault.ts';
import { masked, tellingStretches } from './secrets.ts';

/** A stretch of the configuration's text, in UTF-16 units; `end` is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a fault of the whole file is shown. */
export const TOP: Span = { start: 0, end: 1 };

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function compare(a: Fault, b: Fault): number {
  if (a.line !== b.line) return a.line - b.line;
  if (a.column !== b.column) return a.column - b.column;
  return 0;
}

/** Takes the faults of one text as they are found, in any order. */
export class FaultLog {
  readonly #text: string;
  readonly #file: string;
  readonly #starts: readonly number[];
  readonly #faults: Fault[] = [];
  /** A node that two aliases name is looked at twice, and told once. */
  readonly #told = new Set<string>();
  /** What no fault may show of the text. */
  readonly #hidden: Span[] = [];
  #errors = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    this.#starts = lineStarts(text);
  }

  /** How many so far. */
  get errors(): number {
    return this.#errors;
  }

  /** At least one error: there is no configuration. */
  get failed(): boolean {
    return this.#errors > 0;
  }

  error(code: string, span: Span, message: string, hint: string | null = null): void {
    this.#add('error', code, span, message, hint);
  }

  warning(code: string, span: Span, message: string, hint: string | null = null): void {
    this.#add('warning', code, span, message, hint);
  }

  /** Keeps this stretch out of the lines that faults show. */
  hide(span: Span): void {
    this.#hidden.push(span);
  }

  /** As it stands there. */
  textOf({ start, end }: Span): string {
    return this.#text.slice(start, end);
  }

  /** From 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** By position; faults at one place stay in the order they were found in. */
  sorted(): Fault[] {
    return this.#faults.map((fault) => this.#withoutSecrets(fault)).toSorted(compare);
  }

  #withoutSecrets(fault: Fault): Fault {
    const from = this.#starts[fault.line - 1];
    const known = this.#hidden.map(({ start, end }) => ({ start: start - from, end: end - from }));
    const source = masked(fault.source, [...known, ...tellingStretches(fault.source)]);
    return source === fault.source ? fault : { ...fault, source };
  }

  #add(
    severity: Fault['severity'],
    code: string,
    span: Span,
    message: string,
    hint: string | null,
  ): void {
    const key = `${span.start} ${code} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    if (severity === 'error') this.#errors += 1;
    const line = this.lineOf(span.start);
    const start = this.#starts[line - 1];
    const next = this.#text.indexOf('\n', start);
    const source = this.#text.slice(start, next === -1 ? undefined : next).replace(/\r$/, '');
    const column = Math.min(span.start - start, source.length) + 1;
    const end = Math.min(span.end - start, source.length);
    const length = Math.max(1, end - column + 1);
    const file = this.#file;
    this.#faults.push({ severity, code, message, file, line, column, length, source, hint });
  }
}
