/**
 * docs/plugins.md is followed as it stands: each file written, each command run
 * in order, its output compared. `UPDATE_GOLDEN=1` writes the output into it.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { fencesOf } from './fences.ts';

const path = join(root, 'docs/plugins.md');
const text = readFileSync(path, 'utf8');
const fences = fencesOf(text);
const updating = process.env['UPDATE_GOLDEN'] === '1';

/** What a reader reads at: words a minute, and of code the same. */
const WORDS_A_MINUTE = 200;
const MINUTES = 15;

describe('docs/plugins.md', () => {
  let checkout: Checkout;
  let updated = text;
  let grown = 0;

  before(function () {
    needs(this, isBuilt, 'not built: npm run build');
    needs(this, hasCommand('script'), 'no script(1), which lends a terminal');
    checkout = new Checkout();
    // As a checkout is: root's plugins run as nobody, who is to read them.
    chmodSync(checkout.path, 0o755);
  });

  after(() => {
    checkout?.remove();
    if (updated !== text) writeFileSync(path, updated);
  });

  for (const [index, { language, body, line }] of fences.entries()) {
    if (language === 'ts' || language === 'yaml') {
      it(`line ${line}: is a file`, () => {
        const [, name] = /^(?:\/\/|#) (\S+\.(?:ts|yaml))\n/u.exec(body) ?? [];
        assert.ok(name, 'its first line says its name');
        checkout.put(name, body);
      });
    }
    if (language !== 'sh') continue;
    it(`line ${line}: ${body.split('\n', 1)[0]}`, () => {
      const { status, shown } = checkout.run(body);
      assert.equal(status, 0, shown);
      const next = fences[index + 1];
      const sample = next?.language === 'text' && next.adjacent ? next : undefined;
      if (updating && sample !== undefined) {
        const at = sample.at + grown;
        updated = updated.slice(0, at) + shown + updated.slice(at + sample.body.length);
        grown += shown.length - sample.body.length;
      } else {
        assert.equal(shown, sample?.body ?? '');
      }
    });
  }

  it('ends with an alert', () => {
    const [alert] = readFileSync(join(checkout.path, 'alerts.jsonl'), 'utf8')
      .split('\n')
      .filter((one) => one.includes('"code":"flaky-port"'));
    assert.match(alert ?? '', /needed more than one SYN/u);
  });

  it(`is read in ${MINUTES} minutes`, () => {
    assert.ok(text.split(/\s+/u).length <= WORDS_A_MINUTE * MINUTES);
  });

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?<to>[^)#:]+)\)/gu)].map(({ groups }) => groups!.to);
    assert.ok(links.length > 5);
    assert.deepEqual(
      links.filter((to) => !existsSync(join(root, 'docs', to))),
      [],
    );
  });
});
