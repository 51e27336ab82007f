/** docs/plugins.md, which pages.test.ts follows, is what it promises to be. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.ts';
import { fencesOf } from './fences.ts';

const text = readFileSync(join(root, 'docs/plugins.md'), 'utf8');

/** What a reader reads at: words a minute, and of code the same. */
const WORDS_A_MINUTE = 200;
const MINUTES = 15;

describe('docs/plugins.md, the tutorial', () => {
  it('ends with an alert, before it goes on to packets', () => {
    const [tutorial] = text.split('## 5. ');
    const shown = fencesOf(tutorial).filter(({ language }) => language === 'text');
    assert.match(shown.at(-1)?.body ?? '', /needed more than one SYN/u);
  });

  it(`is read in ${MINUTES} minutes`, () => {
    assert.ok(text.split(/\s+/u).length <= WORDS_A_MINUTE * MINUTES);
  });
});
