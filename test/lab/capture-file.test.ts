import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Capture } from '../../src/lab/capture-file.ts';
import { needs } from '../support/needs.ts';
import { Folder } from '../support/unackd.ts';

describe('lab: the file of packets', () => {
  it('is not written over without --force, and then by what is whole', () => {
    const there = new Folder();
    const path = there.file('drop.pcapng', 'mine');
    assert.throws(() => new Capture(path, false), {
      exitCode: 74,
      message: `${path} is there already: --force writes over it`,
    });
    const capture = new Capture(path, true);
    writeFileSync(join(capture.folder, 'eth0-00000001.pcapng'), 'packets');
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    capture.close();
    assert.equal(readFileSync(path, 'utf8'), 'packets');
    assert.deepEqual(readdirSync(there.path), ['drop.pcapng']);
    there.remove();
  });

  it('a full disk is told by its name, and leaves no folder behind', function () {
    needs(this, existsSync('/dev/full'), 'there is no /dev/full');
    const capture = new Capture('/dev/full', false);
    writeFileSync(join(capture.folder, 'eth0-00000001.pcapng'), new Uint8Array(100));
    assert.throws(() => capture.close(), {
      exitCode: 74,
      message: '/dev/full: no space left to write to: free some, or choose another path',
    });
    assert.equal(existsSync(capture.folder), false);
  });
});
