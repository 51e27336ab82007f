/** The configurations that the plugins' READMEs show are run as they stand there. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundled } from '../../src/engine/registry.ts';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { fencesOf } from './fences.ts';

/** READMEs of the plugins that the program knows. */
const readmes = (['source', 'analyser', 'sink'] as const).flatMap((kind) =>
  bundled.names(kind).map((name) => `plugins/${kind}s/${name}/README.md`),
);
const capture = join(root, 'config/examples/captures/black-hole.pcap');

/** A variable without a default: an address or a secret. */
const NEEDS_ENVIRONMENT = /\$\{\w+\}/u;

/** The files that the examples read. */
function layOut(folder: Checkout): void {
  copyFileSync(capture, join(folder.path, 'handshakes.pcap'));
  mkdirSync(join(folder.path, 'captures'));
  copyFileSync(capture, join(folder.path, 'captures/a.pcap'));
  // A name says nothing about a file's format.
  folder.put('captures/b.pcapng.gz', gzipSync(readFileSync(capture)));
}

describe('plugins: READMEs', () => {
  for (const readme of readmes) {
    const path = join(root, readme);
    const markdown = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const examples = fencesOf(markdown).filter(({ language }) => language === 'yaml');

    it(`${readme}: shows an example`, () => assert.ok(examples.length > 0));

    it(`${readme}: shows no commands, which nobody would run here`, () => {
      const commands = fencesOf(markdown).filter(({ language }) => language === 'sh');
      assert.deepEqual(commands, []);
    });

    it(`${readme}: links to what is there`, () => {
      const links = [...markdown.matchAll(/\]\((?<to>[^)#:]+)\)/gu)].map(
        ({ groups }) => groups!.to,
      );
      assert.deepEqual(
        links.filter((to) => !existsSync(join(root, readme, '..', to))),
        [],
      );
    });

    for (const { body, line } of examples) {
      // What needs a receiver of its own is run by the plugin's own tests.
      if (NEEDS_ENVIRONMENT.test(body)) continue;
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
          // Nothing to warn of. (The bundled captures grow older than an example's retention.)
          const said =
            /^\S+Z info (?:unackd: \S+ starts: .*|history: .* were older than 'retention': deleted|unackd: ended after .*)$/u;
          const other = shown.split('\n').filter((text) => text !== '' && !said.test(text));
          assert.deepEqual(other, []);
          assert.equal(status, 0);
        } finally {
          folder.remove();
        }
      });
    }
  }
});
