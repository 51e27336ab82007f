import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { needs } from '../support/needs.ts';

const meta = resolve(import.meta.dirname, '../../build/meta.json');

interface Meta {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, object>> }>>;
}

describe('chunks of the build', () => {
  // What another chunk holds is looked up through it each time it is used: a tenth of a fast read.
  it('hold what is done for each packet in one', function () {
    needs(this, existsSync(meta), 'not built: npm run build');
    const { outputs } = JSON.parse(readFileSync(meta, 'utf8')) as Meta;
    const holding = Object.entries(outputs).filter(([, { inputs }]) =>
      Object.keys(inputs).some(
        (path) =>
          path.startsWith('src/flow/') ||
          path === 'src/wire/decoder.ts' ||
          path === 'src/engine/frame-path.ts',
      ),
    );
    assert.deepEqual(
      holding.map(([path]) => path).length,
      1,
      holding.map(([path]) => path).join(', '),
    );
  });
});
