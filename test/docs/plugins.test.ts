/** The configurations that the plugins' READMEs show are run as they stand there. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { fencesOf } from './fences.ts';

const readmes = globSync('plugins/*/*/README.md', { cwd: root }).toSorted();
const capture = join(root, 'config/examples/captures/black-hole.pcap');

/** The files that the examples read. */
function layOut(folder: Checkout): void {
  copyFileSync(capture, join(folder.path, 'handshakes.pcap'));
  mkdirSync(join(folder.path, 'captures'));
  copyFileSync(capture, join(folder.path, 'captures/a.pcap'));
  // A name says nothing about a file's format.
  folder.put('captures/b.pcapng.gz', gzipSync(readFileSync(capture)));
}

describe('plugins: READMEs', () => {
  it('are there, one for each plugin', () => {
    const plugins = globSync('plugins/*/*/plugin.ts', { cwd: root });
    assert.equal(readmes.length, plugins.length);
  });

  for (const readme of readmes) {
    const text = readFileSync(join(root, readme), 'utf8');
    const examples = fencesOf(text).filter(({ language }) => language === 'yaml');

    it(`${readme}: shows an example`, () => assert.ok(examples.length > 0));

    it(`${readme}: shows nothing that is not run`, () => {
      const others = fencesOf(text).filter(({ language }) => !['yaml', 'sql'].includes(language));
      assert.deepEqual(others, []);
    });

    it(`${readme}: links to what is there`, () => {
      const links = [...text.matchAll(/\]\((?<to>[^)#:]+)\)/gu)].map(({ groups }) => groups!.to);
      assert.deepEqual(
        links.filter((to) => !existsSync(join(root, readme, '..', to))),
        [],
      );
    });

    for (const { body, line } of examples) {
      it(`${readme}:${line}: is sound, and runs`, function () {
        needs(this, isBuilt, 'not built: npm run build');
        needs(this, hasCommand('script'), 'no script(1), which lends a terminal');
        const folder = new Checkout();
        try {
          layOut(folder);
          folder.put('unackd.yaml', body);
          const checked = folder.run('bin/unackd check unackd.yaml');
          assert.match(checked.shown, /^unackd\.yaml: no errors\n/u);
          assert.equal(checked.status, 0);
          const { status, shown } = folder.run('bin/unackd run --config unackd.yaml >out.jsonl');
          assert.equal(shown, '');
          assert.equal(status, 0);
        } finally {
          folder.remove();
        }
      });
    }
  }
});
