import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '../support/needs.ts';
import { floodOf } from './flood.ts';
import { CAPTURES, Folder, needsBuild, shell, unackd, UNACKD } from '../support/unackd.ts';

/** Over 20 minutes: the first are settled long before the last. */
const FLOOD = 300_000;
const FORMATS = ['text', 'json', 'jsonl'] as const;

/** A field of Linux's account of a process. */
function account(pid: number, file: 'io' | 'status', field: string): number {
  const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'mu').exec(text)?.[1]);
}

describe('read: output', function () {
  const folder = new Folder();
  const blackHole = join(CAPTURES, 'black-hole.pcap');
  let flood = '';
  before(function () {
    needsBuild(this);
    flood = folder.file('flood.pcap', floodOf(FLOOD, 4000));
  });
  after(() => folder.remove());

  for (const format of FORMATS) {
    it(`${format}: a reader that goes early is no failure`, () => {
      // Text is short: it goes in one write, while the others go on for long.
      const line = `"$U" read --format ${format} --limit 0 "$1" | head -1; echo "\${PIPESTATUS[@]}"`;
      const { stdout, stderr } = shell(line, [format === 'text' ? blackHole : flood]);
      assert.match(stdout, /^.+\n0 0\n$/u);
      assert.equal(stderr, '');
      const gone = shell(
        `(sleep 0.3; "$U" read --format ${format} "$1") | true; echo "\${PIPESTATUS[@]}"`,
        [blackHole],
      );
      assert.equal(gone.stdout, '0 0\n');
      assert.equal(gone.stderr, '');
    });

    it(`${format}: a full disk is said, and ends with 74`, () => {
      const { status, stderr } = shell(`"$U" read --format ${format} "$1" >/dev/full`, [blackHole]);
      assert.equal(stderr, "unackd: can't write the output: no space left on device\n");
      assert.equal(status, 74);
    });
  }

  it('says nothing on standard error, and no bar in a pipe', () => {
    for (const args of [[], ['--no-progress'], ['--format', 'json'], ['--ladder']]) {
      const { status, stderr, stdout } = unackd(['read', ...args, blackHole]);
      assert.equal(stderr, '');
      assert.ok(!stdout.includes('\u001B'));
      assert.equal(status, 0);
    }
  });

  it('waits for a slow reader instead of filling the memory', async function () {
    needs(this, process.platform === 'linux', 'no /proc');
    const child = spawn(UNACKD, ['read', '--format', 'jsonl', flood], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { pid } = child;
    assert.ok(pid !== undefined);
    await new Promise((resolve) => {
      child.stdout.once('readable', resolve);
    });
    await sleep(1500);
    // Nobody has read more than a pipe and Node's first buffer hold: some hundred attempts.
    const read = account(pid, 'io', 'rchar');
    const memory = account(pid, 'status', 'VmHWM') / 1024;
    child.stdout.destroy();
    const code = await new Promise((resolve) => {
      child.once('exit', resolve);
    });
    const size = 24 + FLOOD * 70;
    assert.ok(read < size / 2, `${read} of ${size} bytes read while nobody took the output`);
    assert.ok(memory < 250, `${memory} MiB`);
    assert.equal(code, 0);
  });

  it('loses nothing on a pipe that somebody set non-blocking', function () {
    needs(this, shell('python3 --version').status === 0, 'no python3');
    const script = `
import os, subprocess, sys, time
r, w = os.pipe()
os.set_blocking(w, False)
child = subprocess.Popen([os.environ['U'], 'read', '--format', 'jsonl', sys.argv[1]], stdout=w)
os.close(w)
lines = 0
while True:
    time.sleep(0.001)
    data = os.read(r, 1 << 16)
    if not data: break
    lines += data.count(b'\\n')
print(lines, child.wait())`;
    const small = folder.file('small.pcap', floodOf(20_000, 4000));
    const { stdout, stderr } = shell('python3 -c "$1" "$2"', [script, small]);
    assert.equal(stderr, '');
    // The attempts, the flood's notice and its one endpoint.
    assert.match(stdout, /^2000[12] 0\n|^20003 0\n$/u);
  });
});
