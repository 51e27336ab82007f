import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Capture } from '../../src/lab/capture-file.ts';
import { needs } from '../support/needs.ts';

describe('lab: the file of packets', () => {
  it('a full disk is told by its name, and leaves no folder behind', function () {
    needs(this, existsSync('/dev/full'), 'there is no /dev/full');
    const capture = new Capture('/dev/full');
    writeFileSync(join(capture.folder, 'eth0-00000001.pcapng'), new Uint8Array(100));
    assert.throws(() => capture.close(), {
      exitCode: 74,
      message: '/dev/full: no space left to write to: free some, or choose another path',
    });
    assert.equal(existsSync(capture.folder), false);
  });
});
