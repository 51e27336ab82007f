/** `unackd plugin check`: an author's plugin held to what every plugin is held to. */
import { accessSync, constants, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderFault } from '../config/fault.ts';
import { clean } from '../face/clean.ts';
import { counted } from '../face/count.ts';
import { nearPath } from '../face/near-path.ts';
import { sheetOf, type Page, type Sheet } from '../face/page.ts';
import { paint } from '../face/sgr.ts';
import { confinement } from '../doctor/plugins.ts';
import { landlockAbi } from '../engine/registry.ts';
import { InputError } from '../plugin/api.ts';
import { StandardOutput } from '../read/standard-output.ts';
import type { Written } from '../plugin/conformance/defaults.ts';
import { findPlugin } from './files.ts';
import type { ToldFinding } from './messages.ts';
import type { Place } from '../plugin/place.ts';
import { runChild } from './run-child.ts';
import { scratchFolder } from './scratch.ts';
import { typeFindings } from './types.ts';

export interface CheckRequest {
  /** As the author wrote it. */
  readonly named: string;
  readonly captures: readonly string[];
  /** Where it may connect to: see `parseGrant`. */
  readonly net: readonly string[];
  readonly options: Readonly<Record<string, Written>>;
  readonly format: 'text' | 'jsonl';
  readonly page: Page;
}

/** Node's words to who opens a socket and may not. */
const NO_SOCKETS = '--allow-net';
const SOCKETS_HINT = '; tests may open sockets where --net HOST:PORT grants connections';

/** What the plugin prints and logs that is shown: lines. */
const SHOWN_MOST = 20;

/** The name, word or bracket at a place, which the caret underlines. */
function lengthAt(source: string, column: number): number {
  return /^[\w$.]+/u.exec(source.slice(column - 1))?.[0].length ?? 1;
}

function excerpt(
  { rule, text }: ToldFinding,
  { file, line, column }: Place,
  colour: boolean,
): string {
  let source = '';
  try {
    source = readFileSync(file, 'utf8').split('\n')[line - 1] ?? '';
  } catch {
    // Without its line the place alone is told.
  }
  const at = column ?? source.search(/\S|$/u) + 1;
  return renderFault(
    {
      severity: 'error',
      code: rule.replaceAll(/[^a-z0-9]+/giu, '-'),
      message: text,
      file: nearPath(file),
      line,
      column: at,
      length: lengthAt(source, at),
      source,
      hint: null,
    },
    colour,
  );
}

function findingText(finding: ToldFinding, { colour, unicode }: Sheet): string {
  const { rule, result, text, place, told = [] } = finding;
  const what = clean(rule, unicode);
  const why = text === '' ? '' : `: ${clean(text, unicode)}`;
  if (result === 'skipped') return `${paint('skip', 'dim', colour)}  ${what}${why}\n`;
  if (result === 'holds') {
    const lines = told.map((one) => `        ${clean(one, unicode)}\n`);
    return `${paint('ok', 'green', colour)}    ${what}${why}\n${lines.join('')}`;
  }
  const head = `${paint('FAIL', 'red', colour)}  ${what}`;
  if (place === null) return `${head}${why}\n`;
  return `${head}\n${excerpt(finding, place, colour).replaceAll(/^/gmu, '  ')}\n`;
}

function record(finding: ToldFinding): string {
  const { rule, result, text, place, told } = finding;
  return `${JSON.stringify({ type: 'check', rule, result, text, place, ...(told && { told }) })}\n`;
}

function absolute(captures: readonly string[]): readonly string[] {
  return captures.map((capture) => {
    const path = resolve(capture);
    try {
      accessSync(path, constants.R_OK);
      return path;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES') throw new InputError(77, `${capture}: no permission to read it`);
      throw new InputError(66, `${capture}: no such file`);
    }
  });
}

/**
 * Checks a plugin and says what was found.
 * @returns the exit code: 0, or 1 where something is broken
 * @throws InputError for files that are not there
 */
export async function checkPlugin(request: CheckRequest): Promise<number> {
  const { named, options, format, net } = request;
  const sheet = sheetOf(request.page);
  const { file, tests } = findPlugin(named);
  const captures = absolute(request.captures);
  const scratch = scratchFolder('check');
  const out = new StandardOutput();
  const counts = { holds: 0, broken: 0, skipped: 0 };
  const tell = (finding: ToldFinding): void => {
    counts[finding.result]++;
    out.put(format === 'jsonl' ? record(finding) : findingText(finding, sheet));
    out.flush();
  };
  const remark = (text: string): void => {
    if (format === 'text') out.put(`        ${clean(text, sheet.unicode)}\n`);
  };
  const { state, text, mend } = confinement(landlockAbi(), process.getuid?.() === 0);
  if (state !== 'ok') {
    process.stderr.write(`unackd: ${text}; to mend it: ${mend}; the checks go on\n`);
  }
  try {
    let logged = 0;
    const order = { file, tests, options, scratch, captures, net };
    for (const finding of typeFindings([file, ...tests], scratch)) tell(finding);
    const { failed, printed } = await runChild(order, (message) => {
      if (message.is === 'finding') tell(message.finding);
      else if (message.is === 'log' && logged++ < SHOWN_MOST) {
        remark(`log ${message.level}: ${message.text}`);
      }
    });
    if (logged > SHOWN_MOST) remark(`log: ${counted(logged - SHOWN_MOST, 'more line')}`);
    if (failed !== null) {
      const why = `${failed}${printed.includes(NO_SOCKETS) ? SOCKETS_HINT : ''}`;
      tell({ rule: 'comes to its end', result: 'broken', text: why, place: null });
    }
    const lines = printed.split('\n').filter((line) => line.trim() !== '');
    for (const line of lines.slice(0, SHOWN_MOST)) remark(`printed: ${line}`);
    if (format === 'text') out.put(sumText(counts, tests.length));
    out.flush();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return counts.broken === 0 ? 0 : 1;
}

function sumText(
  { holds, broken, skipped }: Readonly<Record<'holds' | 'broken' | 'skipped', number>>,
  tests: number,
): string {
  const without = tests === 0 ? '; it has no tests: NAME.test.ts beside it' : '';
  return `${counted(holds, 'check')} passed, ${broken} failed, ${skipped} skipped${without}\n`;
}
