import assert from 'node:assert/strict';
import { didYouMean, distance, nearest } from '../../src/config/spelling.ts';

describe('spelling', () => {
  it('counts letters added, left out, replaced and swapped', () => {
    assert.equal(distance('path', 'path'), 0);
    assert.equal(distance('paths', 'path'), 1);
    assert.equal(distance('pth', 'path'), 1);
    assert.equal(distance('pash', 'path'), 1);
    assert.equal(distance('paht', 'path'), 1);
    assert.equal(distance('', 'path'), 4);
    assert.equal(distance('ca', 'abc'), 3); // each pair is swapped at most once
  });

  it('takes two slips, or a third of a long word', () => {
    assert.equal(nearest('retrys', ['retries', 'late']), 'retries');
    assert.equal(nearest('promiscous', ['promiscuous']), 'promiscuous');
    assert.equal(nearest('prmscuus_m', ['promiscuous_mode']), null);
    assert.equal(nearest('icmp-corelatoin', ['icmp-correlation']), 'icmp-correlation');
    assert.equal(nearest('elsewhere', ['attempts', 'incidents']), null);
  });

  it('never suggests a wholly different word, and does not mind the case', () => {
    assert.equal(nearest('ab', ['cd']), null);
    assert.equal(nearest('x', ['y']), null);
    assert.equal(nearest('PATH', ['path']), 'path');
  });

  it('does not compare endless words', () => {
    assert.equal(nearest('a'.repeat(100_000), ['a'.repeat(99_999)]), null);
  });

  it('lists what there is where nothing is near', () => {
    assert.equal(didYouMean('gzip', ['path', 'use'], 'it has'), 'it has: path, use');
    assert.equal(didYouMean('gzip', [], 'it has'), null);
  });
});
