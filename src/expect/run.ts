/** `unackd test FILE`: runs the tests of one file and says which hold. */
import { readFileSync } from 'node:fs';
import { renderFault } from '../config/fault.ts';
import { ConfigError } from '../config/load.ts';
import type { PluginRegistry } from '../config/resolved.ts';
import { installed } from '../engine/registry.ts';
import { clean } from '../face/clean.ts';
import { counted } from '../face/count.ts';
import { sheetOf, type Page, type Sheet } from '../face/page.ts';
import { paint } from '../face/sgr.ts';
import { InputError } from '../plugin/api.ts';
import { StandardOutput } from '../read/standard-output.ts';
import { collect } from './collect.ts';
import { differences, type Difference } from './compare.ts';
import { readSuite } from './read-suite.ts';
import type { TestCase } from './suite.ts';

export interface TestRequest {
  readonly file: string;
  readonly format: 'text' | 'jsonl';
  readonly page: Page;
}

interface Result {
  readonly test: TestCase;
  readonly differences: readonly Difference[];
  /** Why it could not be run to its end. */
  readonly error: string | null;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new InputError(66, `${file}: no such file`);
    if (code === 'EISDIR') throw new InputError(66, `${file} is a folder: name the file in it`);
    if (code === 'EACCES') throw new InputError(77, `${file}: no permission to read it`);
    throw error;
  }
}

/** @throws ConfigError with all faults of the file */
function testsOf(file: string, registry: PluginRegistry, colour: boolean): readonly TestCase[] {
  const { tests, log } = readSuite(textOf(file), file, registry, process.env);
  if (!log.failed) return tests;
  const faults = log.sorted();
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  const text = faults.map((fault) => renderFault(fault, colour)).join('\n\n');
  throw new ConfigError(78, `${text}\n\n${counted(errors, 'error')}`);
}

async function run(test: TestCase, registry: PluginRegistry): Promise<Result> {
  try {
    const found = await collect(test, registry);
    return { test, differences: differences(test.expected, found), error: null };
  } catch (error) {
    // A capture that can't be read, a plugin that throws: this test fails, the others go on.
    const text = error instanceof Error ? error.message : String(error);
    return { test, differences: [], error: text };
  }
}

function passed({ differences: all, error }: Result): boolean {
  return error === null && all.length === 0;
}

/** @returns the exit code: 0, or 1 where a test failed */
export async function runTests({ file, format, page }: TestRequest): Promise<number> {
  const sheet = sheetOf(page);
  const tests = testsOf(file, installed, sheet.colour);
  const out = new StandardOutput();
  let failed = 0;
  for (const test of tests) {
    const result = await run(test, installed);
    if (!passed(result)) failed++;
    const text = format === 'jsonl' ? `${record(result)}\n` : resultText(result, file, sheet);
    out.put(text);
    out.flush();
  }
  if (format === 'text') {
    const sum = `${counted(tests.length - failed, 'test')} passed, ${failed} failed`;
    out.put(`${sum}\n`);
    out.flush();
  }
  return failed === 0 ? 0 : 1;
}

function record(result: Result): string {
  const { test, differences: all, error } = result;
  return JSON.stringify({
    type: 'test',
    name: test.name,
    ...test.place,
    passed: passed(result),
    differences: all.map(({ what, place, expected, found }) => ({
      what,
      line: place.line,
      column: place.column,
      expected,
      found,
    })),
    error,
  });
}

function resultText(result: Result, file: string, { colour, unicode }: Sheet): string {
  const { test, differences: all, error } = result;
  const safe = (text: string) => clean(text, unicode);
  if (passed(result)) return `${paint('ok', 'green', colour)}    ${safe(test.name)}\n`;
  const at = ({ line, column }: TestCase['place']) => `${safe(file)}:${line}:${column}`;
  const lines = [`${paint('FAIL', 'red', colour)}  ${safe(test.name)}`];
  if (error !== null) lines.push(`  ${at(test.place)} can't be run: ${safe(error)}`);
  let told = '';
  for (const { what, place, expected, found } of all) {
    const head = `  ${at(place)} ${safe(what)}`;
    if (head !== told) lines.push(head);
    told = head;
    if (expected !== null) lines.push(`    ${paint(`- ${safe(expected)}`, 'red', colour)}`);
    if (found !== null) lines.push(`    ${paint(`+ ${safe(found)}`, 'green', colour)}`);
  }
  return `${lines.join('\n')}\n`;
}
