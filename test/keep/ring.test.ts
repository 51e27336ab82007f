import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ring, ringPaths } from '../../src/keep/ring.ts';
import { needs } from '../support/needs.ts';

const KIB = 1024;

function bytesIn(path: string): number {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

describe('keep: the ring', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unackd-ring-'));
  const at = (name: string): string => join(folder, name);

  after(() => rmSync(folder, { recursive: true }));

  it('never holds more than its size; the oldest go first', () => {
    const ring = new Ring(at('bounded'), 'eth0', 64 * KIB);
    for (let i = 0; i < 100; i++) {
      ring.append(new Uint8Array(3 * KIB).fill(i));
      assert.ok(bytesIn(at('bounded')) <= 64 * KIB);
    }
    ring.close();
    const kept = Buffer.concat(ringPaths(at('bounded'), 'eth0').map((path) => readFileSync(path)));
    assert.ok(kept.length > 48 * KIB, `${kept.length} bytes`);
    assert.deepEqual(
      [...new Set(kept)],
      Array.from({ length: 100 }, (_, i) => i).slice(-kept.length / (3 * KIB)),
    );
  });

  it('goes on after a restart, counting what lies there', () => {
    for (let run = 0; run < 30; run++) {
      const ring = new Ring(at('restarted'), 'eth0', 16 * KIB);
      ring.append(new Uint8Array(KIB).fill(run));
      ring.close();
    }
    const paths = ringPaths(at('restarted'), 'eth0');
    assert.deepEqual(
      paths.map((path) => readFileSync(path)[0]),
      Array.from({ length: 16 }, (_, i) => 14 + i),
    );
  });

  it("leaves alone what is not its own: other sources' files, and others", () => {
    const names = ['eth0-1-00000001.pcapng', 'eth1-00000001.pcapng', 'eth0-1.pcapng', 'notes'];
    mkdirSync(at('mixed'));
    for (const name of names) writeFileSync(join(at('mixed'), name), new Uint8Array(64 * KIB));
    const ring = new Ring(at('mixed'), 'eth0', 16 * KIB);
    for (let i = 0; i < 40; i++) ring.append(new Uint8Array(KIB));
    ring.close();
    assert.ok(names.every((name) => readdirSync(at('mixed')).includes(name)));
    assert.equal(
      ringPaths(at('mixed'), 'eth0').every((path) => /\/eth0-\d{8}\.pcapng$/u.test(path)),
      true,
    );
  });

  it('another ring of the same name writes beside it', () => {
    const [one, other] = [1, 2].map(() => new Ring(at('twice'), 'eth0', 64 * KIB));
    one.append(Uint8Array.of(1));
    other.append(Uint8Array.of(2));
    one.append(Uint8Array.of(1));
    assert.deepEqual(
      ringPaths(at('twice'), 'eth0').map((path) => readFileSync(path, 'hex')),
      ['0101', '02'],
    );
    one.close();
    other.close();
  });

  it('no folder, no files; files of others need a private folder', () => {
    assert.deepEqual(ringPaths(at('nowhere'), 'eth0'), []);
    new Ring(at('private'), 'eth0', 64 * KIB).append(Uint8Array.of(1));
    assert.equal(statSync(at('private')).mode & 0o027, 0);
    assert.equal(statSync(ringPaths(at('private'), 'eth0')[0]).mode & 0o137, 0);
  });

  it('a full disk leaves whole blocks only, and the next file when there is room', function () {
    needs(this, process.getuid?.() === 0, 'mounting a small file system needs root');
    const small = at('small');
    mkdirSync(small);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    needs(this, mounted.status === 0, 'no tmpfs can be mounted');
    try {
      const ring = new Ring(small, 'eth0', 1024 * KIB);
      let written = 0;
      assert.throws(
        () => {
          for (;;) {
            ring.append(new Uint8Array(10_000));
            written++;
          }
        },
        { code: 'ENOSPC' },
      );
      assert.ok(written >= 5);
      assert.equal(bytesIn(small), written * 10_000);
      assert.equal(ring.fresh, true);
      rmSync(ringPaths(small, 'eth0')[0]);
      ring.append(new Uint8Array(10_000));
      ring.close();
      assert.equal(bytesIn(small), 10_000);
    } finally {
      spawnSync('umount', [small]);
    }
  });
});
