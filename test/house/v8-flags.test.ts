import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { V8_FLAGS } from '../../scripts/package/v8-flags.ts';
import { ROOT } from '../support/unackd.ts';

describe('V8 flags', () => {
  it('are the same in the launcher of a checkout', () => {
    const launcher = readFileSync(`${ROOT}/bin/unackd`, 'utf8');
    const line = /exec "\$node" (?<flags>.*) "\$root\/build\/main\.js"/u.exec(launcher);
    assert.deepEqual(line?.groups?.['flags'].split(' '), V8_FLAGS);
  });

  it('are known to this Node', () => {
    const { status, stderr } = spawnSync(process.execPath, [...V8_FLAGS, '-e', '0']);
    assert.equal(stderr.toString(), '');
    assert.equal(status, 0);
  });
});
