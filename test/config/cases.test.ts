/**
 * A folder a case: `config.yaml`, and `faults.txt` with the rendered faults,
 * or `graph.txt` with the pipeline where it can run, or both where there are
 * warnings; `env.json` where variables matter; `files.txt` with the files that
 * are there, where it matters.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readConfigBytes } from '../../src/config/bytes.ts';
import { describeGraph } from '../../src/config/describe.ts';
import { renderFault } from '../../src/config/fault.ts';
import { plugins } from './support/plugins.ts';

const CASES = join(import.meta.dirname, 'cases');

function expected(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : '';
}

describe('config cases', () => {
  for (const name of readdirSync(CASES)) {
    it(name, () => {
      const folder = join(CASES, name);
      const bytes = readFileSync(join(folder, 'config.yaml'));
      const env = JSON.parse(expected(join(folder, 'env.json')) || '{}') as Record<string, string>;
      const files = join(folder, 'files.txt');
      const there = existsSync(files) ? expected(files).split('\n') : null;
      const look = (path: string): string | null =>
        there?.includes(relative('.', path)) === false ? 'there is no such file' : null;
      const { config, faults } = readConfigBytes(bytes, 'config.yaml', plugins, env, look);
      const rendered = faults.map((fault) => renderFault(fault, false)).join('\n\n');
      assert.equal(rendered, expected(join(folder, 'faults.txt')));
      assert.equal(
        config === null ? '' : describeGraph(config),
        expected(join(folder, 'graph.txt')),
      );
    });
  }

  it('show every code that the README lists, and no other', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../src/config/README.md'), 'utf8');
    const listed = Array.from(readme.matchAll(/^\| `([a-z0-9-]+)` /gm), ([, code]) => code);
    const shown = new Set<string>();
    for (const name of readdirSync(CASES)) {
      const faults = expected(join(CASES, name, 'faults.txt'));
      for (const [, code] of faults.matchAll(/^config\.yaml:\d+:\d+ \w+ ([a-z0-9-]+): /gm)) {
        shown.add(code);
      }
    }
    assert.deepEqual([...shown].toSorted(), listed.toSorted());
  });
});
