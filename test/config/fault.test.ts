import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { renderFault } from '../../src/config/fault.ts';
import type { Fault } from '../../src/config/fault.ts';

const fault: Fault = {
  severity: 'error',
  code: 'unknown-option',
  message: "'retrys' is not an option of retry-schedule",
  file: 'config/unackd.yaml',
  line: 14,
  column: 5,
  length: 6,
  source: '    retrys: 3',
  hint: "did you mean 'retries'?",
};

describe('renderFault', () => {
  it('renders place, line, caret and hint', () => {
    const expected = [
      "config/unackd.yaml:14:5 error unknown-option: 'retrys' is not an option of retry-schedule",
      '    retrys: 3',
      '    ^^^^^^',
      "did you mean 'retries'?",
    ];
    assert.equal(renderFault(fault, false), expected.join('\n'));
  });

  it('keeps tabs before the caret, so that it lines up', () => {
    const lines = renderFault({ ...fault, source: '\t\tretrys: 3', column: 3 }, false).split('\n');
    assert.equal(lines[2], '\t\t^^^^^^');
  });

  it('counts letters outside of the basic plane as one', () => {
    const lines = renderFault({ ...fault, source: '"😀": "😀😀"', column: 7, length: 6 }, false);
    assert.equal(lines.split('\n')[2], '     ^^^^');
  });

  it('leaves line and caret out where there is nothing to show', () => {
    const lines = renderFault({ ...fault, source: '', hint: null }, false).split('\n');
    assert.equal(lines.length, 1);
  });

  it('lets no control character of the file through to the terminal', () => {
    const hostile = {
      ...fault,
      source: 'a\u001b[2Jb\u009b',
      message: '\u001b]0;x\u0007',
      hint: '\r',
    };
    assert.doesNotMatch(renderFault(hostile, false), /(?!\n)\p{Cc}/u);
  });

  it('colours, and says the same without', () => {
    const coloured = renderFault(fault, true);
    assert.ok(coloured.includes('\u001b[31m'));
    assert.equal(stripVTControlCharacters(coloured), renderFault(fault, false));
  });
});
