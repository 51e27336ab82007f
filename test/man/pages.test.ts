/** The manual says what the program declares, and typesetters find nothing wrong with it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { manualPages } from '../../scripts/man/pages.ts';
import { literal, pageText, sample } from '../../scripts/man/roff.ts';
import { bundled } from '../../src/engine/registry.ts';
import { TOP_KEYS } from '../../src/config/keys.ts';
import { declaredCommands } from '../../src/shells/declared.ts';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';

const edition = { version: '1.2.3', date: '2026-11-22' };
const pages = manualPages(edition);

/** A page as a terminal shows it, in ASCII and in lines that never break. */
function shown(text: string): string {
  const { status, stdout, stderr } = spawnSync(
    'groff',
    ['-ww', '-man', '-Tascii', '-P-cbou', '-rLL=900n', '-rHY=0'],
    { input: text, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

function page(name: string): string {
  const text = pages.get(name);
  assert.ok(text !== undefined, `no page ${name}`);
  return text;
}

describe('the manual', () => {
  it('finds no fault with mandoc', function () {
    needs(this, spawnSync('mandoc', ['-h']).error === undefined, 'no mandoc');
    for (const [name, text] of pages) {
      const { stdout } = spawnSync('mandoc', ['-Tlint', '-Wwarning'], {
        input: text,
        encoding: 'utf8',
      });
      assert.equal(stdout, '', name);
    }
  });

  describe('through groff', () => {
    before(function () {
      needs(this, has('groff'), 'no groff');
    });

    it('has a page for each command, with its options, arguments and examples', () => {
      for (const { name, args, flags, examples } of declaredCommands()) {
        const text = shown(page(`unackd-${name.replaceAll(' ', '-')}.1`));
        assert.ok(text.includes(`unackd ${name}`), name);
        for (const flag of flags)
          assert.ok(text.includes(`--${flag.name}`), `${name} ${flag.name}`);
        for (const arg of args) assert.ok(text.includes(arg.name.toUpperCase()), arg.name);
        for (const example of examples) assert.ok(text.includes(example), example);
      }
    });

    it('names all commands and exit codes in unackd(1)', () => {
      const text = shown(page('unackd.1'));
      for (const { name, summary } of declaredCommands()) {
        assert.ok(text.includes(`unackd-${name.replaceAll(' ', '-')}(1)`), name);
        assert.ok(text.replaceAll(/\s+/gu, ' ').includes(summary), summary);
      }
      assert.match(text, /^ +78 +configuration$/mu);
    });

    it('tells every key of the configuration in unackd.yaml(5)', () => {
      const text = shown(page('unackd.yaml.5'));
      for (const key of TOP_KEYS) assert.match(text, new RegExp(`\\b${key}\\b`, 'iu'));
      for (const kind of ['source', 'analyser', 'sink'] as const) {
        for (const name of bundled.names(kind)) {
          assert.ok(text.includes(`use: ${name}`), name);
          for (const option of Object.keys(bundled.find(kind, name)?.options ?? {}))
            assert.match(text, new RegExp(`^ +${option}\\b`, 'mu'), `${name} ${option}`);
        }
      }
      assert.doesNotMatch(text, /\]\(|\*\*required/u, 'Markdown is left');
    });

    it('shows samples letter by letter', () => {
      const lines = ["it's `a` -- \\n ^x ~y", '.dot', "'quote", String.raw`\fBbold\e`];
      const text = pageText({ name: 'x', chapter: 1, summary: 'y', body: sample(lines) }, edition);
      const out = shown(text);
      for (const line of lines) assert.ok(out.includes(line), `${line} in ${out}`);
      assert.equal(literal('-'), String.raw`\-`);
    });
  });
});
