import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needs } from '../support/needs.ts';

const root = resolve(import.meta.dirname, '../..');
const unackd = join(root, 'bin/unackd');

function start(command: string, args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env } });
}

function usage(command: string): string {
  return start(unackd, [command, '--help']).stdout.replaceAll(/\s+/gu, ' ');
}

describe('process', () => {
  before(function () {
    needs(this, existsSync(join(root, 'build/main.js')), 'not built: npm run build');
  });

  it('prints versions', () => {
    const line = /^unackd\/\d+\.\d+\.\d+ linux-(?:x64|arm64) node-v\d+\.\d+\.\d+\n$/u;
    for (const word of ['--version', '-v', 'version']) {
      const { status, stdout, stderr } = start(unackd, [word]);
      assert.match(stdout, line);
      assert.equal(status, 0);
      assert.equal(stderr, '');
    }
  });

  it('prints an overview of all commands', () => {
    for (const words of [[], ['--help'], ['help']]) {
      const { status, stdout } = start(unackd, words);
      assert.equal(status, 0);
      assert.match(stdout, /^USAGE$[\s\S]*^COMMANDS\n(?: {2}\w.*\n)+$[\s\S]*^EXIT CODES$/mu);
      assert.match(stdout, /^ {2}version +Print the versions/mu);
      const listed = /^COMMANDS\n(?<lines>[\s\S]*?)\n\n/mu.exec(stdout)?.groups?.['lines'] ?? '';
      const names = listed.split('\n').map((line) => line.trim().split(/ {2,}/u)[0]);
      assert.deepEqual(names, names.toSorted());
    }
  });

  it("prints a command's help", () => {
    const { status, stdout } = start(unackd, ['version', '--help']);
    assert.equal(status, 0);
    assert.match(stdout, /USAGE\n {2}\$ unackd version/u);
  });

  it('suggests the nearest command', () => {
    const { status, stdout, stderr } = start(unackd, ['verison']);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      "unackd: no command 'verison'; did you mean 'version'? (see `unackd --help`)\n",
    );
  });

  it('says in one line which argument is missing, and what it may be', () => {
    const { status, stderr } = start(unackd, ['completion']);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      'unackd: no SHELL given: bash, zsh, fish (see `unackd completion --help`)\n',
    );
  });

  it('names all that there are where they are few', () => {
    const { status, stderr } = start(unackd, ['completion', 'tcsh']);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      "unackd: the argument can't be 'tcsh'; it is one of: bash, zsh, fish (see `unackd completion --help`)\n",
    );
  });

  it('shows which options go together', () => {
    assert.match(
      usage('watch'),
      /watch \[-i IF\.\.\. \[--filter EXPR\] \| --read FILE\.\.\. \[--speed N\]\]/u,
    );
    assert.match(usage('doctor'), /doctor \[-c FILE \[--send\]\]/u);
    assert.match(usage('silence'), /\[--all \| \[--server ADDRESS\.\.\.\] \[--port PORT\.\.\.\] /u);
  });

  it('says in one line what is wrong with an option', () => {
    const { status, stderr } = start(unackd, ['version', '--nothing']);
    assert.equal(status, 2);
    assert.equal(stderr, "unackd: no option '--nothing' (see `unackd version --help`)\n");
  });

  it('takes a full disk for a failed output, and a closed pipe for an end', () => {
    const full = start('sh', ['-c', '"$0" --help > /dev/full', unackd]);
    assert.match(full.stderr, /^unackd: can't write the output: no space left on device\n$/u);
    assert.equal(full.status, 74);
    const closed = start('bash', [
      '-c',
      'set -o pipefail; (sleep 0.3; "$0" --help) | true',
      unackd,
    ]);
    assert.equal(closed.stderr, '');
    assert.equal(closed.status, 0);
  });

  it('a full disk fails whichever command prints', function () {
    needs(this, existsSync('/dev/full'), 'there is no /dev/full');
    for (const words of [
      'init --yes -o -',
      'list',
      'check config/unackd.yaml',
      'service install --dry-run',
      'read --help',
    ]) {
      const { status, stderr } = start('sh', [
        '-c',
        `cd "$1"; "$0" ${words} >/dev/full`,
        unackd,
        root,
      ]);
      assert.equal(stderr, "unackd: can't write the output: no space left on device\n", words);
      assert.equal(status, 74, words);
    }
  });

  it('starts through a symbolic link', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unackd-link-'));
    try {
      symlinkSync(unackd, join(folder, 'first'));
      symlinkSync('first', join(folder, 'second'));
      for (const [command, cwd] of [
        [join(folder, 'second'), root],
        ['./second', folder],
      ]) {
        const { status } = spawnSync(command, ['--version'], { cwd });
        assert.equal(status, 0, command);
      }
      const found = start('sh', ['-c', 'second --version'], {
        PATH: `${folder}:${process.env.PATH}`,
      });
      assert.equal(found.status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says which Node it needs when started by an old one', function () {
    const old = '/usr/bin/node';
    const version = existsSync(old) ? start(old, ['--version']).stdout.trim() : 'none';
    const major = Number.parseInt(version.slice(1), 10);
    needs(this, major < 22, `${old} is ${version}, wanted is one older than 22`);
    const { status, stdout, stderr } = start(old, [join(root, 'build/main.js'), 'read', 'x']);
    assert.equal(status, 78);
    assert.equal(stdout, '');
    assert.match(stderr, /^unackd: this is Node v\d+\.\d+\.\d+, needed is 22 or later: .*\n$/u);
  });
});
