/** README.md is followed as it stands, and says what the program says. */
import assert from 'node:assert/strict';
import { DocPage } from './page.ts';

/** It is one screen, three recipes and the way to the rest. */
const LINES_MOST = 350;

describe('README.md', () => {
  const page = new DocPage('README.md');
  page.follow({ unrun: 3 });

  it(`has at most ${LINES_MOST} lines`, () => {
    assert.ok(page.text.split('\n').length <= LINES_MOST);
  });
});
