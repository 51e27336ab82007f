/** README's picture is what a run shows today. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pictureText } from '../../scripts/picture.ts';
import { needs } from '../support/needs.ts';
import { hasCommand, isBuilt, root } from './checkout.ts';

const path = join(root, 'docs/picture.svg');

describe('docs/picture.svg', () => {
  it('is what `npm run docs` makes of a real run', function () {
    needs(this, isBuilt, 'not built: npm run build');
    for (const name of ['script', 'tcpdump']) needs(this, hasCommand(name), `no ${name}`);
    assert.equal(readFileSync(path, 'utf8'), pictureText());
  });

  it('shows colours, and is small', () => {
    const svg = readFileSync(path, 'utf8');
    assert.match(svg, /fill="#ff7b72">black-holing</u);
    assert.match(svg, /fill="#3fb950">healthy</u);
    assert.ok(statSync(path).size < 8192);
  });
});
