import assert from 'node:assert/strict';
import { InputError, OutputError } from 'unackd';

function isOneLine(error: Error, text: RegExp): boolean {
  assert.match(error.message, text);
  assert(!error.message.includes('\n'), 'one line');
  return true;
}

/** For assert.throws: an OutputError with this exit code and a single line of text. */
export function isOutputError(exitCode: 74 | 77, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof OutputError, String(error));
    assert.equal(error.exitCode, exitCode);
    return isOneLine(error, text);
  };
}

/** The same for an InputError. */
export function isInputError(exitCode: 65 | 66 | 77, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof InputError, String(error));
    assert.equal(error.exitCode, exitCode);
    return isOneLine(error, text);
  };
}
