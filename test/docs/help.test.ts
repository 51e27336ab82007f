/** `read --help` says what the words of its output mean, and fits a terminal. */
import assert from 'node:assert/strict';
import { CAUSE_WORDS, OUTCOME_WORDS, VERDICT_WORDS } from '../../src/face/verdict-words.ts';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt } from './checkout.ts';

describe('unackd read --help', () => {
  let help: string;

  before(function () {
    needs(this, isBuilt, 'not built: npm run build');
    needs(this, hasCommand('script'), 'no script(1), which lends a terminal');
    const checkout = new Checkout();
    help = checkout.run('bin/unackd read --help').shown;
    checkout.remove();
  });

  it('explains each outcome, verdict and cause', () => {
    const prose = help.replaceAll(/\s+/gu, ' ');
    for (const words of [OUTCOME_WORDS, VERDICT_WORDS, CAUSE_WORDS]) {
      for (const [word, meaning] of Object.entries(words)) {
        assert.ok(prose.includes(`- ${word}: ${meaning}`), word);
      }
    }
  });

  it('fits 80 columns, but for examples, which are copied whole', () => {
    const [text] = help.split(/^EXAMPLES$/mu);
    assert.deepEqual(
      text.split('\n').filter((line) => line.length > 80),
      [],
    );
  });
});
