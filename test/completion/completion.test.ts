/** `unackd completion SHELL`, read by that shell, offers what the commands declare. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { completionFor, type Shell } from '../../src/shells/scripts.ts';
import { declaredCommands } from '../../src/shells/declared.ts';
import { FREE_VALUES, valuesOf, wordOf } from '../../src/shells/values.ts';
import { has } from '../support/namespaces.ts';
import { needs } from '../support/needs.ts';
import { Folder, needsBuild, unackd } from '../support/unackd.ts';
import { shells } from './shells.ts';

const commands = declaredCommands();

function flagsOf(command: string): string[] {
  const flags = commands.find(({ name }) => name === command)?.flags ?? [];
  return flags.map(({ name }) => `--${name}`);
}

const firstWords = [...new Set(commands.map(({ name }) => name.split(' ')[0])), 'help'].toSorted();

/** A line up to the cursor, and what stands to choose from. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  'unackd ': firstWords,
  'unackd w': ['watch'],
  'unackd help pl': ['plugin'],
  'unackd plugin ': ['check', 'list', 'new'],
  'unackd silence l': ['list'],
  'unackd silence list --f': ['--format'],
  'unackd read --format ': ['json', 'jsonl', 'text'],
  'unackd read --la': ['--ladder'],
  'unackd read --format text --fail-on half-': ['half-open'],
  'unackd read mon': ['monday two.pcap', 'monday.pcap'],
  'unackd read monday.pcap tues': ['tuesday.pcap'],
  'unackd check mon': ['monday two.pcap', 'monday.pcap'],
  'unackd read -c mon': ['monday two.pcap', 'monday.pcap'],
  'unackd plugin list my': ['my plugins'],
  'unackd plugin new --kind s': ['sink', 'source'],
  'unackd lab drop --at ': ['any', 'client', 'server'],
  'unackd lab --at client re': ['reject', 'reject-admin', 'reply-loss', 'reset'],
  'unackd completion ': ['bash', 'fish', 'zsh'],
  'unackd list sq': ['sqlite'],
  'unackd watch -i ': ['any', ...readdirSync('/sys/class/net')].toSorted(),
};

describe('unackd completion', function () {
  this.timeout(30_000);

  for (const shell of Object.keys(shells) as Shell[]) {
    describe(shell, () => {
      let folder: Folder;

      before(function () {
        needs(this, has(shell), `no ${shell}`);
        needs(this, has('script'), 'no script(1), which lends a terminal');
        folder = new Folder();
        for (const name of ['monday.pcap', 'monday two.pcap', 'tuesday.pcap'])
          folder.file(name, '');
        mkdirSync(folder.at('my plugins'));
      });

      after(() => folder?.remove());

      it('offers what may stand there', async () => {
        const script = folder.file(`completion.${shell}`, completionFor(shell));
        const ask = shells[shell](script, folder);
        const answers = await ask(Object.keys(CASES));
        assert.deepEqual(
          Object.fromEntries(Object.keys(CASES).map((line, i) => [line, answers[i]])),
          CASES,
        );
      });

      it('knows every option of every command', async () => {
        const script = folder.file(`completion.${shell}`, completionFor(shell));
        const lines = commands.map(({ name }) => `unackd ${name} --`);
        const answers = await shells[shell](script, folder)(lines);
        for (const [i, { name }] of commands.entries()) {
          assert.deepEqual(
            answers[i].map((word) => word.replace(/=$/u, '')),
            [...flagsOf(name), '--help'].toSorted(),
            name,
          );
        }
      });
    });
  }

  it('knows for each value whether it is a file, a word or free', () => {
    for (const { name, args, flags } of commands) {
      for (const declared of [...args, ...flags.filter(({ type }) => type === 'option')]) {
        const word = wordOf(declared);
        assert.equal(
          valuesOf(declared).kind === 'nothing',
          FREE_VALUES.has(word),
          `${name} ${word}`,
        );
      }
    }
  });

  it('is printed by the program', function () {
    needsBuild(this);
    for (const shell of Object.keys(shells) as Shell[])
      assert.equal(unackd(['completion', shell]).stdout, completionFor(shell));
    const wrong = unackd(['completion', 'tcsh']);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /can't be 'tcsh'/u);
  });
});
