/** What is told of the commands, on a terminal of 40 columns. */
import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { needs } from '../support/needs.ts';
import { needsBuild, shell } from '../support/unackd.ts';
import { play } from '../watch/terminal.ts';

/** Lines, without colours. */
function shownOn(columns: number, ...args: string[]): string[] {
  const { parts, code } = play(args, { columns }, []);
  assert.equal(code, 0);
  return stripVTControlCharacters(parts[0].shown).split('\r\n');
}

describe('on a narrow terminal', () => {
  before(function () {
    needsBuild(this);
    needs(this, shell('python3 --version').status === 0, 'no python3, which lends a terminal');
  });

  for (const words of [
    '--help',
    'service',
    'plugin list',
    'list webhook',
    'silence --help',
    'init --help',
  ])
    it(`${words} fits`, () => {
      const lines = shownOn(40, ...words.split(' '));
      // Examples are copied whole.
      const text = words.startsWith('--')
        ? lines
        : lines
            .join('\n')
            .split(/^EXAMPLES$/mu)[0]
            .split('\n');
      assert.ok(text.length > 5);
      assert.deepEqual(
        text.filter((line) => line.length > 40),
        [],
      );
    });

  it('help has whole paragraphs', () => {
    const text = shownOn(40, 'init', '--help').join('\n');
    assert.match(
      text,
      /^ {2}On a terminal it asks what is not\n {2}said by flags; with any of\n {2}--interface, --database, --webhook,\n/mu,
    );
    assert.match(text, /^DESCRIPTION\n {2}Write a configuration for this\n {2}machine\.\n/mu);
  });
});
