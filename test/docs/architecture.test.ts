/** ARCHITECTURE.md: its files are there, its rooms are all, its commands run. */
import assert from 'node:assert/strict';
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt, root } from './checkout.ts';
import { fencesOf, tableOf } from './fences.ts';

const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

/** Files and folders that the text names, in links and between back quotes. */
function namedPaths(): string[] {
  const links = [...text.matchAll(/\]\((?<path>[^)#:]+)\)/gu)];
  const quoted = [...text.matchAll(/`(?<path>(?:[\w.-]+\/)+[\w.*-]*)`/gu)];
  return [...new Set([...links, ...quoted].map(({ groups }) => groups!.path))];
}

describe('ARCHITECTURE.md', () => {
  it('names files that are there', () => {
    const paths = namedPaths();
    assert.ok(paths.length > 60, `${paths.length} paths`);
    assert.deepEqual(
      paths.filter((path) => globSync(path, { cwd: root }).length === 0),
      [],
    );
  });

  it('names every room', () => {
    const rooms = new Set(tableOf(text, 'room').map(([room]) => room));
    assert.deepEqual(
      readdirSync(join(root, 'src'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `src/${name}/`)
        .filter((room) => !rooms.has(room)),
      [],
    );
  });

  it('names every folder of tests', () => {
    const folders = readdirSync(join(root, 'test'), { withFileTypes: true });
    assert.deepEqual(
      folders
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `test/${name}/`)
        .filter((folder) => !text.includes(folder)),
      [],
    );
  });

  for (const { language, body, line } of fencesOf(text)) {
    if (language !== 'sh') continue;
    it(`line ${line}: ${body.split('\n', 1)[0]}`, function () {
      needs(this, isBuilt, 'not built: npm run build');
      needs(this, hasCommand('script'), 'no script(1), which lends a terminal');
      const checkout = new Checkout();
      const { status, shown } = checkout.run(body);
      checkout.remove();
      assert.equal(status, 0, shown);
    });
  }
});
