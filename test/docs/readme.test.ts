/**
 * README.md's commands are run as they stand, in order, in one folder; what it
 * shows as their output is what they print. `UPDATE_GOLDEN=1` writes the output
 * into README.md instead: then read what `git diff` shows.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSE_WORDS, OUTCOME_WORDS, VERDICT_WORDS } from '../../src/face/verdict-words.ts';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { fencesOf, tableOf, type Fence } from './fences.ts';

const path = join(root, 'README.md');
const text = readFileSync(path, 'utf8');
const fences = fencesOf(text);
const updating = process.env['UPDATE_GOLDEN'] === '1';

/** What commands of README.md need beside unackd. */
const OUTSIDE = ['tcpdump', 'jq', 'sqlite3'];

/** Blocks that are neither run nor compared: they need a network, an interface, or would never end. */
const UNRUN_MOST = 2;

/** The output that stands below a block of commands. */
function sampleOf(index: number): Fence | undefined {
  const next = fences[index + 1];
  return next?.language === 'text' && next.adjacent ? next : undefined;
}

describe('README.md', () => {
  let checkout: Checkout;
  let updated = text;
  let grown = 0;

  before(function () {
    needs(this, isBuilt, 'not built: npm run build');
    needs(this, hasCommand('script'), 'no script(1), which lends a terminal');
    checkout = new Checkout();
  });

  after(() => {
    checkout?.remove();
    if (updated !== text) writeFileSync(path, updated);
  });

  for (const [index, { language, body, line }] of fences.entries()) {
    if (language === 'yaml') {
      it(`line ${line}: is a file`, () => {
        const [, name] = /^# (\S+\.yaml)$/mu.exec(body) ?? [];
        assert.ok(name, 'the first line of a configuration says its name: # my.yaml');
        checkout.put(name, body);
      });
    }
    if (language !== 'sh') continue;
    it(`line ${line}: ${body.split('\n', 1)[0]}`, function () {
      for (const name of OUTSIDE) {
        const used = new RegExp(`(?:^|\\| *|\\n *)${name} `, 'u').test(body);
        needs(this, !used || hasCommand(name), `no ${name}`);
      }
      const { status, shown } = checkout.run(body);
      assert.equal(status, 0, shown);
      const sample = sampleOf(index);
      if (sample === undefined) return;
      if (updating) {
        const at = sample.at + grown;
        updated = updated.slice(0, at) + shown + updated.slice(at + sample.body.length);
        grown += shown.length - sample.body.length;
      } else {
        assert.equal(shown, sample.body);
      }
    });
  }

  it('runs nearly all that it shows', () => {
    const unrun = fences.filter(({ language }) => language === 'console');
    assert.ok(unrun.length <= UNRUN_MOST, `${unrun.length} console blocks`);
    const loose = fences.filter(
      (fence, i) =>
        !['sh', 'yaml', 'console'].includes(fence.language) && sampleOf(i - 1) !== fence,
    );
    assert.deepEqual(loose, [], 'blocks that belong to no command');
  });

  it('explains all words as the program does', () => {
    for (const [header, words] of [
      ['outcome', OUTCOME_WORDS],
      ['verdict', VERDICT_WORDS],
      ['cause', CAUSE_WORDS],
    ] as const) {
      assert.deepEqual(Object.fromEntries(tableOf(text, header)), words, header);
    }
  });

  it('lists the exit codes that the overview lists', () => {
    const { shown } = checkout.run('bin/unackd --help');
    const [, listed] = /^EXIT CODES\n([^]*?)^$/mu.exec(shown) ?? [];
    const codes = [...listed.matchAll(/(?<=^|\s)\d+(?= )/gu)].map(([code]) => code);
    const told = new Set(tableOf(text, 'code').map(([code]) => code));
    assert.ok(codes.length > 5);
    assert.deepEqual(
      codes.filter((code) => !told.has(code)),
      [],
    );
  });

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?<to>[^)#:]+)\)/gu)].map(({ groups }) => groups!.to);
    assert.ok(links.length > 5);
    assert.deepEqual(
      links.filter((to) => !existsSync(join(root, to))),
      [],
    );
  });
});
