/** Runs an author's own tests: node:test, in this process. */
import { run } from 'node:test';
import type { Finding } from '../../plugin/conformance/finding.ts';

interface TestEvent {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly error?: Error };
}

/** What the test threw: node:test wraps it. */
function thrown({ details, file, line, column }: TestEvent): Error {
  const { error } = details;
  const cause: unknown = error?.cause ?? error;
  if (cause instanceof Error) return cause;
  const made = new Error(String(cause));
  made.stack = `${made.message}\n    at test (${file}:${line}:${column})`;
  return made;
}

function finding(event: TestEvent, passed: boolean): Finding {
  const rule = `test: ${event.name}`;
  if (event.skip !== undefined && event.skip !== false) {
    return { rule, result: 'skipped', text: event.skip === true ? '' : event.skip };
  }
  if (passed) return { rule, result: 'holds', text: '' };
  const error = thrown(event);
  const first = error.message.split('\n').find((text) => text.trim() !== '') ?? '';
  return { rule, result: 'broken', text: expectation(error) ?? first, error };
}

/** `1 and not 2`, of what node:assert compared. */
function expectation(error: Error): string | null {
  const {
    actual,
    expected,
    generatedMessage: generated,
  } = error as Error & {
    readonly actual?: unknown;
    readonly expected?: unknown;
    readonly generatedMessage?: boolean;
  };
  if (generated !== true || expected === undefined) return null;
  return `it is ${shown(actual)}, expected was ${shown(expected)}`;
}

function shown(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** One finding for each test; suites are only the places of theirs. */
export async function* testFindings(files: readonly string[]): AsyncGenerator<Finding> {
  const events = run({ files: [...files], isolation: 'none', concurrency: false });
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const data = event.data as unknown as TestEvent;
    if (data.details.type !== 'suite') yield finding(data, event.type === 'test:pass');
  }
}
