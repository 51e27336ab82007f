/** The pages of docs/ are followed as they stand. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSE_WORDS, OUTCOME_WORDS, VERDICT_WORDS } from '../../src/face/verdict-words.ts';
import { needs } from '../support/needs.ts';
import { Checkout, isBuilt, root } from './checkout.ts';
import { tableOf } from './fences.ts';
import { DocPage, type PageRules } from './page.ts';

/** Those that ask for more, or less, than the others. */
const RULES: Readonly<Record<string, PageRules>> = {
  'reading.md': { unrun: 1 },
  'plugins.md': { showsAll: true },
};

const pages = new Map(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => [name, new DocPage(`docs/${name}`)]),
);

for (const [name, page] of pages) {
  describe(page.name, () => page.follow(RULES[name]));
}

describe('docs/verdicts.md', () => {
  it('explains all words as the program does', () => {
    const text = pages.get('verdicts.md')?.text ?? '';
    for (const [header, words] of [
      ['outcome', OUTCOME_WORDS],
      ['verdict', VERDICT_WORDS],
      ['cause', CAUSE_WORDS],
    ] as const) {
      assert.deepEqual(Object.fromEntries(tableOf(text, header)), words, header);
    }
  });
});

describe('docs/reading.md', () => {
  it('lists the exit codes that the overview lists', function () {
    needs(this, isBuilt, 'not built: npm run build');
    const checkout = new Checkout();
    const { shown } = checkout.run('bin/unackd --help');
    checkout.remove();
    const [, listed] = /^EXIT CODES\n([^]*?)^$/mu.exec(shown) ?? [];
    const codes = [...listed.matchAll(/(?<=^|\s)\d+(?= )/gu)].map(([code]) => code);
    const told = new Set(
      tableOf(pages.get('reading.md')?.text ?? '', 'code').map(([code]) => code),
    );
    assert.ok(codes.length > 5);
    assert.deepEqual(
      codes.filter((code) => !told.has(code)),
      [],
    );
  });
});
