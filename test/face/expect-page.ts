import assert from 'node:assert/strict';
import { columnsOf } from '../../src/face/columns.ts';

/** No line wider than asked for, no control or format character but line feeds, no blanks at a line's end. */
export function expectPage(text: string, width: number): void {
  assert.ok(text.endsWith('\n'));
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0]/u);
  for (const line of text.split('\n')) {
    assert.ok(width === 0 || columnsOf(line) <= width, `wider than ${width}: ${line}`);
    assert.equal(line, line.trimEnd());
  }
}
